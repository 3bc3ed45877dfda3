/** Words that a pattern matches, made from its tree. */
import type { Charset } from '../../src/detectors/charset.ts'
import { contains } from '../../src/detectors/charset.ts'
import { type Node, parsePattern } from '../../src/detectors/regex.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** One of a few numbers, from 0 to below `count`. */
export type Choose = (count: number) => number

/** A word of a pattern; where it may have letters and digits it has those. `fill` stands wherever more than one character could. */
export function makeWord(re: string, choose: Choose, fill = ''): string {
  const make = (node: Node): string => {
    switch (node.kind) {
      case 'set':
        return pick(node.set)
      case 'cat':
        return node.parts.map(make).join('')
      case 'alt':
        return make(node.parts[choose(node.parts.length)]!)
      case 'rep': {
        const most = Math.min(node.max, node.min + (node.min === 0 ? 1 : 8))
        return Array.from({ length: node.min + choose(most - node.min + 1) }, () => make(node.node)).join('')
      }
    }
  }
  const pick = (set: Charset): string => {
    const usual = Array.from(LETTERS).filter((char) => contains(set, char.charCodeAt(0)))
    const filling = Array.from(fill).find((char) => contains(set, char.charCodeAt(0)))
    if (usual.length > 1) return filling ?? usual[choose(usual.length)]!
    // A blank rather than what stands before it in ASCII.
    const unit = contains(set, 0x20) ? 0x20 : set[0]!
    return usual[0] ?? String.fromCharCode(unit)
  }
  return make(parsePattern(re).node)
}
