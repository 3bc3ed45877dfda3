/** The rules that `parapet scan` looks with: those of the guardrails folder, with the packs and the threshold asked for. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { compileRuleset, PACKS, type RuleSource } from '../../../rules.ts'
import type { Ruleset } from '../../../types.ts'
import { ConfigurationError, UsageError } from '../errors.ts'
import { loadRules } from '../rules-loader.ts'
import { didYouMean } from '../suggest.ts'
import { readYaml } from '../yaml-file.ts'
import type { ScanOptions } from './options.ts'

/** The rest of the settings is for serving. */
const PACKS_ONLY = z.looseObject({ packs: z.array(z.string()).default([...PACKS]) })

export interface ScanRules extends Ruleset {
  readonly sources: readonly RuleSource[]
}

/** @throws ConfigurationError, RulesError; UsageError for a pack or label that there is not */
export function loadScanRules(folder: string, { packs, threshold, labels, failOn }: ScanOptions): ScanRules {
  if (!existsSync(folder)) throw new ConfigurationError(`${folder}: there is no such folder; see PARAPET_GUARDRAILS`)
  const source = loadRules(folder, readYaml(join(folder, 'parapet.yaml'), PACKS_ONLY, {}).packs)
  const known = [...new Set(source.rules.map(({ pack }) => pack))].sort()
  const asked = packs === 'all' ? known : packs
  const stranger = asked.find((pack) => !known.includes(pack))
  if (stranger !== undefined) {
    throw new UsageError(
      `there is no pack \`${stranger}\`${didYouMean(stranger, known)}; there are: ${known.join(', ')}`,
    )
  }
  const on = { ...source, packs: [...source.packs, ...asked], threshold: threshold ?? source.threshold }
  const ruleset = compileRuleset(on)
  const names = new Set<string>(ruleset.rules.flatMap(({ label }) => [label, ...parentsOf(label)]))
  for (const [option, list] of [
    ['labels', labels],
    ['fail-on', failOn],
  ] as const) {
    const unknown = list?.find((label) => !names.has(label))
    if (unknown === undefined) continue
    throw new UsageError(`--${option}: no rule has the label \`${unknown}\`${didYouMean(unknown, names)}`)
  }
  return { ...ruleset, sources: source.rules }
}

/** `pii` of `pii.email`. */
function parentsOf(label: string): readonly string[] {
  const parts = label.split('.')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('.'))
}
