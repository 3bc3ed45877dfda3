/**
 * Makes `src/validators/pairs.ts`: how often one letter follows another in English and in code, counted over the texts that come
 * with the packages in `node_modules` (README files and type declarations). Run it again after a change of packages only if
 * `test/validators/secrets-noise.test.ts` says that words and noise are no longer told apart.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.ts'

/** Characters read of one file, so that no package speaks for all. */
const MOST = 400_000
/** 26 letters, digits as one, all other characters of a word as one. */
const CLASSES = 28
/** Added to every count: what was not seen may still come. */
const PRIOR = 2

const counts = new Float64Array(CLASSES * CLASSES)
const cases = new Float64Array(4)
for (const file of listTexts(join(ROOT, 'node_modules'), 0)) count(readFileSync(file, 'utf8').slice(0, MOST))

/** Bits of surprise in quarters, each as one character from `0` (48) on. */
function encode(row: Float64Array): string {
  const sum = row.reduce((a, b) => a + b + PRIOR, 0)
  return Array.from(row, (one) =>
    String.fromCharCode(48 + Math.min(74, Math.round(-4 * Math.log2((one + PRIOR) / sum)))),
  ).join('')
}
const rows = Array.from({ length: CLASSES }, (_, i) => encode(counts.subarray(i * CLASSES, (i + 1) * CLASSES)))
const bits = (one: number, other: number) => Math.round(-4 * Math.log2(one / (one + other))) / 4
const quote = (row: string) => `  '${row.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}',`
writeFileSync(
  join(ROOT, 'src/validators/pairs.ts'),
  `/**
 * How surprising one letter after another is in English and in code: quarter bits, each as one character from \`0\` on. A row for
 * each of a to z, digits, and what else stands in a word; in a row the same for what follows. Counted by \`scripts/letter-pairs.ts\`
 * over the README files and type declarations of the packages that this project is built with.
 */
// biome-ignore format: a row a line
export const PAIRS: readonly string[] = [
${rows.map(quote).join('\n')}
]
/** Bits of surprise that two letters in a row are: small and small, small and capital, capital and small, capital and capital. */
export const CASES: readonly number[] = [${bits(cases[0]!, cases[1]!)}, ${bits(cases[1]!, cases[0]!)}, ${bits(cases[2]!, cases[3]!)}, ${bits(cases[3]!, cases[2]!)}]
`,
)

function listTexts(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return depth < 4 && !entry.name.startsWith('.') ? listTexts(path, depth + 1) : []
      return /^readme(\.md)?$/i.test(entry.name) || entry.name.endsWith('.d.ts') ? [path] : []
    })
}

function count(text: string): void {
  for (const [word] of text.matchAll(/[A-Za-z][A-Za-z0-9_.+/-]{2,40}/g)) {
    for (let i = 1; i < word.length; i++) {
      const before = word.charCodeAt(i - 1)
      const unit = word.charCodeAt(i)
      counts[classOf(before) * CLASSES + classOf(unit)]!++
      if (classOf(before) < 26 && classOf(unit) < 26) cases[(before < 0x61 ? 2 : 0) + (unit < 0x61 ? 1 : 0)]!++
    }
  }
}
function classOf(unit: number): number {
  const small = unit | 0x20
  if (small >= 0x61 && small <= 0x7a) return small - 0x61
  return unit >= 0x30 && unit <= 0x39 ? 26 : 27
}
