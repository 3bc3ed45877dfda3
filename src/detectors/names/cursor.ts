/** The text that an address is looked for in, and whether reading it went past its end. Used again: nothing is allocated. */
import { FOLD, FOLDED } from './fold.ts'
import { kindsOf, type Lexicon } from './lexicon.ts'
import { isLetter, readWord, word } from './reader.ts'

/** There is no address. */
export const NONE = -1
/** What follows the text decides. */
export const UNFINISHED = -2

let touched = false
let text = ''
let lexicon: Lexicon

export function begin(by: Lexicon, whole: string): void {
  lexicon = by
  text = whole
  touched = false
}
/** What reading came to, if nothing that follows the text could change it. */
export function finished(end: number, final: boolean): number {
  return touched && !final ? UNFINISHED : end
}

/** The unit at a place; 0 behind the end. */
export function at(i: number): number {
  if (i < text.length) return text.charCodeAt(i)
  touched = true
  return 0
}
/** Reads the word at a place into `word`. */
export function readAt(i: number): void {
  readWord(text, i)
  if (word.end + 1 >= text.length) touched = true
}
export function lookUp(print: number): number {
  return kindsOf(lexicon, print)
}
/** Where the word that ends at `end` starts. */
export function wordStart(end: number): number {
  let i = end
  while (i > 0 && isLetter(text.charCodeAt(i - 1))) i--
  return i
}
/** A part of the text in small letters, without marks. */
export function fold(start: number, end: number): string {
  let out = ''
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    const letter = unit < FOLDED ? FOLD[unit]! : 0
    if (letter !== 0) out += String.fromCharCode(letter)
  }
  return out
}
