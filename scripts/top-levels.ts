/**
 * Makes `src/validators/toplevels.ts`: the top-level domains of ICANN's part of the public suffix list, read off `tldts-icann`.
 * Of the list only the last labels are needed here, which are a seventh of it. Run it again when `test/node/top-levels.test.ts`
 * says that the package knows others.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTopLevels } from '../test/support/top-levels.ts'
import { ROOT } from './run.ts'

const names = await readTopLevels()
const lines: string[] = []
let line = ''
for (const name of names) {
  if (line.length + name.length > 118) {
    lines.push(line)
    line = ''
  }
  line += `${name} `
}
lines.push(line)
writeFileSync(
  join(ROOT, 'src/validators/toplevels.ts'),
  `/** The top-level domains of the DNS root (IANA), as \`scripts/top-levels.ts\` read them. */
export const TOP_LEVELS: ReadonlySet<string> = new Set(
  (
${lines.map((one, i) => `    '${i === lines.length - 1 ? one.trimEnd() : one}'`).join(' +\n')}
  ).split(' '),
)
`,
)
