import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detect } from '../src/detect.ts'
import { combine } from '../src/detectors/combine.ts'
import { disguised, readings } from '../src/detectors/disguise.ts'
import { LONGEST_RUN } from '../src/detectors/encoded.ts'
import { INVISIBLE } from '../src/detectors/hidden.ts'
import { pseudonyms } from '../src/detectors/pseudonyms.ts'
import type { Segment } from '../src/types.ts'
import { everyCut, feed, findAll, sorted } from './support/feeding.ts'
import { shipped } from './support/ruleset.ts'
import { toyCards } from './support/toys.ts'

const { detector, plain } = shipped
const CARD = '4111 1111 1111 1111'
const CARD_RULE = findAll(plain, CARD)[0]!.rule
const pause = async () => {}
const segment = (text: string) => ({ text, kind: 'string', key: undefined }) as Segment
const random = (size: number, seed: number) =>
  Array.from({ length: size }, (_, i) => ((Math.imul(i + 1, 2654435761) ^ Math.imul(seed, 40503)) >>> 13) & 255)
const base64 = (bytes: readonly number[]) => btoa(String.fromCharCode(...bytes))

describe('in ordinary text, no more is found than stands there', () => {
  test.each<[string, string]>([
    [
      'Russian',
      'В 2019 году Анна Сергеевна купила iPhone-чехол за 1500 руб. у ООО «Ромашка», тел. не указан. Код А-12, рост 170 см.',
    ],
    ['Ukrainian', 'Сьогодні о 9:30 відбудеться нарада щодо USB-пристроїв; усі 12 учасників отримають лист.'],
    [
      'Greek',
      'Το 1821 ξεκίνησε η επανάσταση· ο Κώστας και η Ελένη ήπιαν 2 καφέδες στην Αθήνα, PIN-κωδικός δεν χρειάζεται.',
    ],
    ['Arabic', 'في عام ٢٠١٩ بلغ عدد السكان ١٢٣٤٥٦٧ نسمة، وارتفع السعر إلى ٤٥٫٦٧ عن العام السابق.'],
    ['Persian', 'می‌خواهم کتاب‌های ۱۲ و ۱۳ را بخوانم؛ قیمت ۴۵۰۰۰ تومان است.'],
    ['Hindi', 'सन् २०१९ में १२,३४,५६७ लोग आए। क्‍या यह सच है? विद्या‌लय में ३० बच्चे हैं।'],
    ['Thai', 'ในปี ๒๕๖๒ มีประชากร ๖๖ ล้านคน'],
    [
      'Chinese',
      '据统计，２０１９年共有１２３４５人参加（增长３．５％）。使用GPT4。价格：￥１２８／件；详见第３－５页！',
    ],
    [
      'Japanese',
      '東京タワーは１９５８年に完成し、高さは３３３メートルです。詳細はＷｅｂサイト（ＵＲＬ）をご覧ください。',
    ],
    ['Hebrew', 'בשנת 2019 נרשמו 1,234 משתתפים‏ (עלייה של 5%‎).'],
    ['emoji', 'The 👨‍👩‍👧‍👦 and 👩🏽‍🚀 saw 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪🇺🇸 ❤️‍🔥 1️⃣2️⃣3️⃣ ✅ ☎️ ©️ 🏳️‍🌈'],
    ['decomposed', 'Jose\u0301 y Mari\u0301a, Zoe\u0308, A\u030angstro\u0308m: 10 µm, x² + y₁ = ½'],
    ['typography', 'The years 1998–2004 — “good years” — cost 12 % more… pp. 17–23, §§ 4‑7, 1 234 567 €, −5 °C.'],
    [
      'URLs',
      'https://shop.example/s?q=a%20b%2Fc&utm=%7B12%7D&ids=1%2C2%2C3%2C44%2C555 and https://de.example/wiki/K%C3%B6ln_(2020)',
    ],
    [
      'HTML',
      '<p class="a&amp;b">1&nbsp;200&nbsp;&euro; &mdash; &#8220;x&#8221; &copy;&nbsp;2024</p>\n<td>12</td>\n<td>&#49;2</td><!-- 41&#45;42 -->',
    ],
    [
      'source',
      'const re = /[\\u0300-\\u036f\\x00-\\x1f]+/g; s = "\\n\\t12\\u00a0000"; path = "C:\\\\new\\\\table\\\\x64"; /\\b\\d{4}\\b/',
    ],
    ['JSON', '{\\"id\\":12345678,\\"ts\\":1700000000,\\"note\\":\\"line\\\\n2\\"}'],
    [
      'LaTeX',
      '\\begin{table}\\nu_1 \\rightarrow \\frac{1}{2} \\\\ 1998 & 2004 \\\\ 12 & 13 \\end{table} 50\\% off, A\\&B',
    ],
    ['an image', `![](data:image/png;base64,iVBORw0KGgo${base64(random(3000, 1))})`],
    ['bytes', base64(random(3000, 2)).replace(/.{76}/g, '$&\n')],
    [
      'hashes',
      'commit 9fceb02d0ae598e95dc970b74767f19372d6195d\nsha512-' +
        base64(random(64, 3)) +
        '\nsha256:' +
        random(32, 4)
          .map((b) => b.toString(16).padStart(2, '0'))
          .join(''),
    ],
    ['UUIDs', '550e8400-e29b-41d4-a716-446655440000 6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    [
      'minified',
      '!function(e,t){"object"==typeof exports&&"undefined"!=typeof module?module.exports=t():e.createFactoryElementWithDefaultProps=t()}(this,function(){return e<<24|t>>>8&65280|n%5&&r});',
    ],
    [
      'names',
      'createPatternDetector src/hosts/node/rules-loader.ts MAX_CONCURRENT_REQUESTS_PER_HOST aVeryLongCamelCaseIdentifier1234',
    ],
    ['a column', '41111111\n11111111\n41111111\n11111111\n'],
    ['two columns', '2019 4111\n1111 1111\n1111 2022\n'],
    ['pairs of lines', '411111111111,a\n1111,b\n'],
    ['CSV', '1001,Smith,41111111\n11111111,Jones,4111\n1111,Lee,411111111111\n'],
    ['a table', '| 4111 1111 |\n| 1111 1111 |\n\n4111\t1111\n1111\t1111\n'],
    ['a log', 'took 41111111\n1111-11-11 11:11:11 took 4111\n1111-11-11 11:11:12 ok 4111 1111\n11:11:11.111 done\n'],
    ['a list', '1. 4111\n2. 1111\n3. 1111\n4. 1111\nTotal 41111111\n\n11111111 next'],
    ['a newsletter', `Hi there ${'\u034f \u200c\u00a0\u2007\u00ad'.repeat(80)} Our news of May 2024: 20 % off.`],
  ])('%s', (_name, text) => {
    const known = new Set(findAll(plain, text).map(({ rule, start, end }) => `${rule} ${start} ${end}`))
    const more = findAll(detector, text).filter(({ rule, start, end }) => !known.has(`${rule} ${start} ${end}`))
    expect(more.map(({ rule, start, end }) => `${rule}: ${text.slice(start, end)}`)).toEqual([])
  })
})

describe('numbers over two lines', () => {
  test.each([
    'card 4111 1111\n1111 1111 thanks',
    'card 4111 1111\r\n1111 1111 thanks',
    '4111 1111\n1111 1111',
    '4111-1111-\n1111-1111',
    'pay with 411111111111\n1111.',
    '411111111111\n1111',
    'my card: 4111 1111 11\n11 1111, expires 12/27',
    '> 4111 1111 1111 \n  1111 is it',
    'call +44 20\n7946 0958 now',
    'card 4111 1111\\n1111 1111 thanks',
  ])('%j', (text) => {
    const found = findAll(detector, text).map(({ start, end }) => text.slice(start, end).replace(/\D/g, ''))
    expect(found).toContain(text.includes('44') ? '442079460958' : '4111111111111111')
  })
})

describe('rows of what is not seen', () => {
  const row = (length: number) => '\u200b'.repeat(length)
  test('are passed over up to a length, and are a finding beyond', () => {
    const text = (length: number) => `4111 1111${row(length)} 1111 1111`
    expect(findAll(detector, text(60)).map(({ rule }) => rule)).toEqual([CARD_RULE])
    expect(findAll(detector, text(65))).toMatchObject([{ rule: INVISIBLE.ref, start: 9, end: 74 }])
  })
  test('are seen however they are cut', () => {
    const text = `a${row(80)}b ${row(64)} c${row(200)}`
    expect(sorted(feed(detector, text, everyCut(text)).seen)).toEqual(sorted(findAll(detector, text)))
    expect(findAll(detector, text)).toHaveLength(2)
  })
  test('of any length are all covered, with one mark, and told of by one detector', async () => {
    const text = `a${row(300_000)}b`
    const [seen] = await detect([segment(text)], combine([detector, pseudonyms]), pause)
    let reached = 1
    for (const { start, end, continues } of seen!.findings) {
      expect(start).toBe(reached)
      expect(continues ?? false).toBe(start > 1)
      reached = end
    }
    expect(reached).toBe(text.length - 1)
  })
  test('do not part a value in a request', async () => {
    const text = [...'4111111111111111'].join(row(100))
    const [seen] = await detect([segment(text)], detector, pause)
    expect(
      seen!.findings.some(({ rule, start, end }) => rule.ref === CARD_RULE && start === 0 && end === text.length),
    ).toBe(true)
  })
  test('of tags say ASCII', () => {
    const text = `x ${Array.from(CARD, (char) => String.fromCodePoint(0xe0000 + char.charCodeAt(0))).join('')} y`
    expect(findAll(detector, text)).toMatchObject([{ rule: CARD_RULE, start: 2, end: text.length - 2 }])
  })
})

describe('base64', () => {
  const filler = 'the quick brown fox jumps over the lazy dog; '
  test('is replaced in whole groups of letters, so that the rest can still be read', () => {
    const text = btoa(`${filler}${CARD}, thanks`)
    const [found] = findAll(detector, text)
    expect(found!.start % 4).toBe(0)
    expect(atob(text.slice(found!.start, found!.end))).toContain(CARD)
  })
  test('of any length is read in a request', async () => {
    const text = `see ${btoa(`${filler.repeat(5000)}${CARD}, ${filler.repeat(2000)}`)}`
    expect(text.length).toBeGreaterThan(LONGEST_RUN * 10)
    const [seen] = await detect([segment(text)], detector, pause)
    expect(seen!.findings.some(({ rule }) => rule.ref === CARD_RULE)).toBe(true)
  })
  test('holds a stream while it may go on, and no longer than it is read', () => {
    const held = (text: string) => text.length - detector.detect(text, { from: 0, final: false }).open
    expect(held('well, QUJDQUJDQUJD')).toBe(12)
    expect(held(`well, ${'QUJD'.repeat(500)}`)).toBe(2000)
    expect(held(`well, ${'QUJDx'.repeat(2000)}`)).toBeLessThan(LONGEST_RUN)
  })
})

describe('what a caller typed', () => {
  const token = '<EMAIL_ADDRESS_abcdefgh23456722>'
  test.each([
    '＜EMAIL_ADDRESS_abcdefgh23456722＞',
    '&lt;EMAIL_ADDRESS_abcdefgh23456722&gt;',
    [...token].join('\u200b'),
  ])('%s', (text) => {
    expect(findAll(pseudonyms, text)).toMatchObject([{ start: 0, end: text.length }])
    expect(readings(text)).toContain(token)
  })
})

test('a detector that looks for nothing stays that', () => {
  expect(combine([disguised({ ...toyCards, shortest: Number.POSITIVE_INFINITY }), toyCards])).toBe(toyCards)
})

test('hostile texts take time in proportion to their length', { timeout: 120_000 }, () => {
  const units = [
    ...[
      '%34',
      '%',
      '%25',
      '%2',
      '&',
      '&amp;',
      '&#',
      '&#52;',
      '&#x000000000034;',
      '&#0',
      '\\',
      '\\u0034',
      '\\u00',
      '\\x3',
      '\\\\n',
    ],
    ...[
      '\u200b',
      '4\u200b',
      `4${'\u200b'.repeat(63)}`,
      '\u0301',
      'a\u0301',
      '\u{e0041}',
      '\ud835',
      '\u{1d7d2}',
      '４',
      '：',
      '（',
      '4\u00a0',
      '\u00a0',
      '\u2011',
    ],
    ...[
      'о',
      'aо',
      'ао.',
      'О4',
      '4\n',
      '4\r',
      '4 \n',
      '411111111111\n1111 ',
      '-\n4',
      '\n',
      'QUJD',
      'VVVV',
      `${'QUJD'.repeat(19)}\n`,
      'QUJDQUJDQUJDQUJD\n',
      'QUJDQUJDQUJDQUJD ',
    ],
    ...[
      '34',
      '4111',
      '=',
      'A=',
      'QUJDQUJDQUJDQUJD=',
      btoa('%34&#52;о４\u200b'.replace(/[^\0-\x7f]/g, '?')),
      'Zm9v\\n',
      '%2541\u200b',
    ],
  ]
  const slow: string[] = []
  for (const unit of units) {
    const time = (size: number) => {
      const text = unit.repeat(Math.ceil(size / unit.length))
      let best = Number.POSITIVE_INFINITY
      for (let i = 0; i < 3; i++) {
        const started = performance.now()
        detector.detect(text, { from: 0, final: true })
        best = Math.min(best, performance.now() - started)
      }
      return best
    }
    time(4096)
    const [short, long] = [time(16_384), time(65_536)]
    // Four times the text; the rest is for machines that do other things besides.
    if (long > 16 * Math.max(short, 5)) slow.push(`${JSON.stringify(unit)}: ${short} ms, ${long} ms`)
  }
  expect(slow).toEqual([])
})

test('rows of findings in disguise are the same in slices', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(3000), fc.constantFrom('\u200b', '%20', '４', 'о', '\n'), async (shift, noise) => {
      const text = `${'x '.repeat(shift)}${`card 4111${noise === '\n' ? ' ' : '\u200b'} 1111 1111 1111, ${noise} a long way to go `.repeat(3000)}`
      const [seen] = await detect([segment(text)], detector, pause)
      const whole = detector.detect(text, { from: 0, final: true }).findings
      expect(seen!.findings).toEqual(whole)
    }),
    { numRuns: 4 },
  )
})
