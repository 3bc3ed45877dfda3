/**
 * Numbers that were broken over two lines, by an editor or on purpose. Two numbers on two lines are as often two numbers: rows of
 * a table, a list, a date that begins the next line of a log. So lines are read as one only where nothing says that.
 */
import { isDigit } from './fold-letters.ts'

/** How far on each side a number is looked at, in characters. */
export const LINE_SIGHT = 40
/** Digits of both parts: fewer are a year or an amount, more are no identifier. */
const FEWEST = 9
const MOST = 24

export interface Join {
  /** What is read between the two parts, or 0. */
  readonly joint: number
  /** Where the second part begins. */
  readonly end: number
}
interface Part {
  readonly start: number
  readonly end: number
  readonly digits: number
  /** What stands between its groups, 0 if there is one group only, -1 if not always the same. */
  readonly joint: number
  readonly first: number
  readonly last: number
}

/** How the line break at `at` is to be read: `undefined` as one, `open` if that depends on text that follows. Linear in LINE_SIGHT. */
export function joinLines(text: string, at: number, final: boolean): Join | 'open' | undefined {
  const { length } = text
  let back = at - 1
  while (back > at - 3 && text.charCodeAt(back) === 0x20) back--
  const hyphen = text.charCodeAt(back) === 0x2d
  if (!isDigit(text.charCodeAt(hyphen ? back - 1 : back))) return undefined
  const open = final ? undefined : 'open'
  let end = at + 1
  if (text.charCodeAt(at) === 0x0d) {
    if (end === length) return open
    if (text.charCodeAt(end) === 0x0a) end++
  }
  const indented = end + 8
  while (end < length && end < indented && isBlank(text.charCodeAt(end))) end++
  if (end === length) return open
  if (!isDigit(text.charCodeAt(end))) return undefined

  const before = readPart(text, back, -1)
  const after = readPart(text, end, 1)
  if (after.end === length && !final && after.end - end < LINE_SIGHT) return 'open'
  if (!before || before.joint < 0 || after.joint < 0) return undefined
  const digits = before.digits + after.digits
  if (digits < FEWEST || digits > MOST) return undefined
  const left = sideOf(text, before.start - 1, -1)
  const right = sideOf(text, after.end, 1, final)
  if (right === 'open') return 'open'
  // A field of a row, or a date and a time.
  if (left === 'field' || right === 'field') return undefined
  // A row of numbers, one to a line.
  if (left === 'number' || right === 'number') return undefined
  const alone = left !== 'text' && right !== 'text'
  if (alone && before.joint === 0 && after.joint === 0 && before.digits === after.digits) return undefined
  const joint = jointOf(before, after, hyphen)
  return joint === undefined
    ? undefined
    : { joint: joint === 0x20 && text.charCodeAt(at - 1) === 0x20 ? 0 : joint, end }
}

/** What must be read between two parts, so that they are one number; `undefined` if they are none. */
function jointOf(before: Part, after: Part, hyphen: boolean): number | undefined {
  const joint = before.joint || after.joint
  if (before.joint !== 0 && after.joint !== 0 && before.joint !== after.joint) return undefined
  if (hyphen) return joint === 0 || joint === 0x2d ? 0 : undefined
  if (joint === 0) return 0
  const group = before.joint === 0 ? after.last : before.first
  // Broken in the middle of a group.
  if (before.last < group && before.last + after.first <= group) return 0
  return joint === 0x20 ? joint : undefined
}

/** The groups of digits from `at` on, in one direction. */
function readPart(text: string, at: number, step: 1 | -1): Part {
  let joint = 0
  let digits = 0
  let group = 0
  const groups: number[] = []
  let end = at
  let i = at
  // Backwards, a hyphen or blanks may stand at the end of the line.
  if (step < 0 && text.charCodeAt(i) === 0x2d) i--
  for (; i >= 0 && i < text.length && Math.abs(i - at) < LINE_SIGHT; i += step) {
    const unit = text.charCodeAt(i)
    if (isDigit(unit)) {
      digits++
      group++
      end = i + step
      continue
    }
    const next = text.charCodeAt(i + step)
    if ((unit !== 0x20 && unit !== 0x2d && unit !== 0x2e) || !isDigit(next)) break
    groups.push(group)
    group = 0
    joint = joint === 0 || joint === unit ? unit : -1
  }
  groups.push(group)
  const first = groups[0]!
  const last = groups.at(-1)!
  // `first` and `last` in the order of the text.
  if (step > 0) return { start: at, end, digits, joint, first, last }
  return { start: end + 1, end: at + 1, digits, joint, first: last, last: first }
}

/**
 * What stands beside a part: other text, nothing (the line ends, and no number follows), a number on the next line, or a delimiter;
 * `open` if that is still to come.
 */
function sideOf(text: string, at: number, step: 1 | -1, final = true): 'text' | 'end' | 'number' | 'field' | 'open' {
  const far = (i: number) => Math.abs(i - at) > LINE_SIGHT
  const none = final ? 'end' : 'open'
  let i = at
  while (isBlank(text.charCodeAt(i)) && !far(i)) {
    if (text.charCodeAt(i) === 0x09) return 'field'
    i += step
  }
  const unit = text.charCodeAt(i)
  if (Number.isNaN(unit)) return none
  if (isLine(unit)) {
    while ((isLine(text.charCodeAt(i)) || isBlank(text.charCodeAt(i))) && !far(i)) i += step
    // A hyphen, a bullet or a delimiter of a row may stand before the number.
    for (const next of [i, i + step]) {
      if (isDigit(text.charCodeAt(next))) return 'number'
      if (next >= text.length && !final) return 'open'
    }
    return 'end'
  }
  // `,` `;` `|` part fields, unless a blank follows; `:` and `/` behind a number are of a time or a date, before it of a name.
  if (unit === 0x7c) return 'field'
  if (unit === 0x2c || unit === 0x3b) {
    if (step < 0) return i === at ? 'field' : 'text'
    if (i + 1 >= text.length) return final ? 'text' : 'open'
    return isBlank(text.charCodeAt(i + 1)) ? 'text' : 'field'
  }
  return step > 0 && i === at && (unit === 0x3a || unit === 0x2f) ? 'field' : 'text'
}
function isLine(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d
}
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09
}
