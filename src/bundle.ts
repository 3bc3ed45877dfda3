/** A bundle: everything that configuration says, as data that can be shipped; and compiled, for one environment. */
import { type AccessSource, createAccess } from './access.ts'
import { remoteRules } from './detectors/remote.ts'
import type { Bundle } from './ports.ts'
import { compileRuleset, type RulesetSource } from './rules.ts'
import type { Settings } from './types.ts'
import { type Resolve, resolveUpstreams, type UpstreamSource } from './upstreams.ts'

/** Plain JSON. Holds no secrets: credentials are named by the variable that holds them. */
export interface BundleSource {
  readonly ruleset: RulesetSource
  readonly access: AccessSource
  readonly upstreams: readonly UpstreamSource[]
  readonly settings: Settings
}

/** @throws Error if a part does not compile, or a base URL in the environment may not be used */
export function compileBundle(source: BundleSource, resolve: Resolve): Bundle {
  return prepareBundle(source)(resolve)
}

/** Compiles what does not depend on the environment, for hosts that learn of that later. */
export function prepareBundle(source: BundleSource): (resolve: Resolve) => Bundle {
  const { remote } = source.settings
  const compiled = compileRuleset(source.ruleset)
  // What an analyzer finds is told, and put back, like what rules find.
  const ruleset = remote ? { ...compiled, rules: [...compiled.rules, ...remoteRules(remote)] } : compiled
  const access = createAccess(source.access)
  const { settings } = source
  return (resolve) => ({ ruleset, access, settings, upstreams: resolveUpstreams(source.upstreams, resolve) })
}
