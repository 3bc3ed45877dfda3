/** The whole gate: types, lint, and every test on Node and in workerd. `npm test -- PATTERN` runs tests of some files only. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCensus } from './census.ts'
import { run } from './run.ts'
import { checkTypes } from './types.ts'

interface Count {
  readonly passed: number
  readonly failed: number
}
const patterns = process.argv.slice(2)
const reports = mkdtempSync(join(tmpdir(), 'parapet-test-'))
let total: Count = { passed: 0, failed: 0 }

// What the installed SDKs can ask and be told: the tests plant canaries in all of it.
await writeCensus()
if (patterns.length === 0) {
  await step('types', async () => failedIf(await checkTypes()))
  await step('lint', async () => {
    const { code, output } = await run('node_modules/@biomejs/biome/bin/biome', ['check', '--colors=off', '.'])
    return failedIf(code === 0 ? '' : output)
  })
}
await step('tests on Node', () => runTests('vitest.config.ts'))
await step('tests in workerd', () => runTests('vitest.workers.config.ts'))
rmSync(reports, { recursive: true })
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1

async function step(name: string, work: () => Promise<Count>): Promise<void> {
  console.log(`\n── ${name} …`)
  const started = performance.now()
  const { passed, failed } = await work()
  total = { passed: total.passed + passed, failed: total.failed + failed }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`── ${name}: ${failed === 0 ? 'ok' : 'FAILED'} (${seconds} s)`)
}

function failedIf(errors: string): Count {
  if (errors !== '') console.error(errors)
  return { passed: 0, failed: errors === '' ? 0 : 1 }
}

async function runTests(config: string): Promise<Count> {
  const report = join(reports, `${config}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const args = ['run', '--config', config, '--passWithNoTests', ...reporters, ...patterns]
  const { code } = await run('node_modules/vitest/vitest.mjs', args, { show: true })
  try {
    const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
    // A file that does not load, or an error outside of any test, fails the run without a failed test.
    const failed = code === 0 && success ? numFailedTests : Math.max(1, numFailedTests)
    return { passed: numPassedTests, failed }
  } catch {
    console.error(`${config}: the run ended without a report`)
    return { passed: 0, failed: 1 }
  }
}
interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly success: boolean
}
