/** All tests but those of the Workers host, on Node. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { writeCensus } from './scripts/census.ts'
import { writeBundle } from './src/hosts/node/bundle.ts'

// Tests run against the repository's own guardrails, on both hosts in the form that a Worker gets.
writeBundle('guardrails')
await writeCensus()

export default defineConfig({
  resolve: { alias: { '#host': fileURLToPath(new URL('./test/support/host-node.ts', import.meta.url)) } },
  test: {
    name: 'node',
    include: ['test/**/*.test.ts'],
    exclude: ['test/hosts/workers/**'],
    testTimeout: 30_000,
    // Many tests wait for processes of their own: two files at a time leave no core idle.
    maxWorkers: 2,
  },
})
