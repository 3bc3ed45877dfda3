/** Telephone numbers that ring nowhere, as long as the ones they stand for. */
import type { Draw } from './draw.ts'
import { drawDigits, fillDigits } from './shape.ts'

/**
 * Ranges that regulators keep free for films and books: how a national number begins and how long it is. NANPA, 555-0100 to 0199;
 * Ofcom, "Telephone numbers for use in TV and radio drama programmes"; ARCEP, décision 2018-0881; BNetzA, Mitteilung 148/2021; ACMA,
 * "Phone numbers for use in TV shows, films and creative works"; PTS, numbers for use in books and films.
 */
interface Kept {
  readonly code: string
  readonly length: number
  draw(draw: Draw): string
  is(national: string): boolean
}
const begins = (code: string, length: number, start: string): Kept => ({
  ...{ code, length, is: (national) => national.startsWith(start) },
  draw: (draw) => start + drawDigits(length - start.length, draw),
})
const KEPT: readonly Kept[] = [
  {
    ...{ code: '1', length: 10, is: (national) => /^\d{3}55501/.test(national) },
    draw: (draw) =>
      `${draw.one('23456789')}${draw.one('012345678')}${draw.one('0123456789')}55501${drawDigits(2, draw)}`,
  },
  begins('44', 10, '7700900'),
  begins('33', 9, '63998'),
  begins('49', 10, '3023125'),
  begins('61', 9, '25550'),
  {
    ...{ code: '46', length: 9, is: (national) => /^7017406(?:0[5-9]|[1-9]\d)/.test(national) },
    draw: (draw) => `7017406${String(5 + draw.below(95)).padStart(2, '0')}`,
  },
]
/** Country codes of one digit and of two (ITU-T E.164 annex); all others have three. */
const SHORT_CODES = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/
/**
 * Behind a country's code no number begins like this: an area that begins with zero has only one (as in Italy). Without a country's
 * code it is not used: in Australia, 000 calls for help.
 */
const NOWHERE = '000'
/** Digits of an extension: it could hold a number of its own, so that ours must be told from all others. */
const NOBODY = '0'

interface Parsed {
  /** `+49` without the mark, with a zero in brackets behind it; or what calls abroad or far begin with, as `0` and `1`. */
  readonly before: string
  readonly code: string
  readonly national: string
  /** An extension. */
  readonly after: string
}

function parse(value: string): Parsed {
  const stop = value.search(/[x#]|ext/i)
  const main = (stop < 0 ? value : value.slice(0, stop)).replaceAll(/\D/g, '')
  const after = value.replaceAll(/\D/g, '').slice(main.length)
  if (value.trimStart().replace('(', '').startsWith('+')) {
    const code = SHORT_CODES.exec(main)?.[0] ?? main.slice(0, 3)
    const trunk = /\(0\)/.test(value) && main[code.length] === '0' ? '0' : ''
    return { before: code + trunk, code, national: main.slice(code.length + trunk.length), after }
  }
  if (/^1?[2-9]\d\d[2-9]\d{6}$/.test(main)) {
    const before = main.length === 11 ? '1' : ''
    return { before, code: '1', national: main.slice(before.length), after }
  }
  return { before: '', code: '', national: main, after }
}

/**
 * As long as the other: in a range that is kept free, if the country has one and there is room in it; else, behind a country's code,
 * one that cannot be dialled. `undefined` of what could be any country's.
 */
export function drawPhoneLike(value: string, attempt: number, draw: Draw): string | undefined {
  const { before, code, national, after } = parse(value)
  const kept = attempt < 3 ? KEPT.find((one) => one.code === code && one.length === national.length) : undefined
  if (!kept && (before === '' || code === '1' || national.length < NOWHERE.length + 4)) return undefined
  const digits = kept ? kept.draw(draw) : NOWHERE + drawDigits(national.length - NOWHERE.length, draw)
  return fillDigits(value, before + digits + NOBODY.repeat(after.length))
}
/** The same; of what could be any country's a North American one. */
export function drawPhone(value: string, attempt: number, draw: Draw): string {
  const drawn = drawPhoneLike(value, attempt, draw)
  return drawn ?? fillDigits('000-000-0000', KEPT[0]!.draw(draw))!
}
export function isDrawnPhone(value: string): boolean {
  const { before, code, national, after } = parse(value)
  if (after !== NOBODY.repeat(after.length)) return false
  if (before !== '' && national.startsWith(NOWHERE)) return true
  return KEPT.some((one) => one.code === code && one.length === national.length && one.is(national))
}
