/** All tests but those that need Node, inside workerd with real Durable Objects. */
import { fileURLToPath } from 'node:url'
import { cloudflareTest } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { writeCensus } from './scripts/census.ts'
import { writeBundle } from './src/hosts/node/bundle.ts'

writeBundle('guardrails')
await writeCensus()

export default defineConfig({
  plugins: [
    cloudflareTest({
      // Only the Durable Objects: tests make their own hosts.
      main: './src/hosts/workers/objects.ts',
      wrangler: { configPath: './wrangler.toml' },
      miniflare: { bindings: { PARAPET_MASTER_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=' } },
    }),
  ],
  resolve: { alias: { '#host': fileURLToPath(new URL('./test/support/host-workers.ts', import.meta.url)) } },
  test: {
    name: 'workerd',
    include: ['test/**/*.test.ts'],
    exclude: ['test/node/**', 'test/hosts/node/**', 'test/e2e/**'],
    testTimeout: 30_000,
  },
})
