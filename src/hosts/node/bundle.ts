/** Writes the bundle that a Worker is built with. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { packRuleset } from '../../rules.ts'
import { loadBundle } from './load.ts'

const FOLDER = fileURLToPath(new URL('../../../generated/', import.meta.url))
export const BUNDLE_FILE = `${FOLDER}bundle.json`
/** The rules with their examples: for tests, which run where there are no files. */
const RULES_FILE = `${FOLDER}rules.json`

/** Reads and checks a folder of guardrails and writes it as one file; leaves a file that says the same as it is. */
export function writeBundle(guardrails: string): { readonly path: string; readonly bytes: number } {
  const bundle = loadBundle(guardrails)
  writeChanged(RULES_FILE, bundle.ruleset)
  return { path: BUNDLE_FILE, bytes: writeChanged(BUNDLE_FILE, { ...bundle, ruleset: packRuleset(bundle.ruleset) }) }
}

function writeChanged(file: string, value: object): number {
  const text = `${JSON.stringify(value)}\n`
  mkdirSync(FOLDER, { recursive: true })
  if (readOld(file) !== text) {
    // By renaming, so that whoever reads it at the same time sees the one or the other.
    const fresh = `${file}.${process.pid}`
    writeFileSync(fresh, text)
    renameSync(fresh, file)
  }
  return Buffer.byteLength(text)
}
function readOld(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // There is none yet.
  }
}
