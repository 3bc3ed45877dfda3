/** The candidate that a mistyped word most likely meant: at most two edits away, or one for words under five characters. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = word.length < 5 ? 1 : 2
  for (const candidate of candidates) {
    const edits = distance(word, candidate)
    if (edits < least || (edits === least && best === undefined)) {
      best = candidate
      least = edits
    }
  }
  return best
}

/** ` (did you mean …?)`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const best = suggest(word, candidates)
  return best === undefined ? '' : ` (did you mean \`${best}\`?)`
}

/** Edits between two words; swapping two neighbours counts as one (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, rows[i - 2]![j - 2]! + 1)
      row.push(edits)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}
