/** Boxes of the post, and the addresses of soldiers. */
import { at, NONE, readAt } from './cursor.ts'
import { isDigit, isUpper, ODD, word } from './reader.ts'

/** One of the forms of boxes, word by word. */
export function matchBox(start: number): number {
  for (const form of BOXES) {
    let i = start
    for (const part of form) {
      if (i === NONE) break
      i = part === '#' ? readDigits(i) : part === '*' ? readCapital(i) : readLiteral(i, part)
    }
    if (i !== NONE) return i
  }
  return NONE
}

const BOXES: readonly (readonly string[])[] = [
  ['PSC ', '#', ', Box ', '#'],
  ['Unit ', '#', ' Box ', '#'],
  ['P.O. Box ', '#'],
  ['PO Box ', '#'],
  ['P. O. Box ', '#'],
  ['Postfach ', '#'],
  ['USS ', '*', '\n', 'FPO '],
  ['USNS ', '*', '\n', 'FPO '],
  ['USNV ', '*', '\n', 'FPO '],
  ['USCGC ', '*', '\n', 'FPO '],
]

function readLiteral(start: number, literal: string): number {
  for (let i = 0; i < literal.length; i++) {
    if ((at(start + i) | 0x20) !== (literal.charCodeAt(i) | 0x20)) return NONE
  }
  // What ends before its last letter is the tail's to read.
  return literal === 'FPO ' ? start - 1 : start + literal.length
}

function readDigits(start: number): number {
  let i = start
  while (isDigit(at(i)) && i < start + 6) i++
  return i === start || isDigit(at(i)) ? NONE : i
}

function readCapital(start: number): number {
  if (!isUpper(at(start))) return NONE
  readAt(start)
  return word.shape === ODD ? NONE : word.end
}
