/**
 * Do the tests have teeth? Each mutant is one line broken on purpose, in a copy of the tree; the tests named with it must
 * notice. `npm run mutants`, or `npm run mutants -- WORD` for those whose file or reason has the word.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acted } from './mutants/acted.ts'
import { anchored } from './mutants/anchored.ts'
import { attacked } from './mutants/attacked.ts'
import { core } from './mutants/core.ts'
import { detected } from './mutants/detected.ts'
import { files } from './mutants/files.ts'
import type { Mutant } from './mutants/mutant.ts'
import { sockets } from './mutants/sockets.ts'
import { stored } from './mutants/stored.ts'
import { surface } from './mutants/surface.ts'
import { translated } from './mutants/translated.ts'

const MUTANTS: readonly Mutant[] = [
  ...core,
  ...stored,
  ...files,
  ...translated,
  ...sockets,
  ...anchored,
  ...surface,
  ...acted,
  ...attacked,
  ...detected,
]

const root = new URL('..', import.meta.url).pathname
const word = process.argv[2] ?? ''
const chosen = MUTANTS.filter(({ law, file }) => law.includes(word) || file.includes(word))
const copy = mkdtempSync(join(tmpdir(), 'parapet-mutants-'))
for (const name of [
  'src',
  'test',
  'guardrails',
  'generated',
  'scripts',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
  'wrangler.toml',
]) {
  // Not the packages of the agents, which are large.
  cpSync(join(root, name), join(copy, name), { recursive: true, filter: (path) => !path.includes('node_modules') })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

function run(tests: readonly string[]): { passes: boolean; output: string } {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--reporter=dot', ...tests]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { passes: status === 0, output: stdout + stderr }
}

let caught = 0
const missed: string[] = []
try {
  // A suite that fails anyway would notice everything.
  const whole = run([...new Set(chosen.flatMap(({ tests }) => tests))])
  if (!whole.passes) throw new Error(`the tests fail without any breakage:\n${whole.output}`)
  for (const [i, { law, file, find, put, tests }] of chosen.entries()) {
    const path = join(copy, file)
    const text = readFileSync(path, 'utf8')
    if (text.split(find).length !== 2) {
      missed.push(`${law} (${file}): the line to break stands there ${text.split(find).length - 1} times`)
      continue
    }
    writeFileSync(
      path,
      text.replace(find, () => put),
    )
    const { passes } = run(tests)
    writeFileSync(path, text)
    if (passes) missed.push(`${law} (${file})`)
    else caught++
    console.log(`${i + 1}/${chosen.length} ${passes ? 'MISSED' : 'caught'}: ${law}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
for (const line of missed) console.log(`not noticed: ${line}`)
console.log(`${caught} of ${chosen.length} breakages were noticed`)
process.exitCode = missed.length > 0 ? 1 : 0
