/** Reads the guardrails folder again when something in it changes. What is wrong is told, and what was served before goes on serving. */
import { type FSWatcher, watch } from 'node:fs'
import { compileBundle } from '../../bundle.ts'
import type { Bundle } from '../../ports.ts'
import type { Environment } from './environment.ts'
import { loadBundle } from './load.ts'

/** An editor writes a file in several steps, and a checkout many files. Milliseconds. */
const QUIET_MS = 150

export interface Watching {
  stop(): void
}

/** `served`: what was loaded at the start. `use` is given what is to be served from then on. */
export function watchGuardrails(environment: Environment, served: Bundle, use: (bundle: Bundle) => void): Watching {
  let timer: NodeJS.Timeout | undefined
  let current = served
  const tell = (line: string) => console.error(`parapet: ${line}`)

  function reload(): void {
    const started = performance.now()
    try {
      const fresh = compileBundle(loadBundle(environment.guardrails), environment.read)
      const same = describe(fresh) === describe(current)
      if (same) return
      if (JSON.stringify(fresh.settings.limits) !== JSON.stringify(served.settings.limits)) {
        tell('the new limits hold from the next start on')
      }
      current = fresh
      use(fresh)
      const ms = Math.round(performance.now() - started)
      tell(
        `guardrails were read again: ${fresh.ruleset.rules.length} rules, ${fresh.ruleset.digest.slice(0, 19)}…, in ${ms} ms`,
      )
    } catch (error) {
      // INVARIANT: rules that do not load never replace ones that do.
      for (const line of (error as Error).message.split('\n')) tell(line)
      tell('the guardrails were not changed: those from before go on')
    }
  }
  const later = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      watchAgain()
      reload()
    }, QUIET_MS)
  }
  let watcher: FSWatcher | undefined
  // Anew after each change: a file that is replaced, as editors save, is another file, and the old one is watched on.
  function watchAgain(): void {
    watcher?.close()
    try {
      watcher = watch(environment.guardrails, { recursive: true }, later)
      watcher.on('error', () => tell('the guardrails folder is not watched any more: send SIGHUP after a change'))
    } catch {
      // Some file systems cannot be watched; the start must not fail for that.
      tell('the guardrails folder cannot be watched: send SIGHUP after a change')
    }
  }
  watchAgain()
  process.on('SIGHUP', reload)
  return {
    stop() {
      clearTimeout(timer)
      watcher?.close()
      process.off('SIGHUP', reload)
    },
  }
}

/** What tells two bundles apart. */
function describe({ ruleset, access, upstreams, settings }: Bundle): string {
  return JSON.stringify([ruleset.digest, access.digest, upstreams, settings])
}
