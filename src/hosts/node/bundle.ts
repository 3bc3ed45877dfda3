/** Writes the bundle that a Worker is built with. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadBundle } from './load.ts'

const FOLDER = fileURLToPath(new URL('../../../generated/', import.meta.url))
export const BUNDLE_FILE = `${FOLDER}bundle.json`

/** Reads and checks a folder of guardrails and writes it as one file; leaves a file that says the same as it is. */
export function writeBundle(guardrails: string): { readonly path: string; readonly bytes: number } {
  const text = `${JSON.stringify(loadBundle(guardrails))}\n`
  mkdirSync(FOLDER, { recursive: true })
  if (readOld() !== text) {
    // By renaming, so that whoever reads it at the same time sees the one or the other.
    const fresh = `${BUNDLE_FILE}.${process.pid}`
    writeFileSync(fresh, text)
    renameSync(fresh, BUNDLE_FILE)
  }
  return { path: BUNDLE_FILE, bytes: Buffer.byteLength(text) }
}
function readOld(): string | undefined {
  try {
    return readFileSync(BUNDLE_FILE, 'utf8')
  } catch {
    return undefined // There is none yet.
  }
}
