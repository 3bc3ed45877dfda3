/**
 * Reads the rules of a guardrails folder. Everything that can be wrong with a rule is found here, and told as
 * `file:line: what is wrong, and what to write instead`; what passes compiles on every host.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { LRUCache } from 'lru-cache'
import { RE2JS } from 're2js'
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { overlap } from '../../detectors/charset.ts'
import { buildDfa } from '../../detectors/dfa.ts'
import { alphabet, hasNest, maxLength, minLength, parseClass, parsePattern, splitAt } from '../../detectors/regex.ts'
import { digest } from '../../ids.ts'
import { compileRuleset, PACKS, type RuleSource, type RulesetSource, THRESHOLD } from '../../rules.ts'
import { VALIDATORS } from '../../validators/index.ts'

/** Rules that cannot be used: one line for each error. */
export class RulesError extends Error {
  readonly lines: readonly string[]

  constructor(lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'RulesError'
    this.lines = lines
  }
}

/** The most that `reach` may be: a stream may be held back for as long. */
const MAX_REACH = 16_384

const Example = z.union([z.string(), z.strictObject({ text: z.string(), key: z.string().optional() })])
const Found = z.union([
  z.string(),
  z.strictObject({ text: z.string(), match: z.string().optional(), key: z.string().optional() }),
])
const Score = z.number().min(0).max(1)
const RuleFile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/, 'small letters, digits and hyphens'),
  version: z.int().min(1),
  entity: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/, 'capital letters, digits and underscores'),
  label: z.string(),
  description: z.string().min(1),
  reference: z.string().min(1),
  patterns: z.array(z.strictObject({ re: z.string().min(1), score: Score })).min(1),
  trigger: z.string().min(1).optional(),
  validate: z.string().optional(),
  context: z
    .strictObject({
      words: z.array(z.string().trim().min(1)).min(1),
      unless: z.array(z.string().trim().min(1)).min(1).optional(),
      within: z.int().min(1).max(256).default(48),
      boost: Score.default(0.4),
    })
    .optional(),
  reach: z.int().min(2).max(MAX_REACH),
  boundary: z.string().optional(),
  alone: z.string().optional(),
  tests: z.strictObject({ finds: z.array(Found).min(1), ignores: z.array(Example).min(1) }),
})
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(RuleFile.shape),
  patterns: ['re', 'score'],
  context: ['words', 'unless', 'within', 'boost'],
  tests: ['finds', 'ignores'],
  finds: ['text', 'match', 'key'],
  ignores: ['text', 'key'],
}

type Path = readonly PropertyKey[]
/** Reports an error at a place in a file. */
type Report = (path: Path, message: string) => void

/** Loads `data/<pack>/*.yaml` of a guardrails folder; labels must be in its `labels.yaml`. `packs`: those that are on. Throws a RulesError. */
export function loadRules(folder: string, packs: readonly string[] = PACKS): RulesetSource {
  const lines: string[] = []
  const labels = readLabels(folder, lines)
  const hash = createHash('sha256')
  const rules: RuleSource[] = []
  const files = new Map<string, string>()
  for (const file of listRules(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    hash.update(`${file}\0${Buffer.byteLength(text)}\0${text}`)
    const tell = (line: number, message: string) => lines.push(`${join(folder, file)}:${line}: ${message}`)
    const pack = file.split('/')[1]!
    const { rule, errors } = checkRule(text, pack, labels)
    for (const { line, message } of errors) tell(line, message)
    if (!rule) continue
    if (!rule.context && !packs.includes(pack)) {
      tell(
        1,
        `the pack ${pack} is off, so that its rules hold near context words only: give this one a \`context\`, or turn the pack on`,
      )
    }
    const other = files.get(rule.id)
    if (other) lines.push(`${join(folder, file)}:1: the id ${rule.id} is taken by ${other}: choose another`)
    files.set(rule.id, file)
    rules.push(rule)
  }
  if (rules.length === 0 && lines.length === 0) lines.push(`${join(folder, 'data')}:1: there are no rules here`)
  if (lines.length > 0) throw new RulesError(lines)
  hash.update(`packs\0${JSON.stringify(packs)}`)
  return { digest: digest(hash.digest('hex')), threshold: THRESHOLD, packs, rules }
}

function listRules(folder: string): string[] {
  return readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.yaml'))
    .sort()
}

/** The labels that rules may bear: the keys of `labels.yaml`. */
function readLabels(folder: string, lines: string[]): ReadonlySet<string> {
  const file = join(folder, 'labels.yaml')
  const document = parseDocument(readFileSync(file, 'utf8'))
  const map = document.get('labels') ?? document.contents
  if (document.errors.length > 0 || !isMap(map)) {
    lines.push(`${file}:1: a map of labels is needed`)
    return new Set()
  }
  return new Set(map.items.map(({ key }) => String(isScalar(key) ? key.value : key)))
}

interface Checked {
  readonly rule: RuleSource | undefined
  readonly errors: readonly { readonly line: number; readonly message: string }[]
}
/** What was said of files lately, by their text: where one rule is changed, the others need not be checked again. */
const known = new LRUCache<string, Checked>({ max: 2000 })

function checkRule(text: string, pack: string, labels: ReadonlySet<string>): Checked {
  const key = createHash('sha256')
    .update(JSON.stringify([pack, text, [...labels]]))
    .digest('base64')
  const before = known.get(key)
  if (before) return before
  const errors: { line: number; message: string }[] = []
  const rule = readRule(text, pack, labels, (line, message) => errors.push({ line, message }))
  const checked = { rule, errors }
  known.set(key, checked)
  return checked
}

function readRule(
  text: string,
  pack: string,
  labels: ReadonlySet<string>,
  tell: (line: number, message: string) => void,
): RuleSource | undefined {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true })
  for (const error of document.errors) tell(counter.linePos(error.pos[0]).line, error.message.split('\n')[0]!)
  if (document.errors.length > 0) return undefined
  let failed = false
  const report: Report = (path, message) => {
    failed = true
    tell(lineOf(document, counter, path), message)
  }
  let plain: unknown
  try {
    plain = document.toJS()
  } catch (error) {
    // Aliases of aliases of aliases.
    tell(1, (error as Error).message)
    return undefined
  }
  const parsed = RuleFile.safeParse(plain)
  if (!parsed.success) {
    for (const issue of parsed.error.issues) explain(issue, report)
    return undefined
  }
  const rule: RuleSource = { ...parsed.data, pack }
  checkNames(rule, labels, report)
  checkPatterns(rule, report)
  if (!failed) checkTests(rule, report)
  return failed ? undefined : rule
}

/** The line of a key, or of the nearest thing around it. */
function lineOf(document: Document, counter: LineCounter, path: Path): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true)
    const last = path[depth - 1]!
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === last)?.key
      : undefined
    const node = (key ?? document.getIn(path.slice(0, depth), true)) as { range?: [number] } | undefined
    if (node?.range) return counter.linePos(node.range[0]).line
  }
  return 1
}

function explain(issue: z.core.$ZodIssue, report: Report): void {
  const name = issue.path.map(String).join('.')
  const named = name === '' ? '' : `${name}: `
  if (issue.code === 'unrecognized_keys') {
    const within = [...issue.path].reverse().find((part) => typeof part === 'string') ?? ''
    for (const key of issue.keys) {
      report([...issue.path, key], `unknown key ${key}${suggest(key, KEYS[String(within)] ?? [])}`)
    }
  } else if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().find((one) => one.code === 'unrecognized_keys')
    if (inner) explain({ ...inner, path: [...issue.path, ...inner.path] }, report)
    else report(issue.path, `${named}a text, or a map with \`text\`, is needed`)
  } else if (issue.code === 'too_small' && issue.path[0] === 'tests') {
    report(issue.path, `${named}at least one example is needed`)
  } else {
    report(issue.path, `${named}${issue.message}`)
  }
}

function checkNames(rule: RuleSource, labels: ReadonlySet<string>, report: Report): void {
  if (!labels.has(rule.label)) report(['label'], `unknown label ${rule.label}${suggest(rule.label, [...labels])}`)
  if (rule.validate !== undefined && !Object.hasOwn(VALIDATORS, rule.validate)) {
    report(['validate'], `unknown validator ${rule.validate}${suggest(rule.validate, Object.keys(VALIDATORS))}`)
  }
}

function checkPatterns(rule: RuleSource, report: Report): void {
  const alone = attempt(() => rule.alone && parseClass(rule.alone), ['alone'], report)
  const boundary = attempt(() => rule.boundary && parseClass(rule.boundary), ['boundary'], report)
  if (alone === FAILED || boundary === FAILED) return
  if (rule.trigger !== undefined && rule.boundary === undefined) {
    report(['trigger'], 'a rule with a trigger needs a `boundary`: a character class that no match contains')
  }
  const boost = rule.context?.boost ?? 0
  rule.patterns.forEach(({ re, score }, i) => {
    const at = ['patterns', i, 're']
    const pattern = attempt(() => parsePattern(re), at, report)
    if (pattern === FAILED) return
    const { node } = pattern
    if (attempt(() => RE2JS.compile(re), at, report) === FAILED) return
    if (hasNest(node)) {
      report(at, 'a repetition right inside of another, such as (a+)+, says no more than a+: write one of them')
    }
    const longest = maxLength(node)
    if (minLength(node) < 2) report(at, 'a match must have at least two characters')
    if (Number.isFinite(longest) && longest > rule.reach) {
      report(at, `a match may have ${longest} characters, more than reach: ${rule.reach}`)
    }
    if (boundary && overlap(alphabet(node), boundary).length > 0) {
      report(['boundary'], `a match of \`${re}\` may contain characters of the boundary: take them out of it`)
    }
    if (attempt(() => buildDfa(node), at, report) === FAILED) return
    if (rule.trigger !== undefined) attempt(() => splitAt(node, rule.trigger!), at, report)
    if (score < THRESHOLD && score + boost < THRESHOLD - 1e-9) {
      report(
        ['patterns', i, 'score'],
        `with this score nothing is reported: ${THRESHOLD} is needed, \`context\` included`,
      )
    }
  })
}

const FAILED = Symbol('failed')
function attempt<T>(work: () => T, path: Path, report: Report): T | typeof FAILED {
  try {
    return work()
  } catch (error) {
    report(path, (error as Error).message)
    return FAILED
  }
}

/** Runs a rule's own examples. They are the operator's, so they may be quoted. */
function checkTests(rule: RuleSource, report: Report): void {
  const compiled = attempt(
    () => compileRuleset({ digest: digest(''), threshold: THRESHOLD, packs: [rule.pack], rules: [rule] }),
    ['id'],
    report,
  )
  if (compiled === FAILED) return
  const find = (text: string, key: string | undefined) =>
    compiled.detector
      .detect(text, { from: 0, final: true, key })
      .findings.map(({ start, end }) => text.slice(start, end))
  rule.tests.finds.forEach((example, i) => {
    const { text, match, key } = typeof example === 'string' ? { text: example } : { ...example }
    const found = find(text, key)
    if (found.length === 0) report(['tests', 'finds', i], `example ${i + 1} of finds: nothing is found in "${text}"`)
    else if (match !== undefined && !found.includes(match)) {
      report(['tests', 'finds', i], `example ${i + 1} of finds: "${found.join('", "')}" is found, not "${match}"`)
    }
  })
  rule.tests.ignores.forEach((example, i) => {
    const { text, key } = typeof example === 'string' ? { text: example } : { ...example }
    const [found] = find(text, key)
    if (found !== undefined) report(['tests', 'ignores', i], `example ${i + 1} of ignores: "${found}" is found`)
  })
}

/** `; did you mean …?`, if a known name is near. */
function suggest(name: string, known: readonly string[]): string {
  let best: string | undefined
  let least = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  if (best !== undefined) return `; did you mean ${best}?`
  const more = known.length > 12 ? ` and ${known.length - 12} more` : ''
  return `; known are ${known.slice(0, 12).join(', ')}${more}`
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
