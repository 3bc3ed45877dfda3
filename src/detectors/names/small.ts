/** Names in small letters, where the words before leave little doubt: `my name is`, `i'm`, `call me`, `mr.` */
import {
  GIVEN,
  GIVEN_OFTEN,
  NATION,
  PLACE,
  PLAIN,
  STREET_FIRST,
  SURNAME,
  SURNAME_OFTEN,
  TOWN,
  WORD,
  WORD_OFTEN,
} from './kinds.ts'
import { weighLetters } from './letters.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { isLetter, readWord, SMALL, word } from './reader.ts'

/** How far before a name its cue begins, at most: `name’s `. */
export const CUE = 12
const MOST_WORDS = 3
const ANY_NAME = GIVEN | GIVEN_OFTEN | SURNAME | SURNAME_OFTEN

export interface Small {
  start: number
  end: number
  unfinished: boolean
}
export const small: Small = { start: 0, end: 0, unfinished: false }

/**
 * Reads the name after the cue that has an `m` at `at`, and what follows it is known to be one of the endings of a cue and a blank.
 * False if there is none; `small` then tells whether what follows the text decides.
 */
export function readSmall(lexicon: Lexicon, text: string, at: number, final: boolean): boolean {
  small.unfinished = false
  const surname = isTitle(text, at)
  if (!surname && !isCue(text, at)) return false
  let i = text.indexOf(' ', at) + 1
  if (text.startsWith('is ', i)) i += 3
  small.start = i
  let end = 0
  for (let count = 0; count < MOST_WORDS; count++) {
    readWord(text, i)
    if (word.end + 1 >= text.length && !final) {
      small.unfinished = true
      return false
    }
    // `i'm binge-watching`
    if (word.shape !== SMALL || text.charCodeAt(word.end) === 0x2d) break
    const kinds = kindsOf(lexicon, word.print)
    if ((kinds & PLAIN) !== 0 || !isName(lexicon, text, i, kinds, count, surname)) break
    end = word.end
    if (text.charCodeAt(end) !== 0x20 || !isLetter(text.charCodeAt(end + 1))) break
    i = end + 1
  }
  small.end = end
  return end > 0
}

function isName(lexicon: Lexicon, text: string, i: number, kinds: number, count: number, surname: boolean): boolean {
  if ((kinds & (WORD_OFTEN | NATION | STREET_FIRST)) !== 0) return false
  if (count === 0 && !surname) {
    const often = (kinds & GIVEN_OFTEN) !== 0
    return (often && (kinds & PLACE) === 0) || ((kinds & ANY_NAME) !== 0 && (kinds & (WORD | PLACE | TOWN)) === 0)
  }
  if ((kinds & ANY_NAME) !== 0) return (kinds & WORD) === 0
  return kinds === 0 && weighLetters(lexicon.letters, lexicon.bias, text, i, word.end) > 0
}

function isTitle(text: string, at: number): boolean {
  return (at === 0 || !isLetter(text.charCodeAt(at - 1))) && (text.charCodeAt(at + 1) | 0x20) !== 0x65
}
/** `name`, `I'm`, `I am`, `calls me`, `call me` */
function isCue(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 9), at + 2).toLowerCase()
  return /(?:\bna(?:me)|\bi['\u2019]m |\bi am |\bcalls? (?:me))$/.test(before)
}
