/**
 * Fingerprints by what they stand for, as Golomb-Rice coded differences: of each kind 2 bytes of its bits, 3 of its count, 1 of
 * the length of a remainder in bits, 3 of how many bytes of code follow. `src/detectors/names/lexicon.ts` reads it.
 */
export function pack(kinds: ReadonlyMap<number, number>): Uint8Array {
  const groups = Map.groupBy(kinds, ([, kind]) => kind)
  const out: number[] = []
  for (const [kind, entries] of [...groups].sort(([a], [b]) => a - b)) {
    const prints = entries.map(([print]) => print).sort((a, b) => a - b)
    const gaps = prints.map((print, i) => print - (i === 0 ? 0 : prints[i - 1]! + 1))
    const coded = Array.from({ length: 24 }, (_, width) => width)
      .map((width) => ({ width, bits: gaps.reduce((sum, gap) => sum + (gap >>> width) + 1 + width, 0) }))
      .reduce((a, b) => (b.bits < a.bits ? b : a))
    const code = encode(gaps, coded.width)
    out.push(...bytes(kind, 2), ...bytes(prints.length, 3), coded.width, ...bytes(code.length, 3))
    for (const byte of code) out.push(byte)
  }
  return Uint8Array.from(out)
}

function encode(gaps: readonly number[], width: number): readonly number[] {
  const out: number[] = []
  let byte = 0
  let used = 0
  const put = (bit: number): void => {
    byte = (byte << 1) | bit
    if (++used < 8) return
    out.push(byte)
    byte = used = 0
  }
  for (const gap of gaps) {
    for (let i = gap >>> width; i > 0; i--) put(1)
    put(0)
    for (let i = width - 1; i >= 0; i--) put((gap >>> i) & 1)
  }
  while (used > 0) put(0)
  return out
}
function bytes(value: number, length: number): number[] {
  return Array.from({ length }, (_, i) => (value >>> (8 * (length - 1 - i))) & 255)
}
