/** Memory of files that come in parts, measured in a process of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('parts of 64 MB need a tenth of that at most, coming in, put together and going out', async () => {
  const script = fileURLToPath(new URL('../support/parts-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '64', '2'])
  const { idle, live, arrived } = JSON.parse(stdout) as { idle: number; live: number; arrived: number }
  expect(arrived).toBeGreaterThanOrEqual(128)
  expect(live - idle).toBeLessThan(6)
}, 120_000)
