/**
 * Words as the tables know them: in lower case and without marks, so that `GUÐMUNDSDÓTTIR` and `Gudmundsdottir` are one. The
 * script that makes the tables folds with the same function.
 */

/** Units up to here are folded; what is above is another script, and no name that we look for. */
export const FOLDED = 0x250

const OTHERS: Readonly<Record<string, string>> = {
  æ: 'a',
  œ: 'o',
  ø: 'o',
  ð: 'd',
  đ: 'd',
  þ: 't',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ß: 's',
  ŋ: 'n',
  ŧ: 't',
  ĸ: 'k',
}

/** What a unit is folded to; 0 for what is no letter. */
export const FOLD = Uint8Array.from({ length: FOLDED }, (_, unit) => {
  const small = String.fromCharCode(unit).toLowerCase().normalize('NFD')[0]!
  const letter = OTHERS[small] ?? small
  return letter >= 'a' && letter <= 'z' ? letter.charCodeAt(0) : 0
})

/** A hash of letters, one at a time; `finish` mixes it. FNV-1a (draft-eastlake-fnv), 32 bits. */
export const SEED = 0x811c9dc5 | 0
export function mix(hash: number, letter: number): number {
  return Math.imul(hash ^ letter, 0x01000193)
}
/** Width of a word's fingerprint, in bits. A word that is in no list is taken for one that is 1 time in 2^BITS / entries. */
export const BITS = 22
export function finish(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h ^= h >>> 13
  return h >>> (32 - BITS)
}

/** The fingerprint of a word or of several; what is no letter counts only as a blank between words. */
export function fingerprint(text: string): number {
  let hash = SEED
  let gap = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const letter = unit < FOLDED ? FOLD[unit]! : 0
    if (letter === 0) {
      gap ||= unit === 0x20 || unit === 0x2d
      continue
    }
    if (gap && hash !== SEED) hash = mix(hash, 0x20)
    gap = false
    hash = mix(hash, letter)
  }
  return finish(hash)
}
