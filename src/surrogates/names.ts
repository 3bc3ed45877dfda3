/**
 * Names that nobody has: made of syllables, so that few are enough. A name that is made of them is taken for one of ours wherever
 * it stands, and so must not be anybody's.
 */
import type { Draw } from './draw.ts'

const GIVEN = [
  'Av',
  'Bel',
  'Cor',
  'Dal',
  'El',
  'Fen',
  'Gal',
  'Hol',
  'Iv',
  'Jor',
  'Kel',
  'Lor',
  'Mar',
  'Nor',
  'Or',
  'Pel',
]
const GIVEN_ENDS = ['renna', 'lisko', 'wynno', 'dovan', 'mirelle', 'tashin', 'quill', 'zeno']
const FAMILY = [
  ...['Ashen', 'Brand', 'Cald', 'Dorv', 'Eld', 'Fenn', 'Garr', 'Holm', 'Ister', 'Jarv', 'Keld', 'Lorm', 'Mard', 'Nest'],
  ...['Ostre', 'Pennow'],
]
const FAMILY_ENDS = ['ovell', 'unsk', 'addocke', 'imoor', 'essby', 'arrowe', 'oltane', 'evaine']

const GIVENS = cross(GIVEN, GIVEN_ENDS)
const FAMILIES = cross(FAMILY, FAMILY_ENDS)
const GIVEN_NAMES = new Set(GIVENS)
const FAMILY_NAMES = new Set(FAMILIES)
const IN_ADDRESS = [GIVENS, FAMILIES].map((names) => new Set(names.map((name) => name.toLowerCase())))

function cross(beginnings: readonly string[], ends: readonly string[]): readonly string[] {
  return beginnings.flatMap((beginning) => ends.map((end) => beginning + end))
}

/** 16,384 of them; when those that come are taken, with an initial. */
export function drawName(value: string, attempt: number, draw: Draw): string {
  const [first, last] = [draw.one(GIVENS), draw.one(FAMILIES)]
  if (attempt > 2) return `${first} ${draw.one('ABCDEFGHIJKLMNOPRSTUVW')}. ${last}`
  return /\S\s+\S/.test(value) ? `${first} ${last}` : last
}
/** Whole, or a part of one that was found alone. */
export function isDrawnName(value: string): boolean {
  const words = value.split(' ').filter((word) => !/^[A-Z]\.$/.test(word))
  const [first = '', last] = words
  if (words.length === 1) return GIVEN_NAMES.has(first) || FAMILY_NAMES.has(first)
  return words.length === 2 && GIVEN_NAMES.has(first) && FAMILY_NAMES.has(last!)
}

/** `given.family`, in small letters. */
export function drawNameInAddress(draw: Draw): string {
  return `${draw.one(GIVENS)}.${draw.one(FAMILIES)}`.toLowerCase()
}
export function isNameInAddress(given: string, family: string): boolean {
  return IN_ADDRESS[0]!.has(given) && IN_ADDRESS[1]!.has(family)
}
