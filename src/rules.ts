import { combine } from './detectors/combine.ts'
import { type CompiledRules, compileRules } from './detectors/compile.ts'
import { disguised } from './detectors/disguise.ts'
import { NAME_RULES, names } from './detectors/names/index.ts'
import { type PackedRules, packRules, unpackRules } from './detectors/packed.ts'
import { createPatternDetector } from './detectors/pattern.ts'
import { id } from './ids.ts'
import type { Digest, Rule, Ruleset } from './types.ts'

/** A candidate is reported when its score reaches this. */
export const THRESHOLD = 0.5

/** Packs that are on unless parapet.yaml says otherwise: what is no country's. */
export const PACKS: readonly string[] = ['core', 'secrets', 'names']
/** The pack that is no folder: people, places and organisations, which no pattern describes; see `detectors/names`. */
const NAMES = 'names'

/** A rule as its YAML file says it; `hosts/node/rules-loader.ts` has checked it. guardrails/README.md tells what the fields mean. */
export interface RuleSource {
  readonly id: string
  /** The folder it is in: a country, or a kind of data. */
  readonly pack: string
  readonly version: number
  readonly entity: string
  readonly label: string
  readonly description: string
  /** The standard or vendor page that the pattern follows, by name. */
  readonly reference: string
  /** RE2 syntax, the subset of `detectors/regex.ts`. A match is the longest one. */
  readonly patterns: readonly { readonly re: string; readonly score: number }[]
  /** A literal that every match contains once what stands before it is read; where nothing else is rare. */
  readonly trigger?: string | undefined
  /** A validator by name; see `src/validators`. */
  readonly validate?: string | undefined
  readonly context?: RuleContext | undefined
  /** Nothing it matches is longer, in characters. */
  readonly reach: number
  /** A character class that no match contains. */
  readonly boundary?: string | undefined
  /** A character class that stands neither right before nor right after a match. */
  readonly alone?: string | undefined
  readonly tests: RuleTests
}
export interface RuleContext {
  readonly words: readonly string[]
  /** Where one of these stands as near, it is something else. */
  readonly unless?: readonly string[] | undefined
  /** How many characters before and after a candidate count. */
  readonly within: number
  /** What a word found there adds to the score. */
  readonly boost: number
}
export interface RuleTests {
  readonly finds: readonly (
    | string
    | { readonly text: string; readonly match?: string | undefined; readonly key?: string | undefined }
  )[]
  readonly ignores: readonly (string | { readonly text: string; readonly key?: string | undefined })[]
}

/** The rules of one bundle as JSON, ready to be compiled on any host. */
export interface RulesetSource {
  /** SHA-256 over the files, `sha256:…`. */
  readonly digest: Digest
  readonly threshold: number
  /** Packs whose rules hold by themselves; a rule of another one needs one of its context words. */
  readonly packs: readonly string[]
  /** The rules' patterns, compiled: a Worker is built with this, and the patterns themselves are left out. */
  readonly compiled?: PackedRules | undefined
  readonly rules: readonly RuleSource[]
}

/** Compiles rules. Throws an Error that names the rule if one cannot be compiled; the loader has tried them all before. */
export function compileRuleset(source: RulesetSource): Ruleset {
  const described = source.rules.map(describe)
  const patterns = createPatternDetector(source.rules, described, source, compiledOf(source))
  const sighted = disguised(patterns, { rows: true })
  if (!source.packs.includes(NAMES))
    return { digest: source.digest, rules: described, detector: sighted, plain: patterns }
  const plain = { ...combine([patterns, names]), explain: patterns.explain }
  return {
    digest: source.digest,
    rules: [...described, ...NAME_RULES],
    // Names are read as they stand: who writes one in disguise hides it from the model as well.
    detector: combine([sighted, names]),
    plain,
  }
}

function compiledOf(source: RulesetSource): CompiledRules {
  return source.compiled ? unpackRules(source.compiled) : compileRules(source.rules, source)
}

/** The same ruleset for a Worker to be built with: compiled, and without what only an editor of rules needs. */
export function packRuleset(source: RulesetSource): RulesetSource {
  const rules = source.rules.map((rule) => ({
    ...rule,
    description: '',
    reference: '',
    tests: { finds: [], ignores: [] },
    // A rule with a trigger is few characters of automata, which are built when they are needed.
    patterns: rule.trigger === undefined ? rule.patterns.map(({ score }) => ({ re: '', score })) : rule.patterns,
  }))
  return { ...source, rules, compiled: packRules(compileRules(source.rules, source)) }
}

function describe(rule: RuleSource): Rule {
  return { ref: id(`${rule.id}@${rule.version}`), entity: id(rule.entity), label: id(rule.label) }
}
