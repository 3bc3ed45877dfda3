import type { Span } from '../types.ts'
import type { Validator } from './index.ts'
import { isWordLike, SIGHT, standsAlone } from './neighbours.ts'
import { isDay } from './sums.ts'

/** Names of months, in full and as they are shortened: English, Spanish, German, French, Italian, Polish, Portuguese. Months count from 1. */
const MONTHS: ReadonlyMap<string, number> = new Map(
  [
    'january jan enero ene januar jänner janvier janv gennaio gen styczeń stycznia sty janeiro',
    'february feb febrero februar février fevrier févr fév febbraio luty lutego lut fevereiro fev',
    'march mar marzo märz maerz mär mrz mars marzec marca março marco',
    'april apr abril abr avril avr aprile kwiecień kwietnia kwi',
    'may mayo mai maggio mag maj maja maio',
    'june jun junio juni juin giugno giu czerwiec czerwca cze junho',
    'july jul julio juli juillet juil luglio lug lipiec lipca lip julho',
    'august aug agosto ago août aout sierpień sierpnia sie',
    'september sep sept septiembre setiembre septembre settembre set wrzesień września wrz setembro',
    'october oct octubre oktober okt octobre ottobre ott październik października paź outubro out',
    'november nov noviembre novembre listopad listopada lis novembro',
    'december dec diciembre dic dezember dez décembre decembre déc dicembre grudzień grudnia gru dezembro',
  ].flatMap((names, i) => names.split(' ').map((name) => [name, i + 1] as const)),
)
/** Months that are words of English, too: without a year they need a capital. */
const WORDS = new Set('may mar march august set out ago mars lis gen sie lip'.split(' '))

/** A year that a date in a text about people may have. Two digits are a year, too. */
function isYear(year: number, digits: number): boolean {
  return digits === 2 || (digits === 4 && year >= 1800 && year < 2200)
}

/** ISO 8601 dates and the usual day-month-year ones in numbers, alone or with more behind: for what asks whether something is no number. */
export function isCalendarDate(text: string): boolean {
  return (
    /^(?:19|20)\d\d([-./ ])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)/.test(text) ||
    /^(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d\d(?!\d)/.test(text) ||
    /^(?:0[1-9]|[12]\d|3[01])([-./])(?:0[1-9]|1[0-2])\1\d\d$/.test(text) ||
    /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/.test(text)
  )
}

/**
 * A date: year, month and day in an order that is in use (ISO 8601, day first, or month first), with the month as a number or by
 * name; day and month; or month and year. What a pattern takes behind it is a time (ISO 8601-1 §5.3).
 */
export const date: Validator = {
  sees: SIGHT,
  check: (text, start, end) => isDate(text, start, end) && isApart(text, start, end) && !hasDayBefore(text, start),
}

/** Whether what begins with the name of a month goes on from its day: `March 1985` in `15th March 1985`. */
function hasDayBefore(text: string, start: number): boolean {
  if (!isLetter(text.charCodeAt(start))) return false
  return /\d(?:st|nd|rd|th|er|[.º])?[ -](?:of |de )?$/i.test(text.slice(Math.max(0, start - 8), start))
}

/** Reads numbers and a name of a month off the front of a candidate, and says whether they are a date. */
function isDate(text: string, start: number, end: number): boolean {
  const numbers = [0, 0, 0]
  const digits = [0, 0, 0]
  let count = 0
  let month = 0
  let bare = false
  for (let i = start; i < end && count < 3; ) {
    const unit = text.charCodeAt(i)
    if (unit >= 0x30 && unit <= 0x39) {
      const from = i
      while (i < end && isDigit(text, i)) numbers[count] = numbers[count]! * 10 + text.charCodeAt(i++) - 0x30
      digits[count++] = i - from
      // `3rd`, `1er`: part of the number.
      if (/^(?:st|nd|rd|th|er)/i.test(text.slice(i, i + 2))) i += 2
    } else if (isLetter(unit)) {
      const from = i
      while (i < end && isLetter(text.charCodeAt(i))) i++
      const word = text.slice(from, i)
      const named = MONTHS.get(word.toLowerCase())
      if (named === undefined) {
        if (!/^(?:of|de|del|d|the|T)$/.test(word)) return false
      } else {
        if (month > 0) return false
        month = named
        bare = WORDS.has(word) && text.charCodeAt(from - 1) !== 0x2d
      }
    } else i++
  }
  const [a, b, c] = numbers as [number, number, number]
  if (month > 0) {
    // A year alone beside a month, a day alone, or both.
    if (count === 1) return digits[0] === 4 ? isYear(a, 4) : digits[0]! <= 2 && isDay(month, a) && !bare
    const [day, year, length] = digits[0] === 4 ? [b, a, 4] : [a, b, digits[1]!]
    return isDay(month, day) && isYear(year, length)
  }
  if (count === 2) {
    // Month and year.
    const year = digits[0] === 4 ? a : b
    const named = digits[0] === 4 ? b : a
    return named >= 1 && named <= 12 && isYear(year, digits[0] === 4 ? 4 : digits[1]!)
  }
  if (count < 3) return false
  if (digits[0] === 4) return isYear(a, 4) && (isDay(b, c) || isDay(c, b))
  return isYear(c, digits[2]!) && (isDay(b, a) || isDay(a, b))
}

/**
 * Not a part of a longer row of numbers, and not of a name such as that of a model, `realtime-2024-06-05`. A word may be joined to it
 * behind: `2024-06-05-report`.
 */
function isApart(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start - 1) === 0x2d && isWordLike(text, start - 2)) return false
  if (!standsAlone(text, start, end, '-./:+', '')) return false
  return !('-./:+'.includes(text.charAt(end) || ' ') && isDigit(text, end + 1))
}

/**
 * How old a person is: the number in `41 years old`, `35-year-old`, `aged 67` or `edad: 16`, up to 120. (No standard; the bound is the age of
 * the oldest person on record, rounded.) What its rule takes around the number only tells what it is.
 */
export const age: Validator = {
  sees: SIGHT,
  check: (text, start, end) => locateAge(text, start, end) !== undefined,
  locate: locateAge,
}
/** What goes on from a number behind such a word: shares, ranges, and the unit that makes it `ageWithUnit`'s. */
const GOES_ON = /^(?:[%º°]|[,.:/-]\d| ?(?:años|meses|jahre|anni|lat|anos|días|dias|ans)\b)/i
function locateAge(text: string, start: number, end: number): Span | undefined {
  let from = start
  while (from < end && !isDigit(text, from)) from++
  let stop = from
  let years = 0
  while (stop < end && isDigit(text, stop)) years = years * 10 + text.charCodeAt(stop++) - 0x30
  if (years < 1 || years > 120) return undefined
  // `1.20 years old`
  if (from === start && /\d[.,/-]$/.test(text.slice(Math.max(0, start - 2), start))) return undefined
  if (stop === end && GOES_ON.test(text.slice(end, end + SIGHT))) return undefined
  return isWordLike(text, start - 1) || isWordLike(text, end) ? undefined : { start: from, end: stop }
}

/**
 * Words right before or behind that make a number of years an age in Spanish, German, French, Italian, Polish and Portuguese: `hace 5
 * años` and `5 años de evolución` are times.
 */
const BEFORE =
  /(?:^|[\s,(:.])(?:a los|de|con|tiene|tenía|edad ?:?|alter ?:?|ist|âgée? de|âge ?:|ha|di|età ?:?|ma|miała?|wiek ?:?|wieku|tem|aos|idade ?:?) ?$/i
const BEHIND = /^ ?(?:de edad|de vida|alt\b|alte[rnms]?\b|d'âge|de idade|di età)/i
const SPAN_BEFORE = /(?:más|mas|menos|total|desde hace|evolución|plus|moins|mehr|meno|più|mais) (?:de|di|als) $/i
const SPAN_BEHIND = /^ (?:de [est]|de an|de dif|de dur|después|más|antes|tras|prev|fa\b|später|plus|dopo|depois)/i
export const ageWithUnit: Validator = {
  sees: 24,
  check(text, start, end) {
    let years = 0
    let i = start
    for (; isDigit(text, i); i++) years = years * 10 + text.charCodeAt(i) - 0x30
    if (years > 120 || isWordLike(text, start - 1) || isWordLike(text, end)) return false
    if (BEHIND.test(text.slice(end, end + 12))) return true
    const before = text.slice(Math.max(0, start - 24), start)
    // Months are an age only where it says so behind them, or where the field is one.
    if (/^m/i.test(text.slice(i + 1, end)) && !/edad ?: ?$/i.test(before)) return false
    return BEFORE.test(before) && !SPAN_BEFORE.test(before) && !SPAN_BEHIND.test(text.slice(end, end + 12))
  },
}

function isDigit(text: string, at: number): boolean {
  const unit = at < 0 || at >= text.length ? 0 : text.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}
function isLetter(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || (unit >= 0xc0 && unit < 0x250)
}

export const DATES = { age, 'age-with-unit': ageWithUnit, date }
