/** How fast rules look at text: mixed text of three sizes, hostile text, and compiling. Ratios travel; figures do not. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createPatternDetector } from '../src/detectors/pattern.ts'
import { loadRules } from '../src/hosts/node/rules-loader.ts'
import { compileRuleset, packRuleset, type RulesetSource } from '../src/rules.ts'
import type { Detector } from '../src/types.ts'
import { loadPeers, type Peer } from './peers.ts'

const KB = 1024
/** How long one figure is measured, in milliseconds, three times over. */
const SLICE = 120
const WARM_MS = 700

/**
 * Measures detection with the shipped rules, and prints one line for each figure. `peers`: a folder where other packages are installed,
 * to be measured beside.
 */
export async function benchDetect(print: (line: string) => void, peers?: string): Promise<void> {
  const source = loadRules(fileURLToPath(new URL('../guardrails', import.meta.url)))
  const cold = time(() => compileRuleset(source))
  const compiled = compileRuleset(source)
  const { detector, plain } = compiled
  const corpus = mixedText(source, 512 * KB)
  const packed = JSON.parse(JSON.stringify(packRuleset(source))) as RulesetSource
  print(
    `rules: ${source.rules.length} of ${new Set(source.rules.map(({ pack }) => pack)).size} packs; compile: ${cold.toFixed(0)} ms, ` +
      `again ${fastest(5, () => compileRuleset(source)).toFixed(0)} ms, from tables ${fastest(10, () => compileRuleset(packed)).toFixed(1)} ms`,
  )
  const changed = await reload()
  print(`a changed rule, loaded, checked and compiled: ${changed.toFixed(0)} ms`)

  const patterns = source.rules.flatMap((rule) => rule.patterns.map(({ re }) => toRegExp(re)))
  for (const size of [1, 8, 64]) {
    const texts = slices(corpus, size * KB)
    const floor = throughput(texts, countBlanks)
    const rules = throughput(texts, (text) => scan(plainRules(source), text))
    const own = throughput(texts, (text) => scan(detector, text))
    const native = throughput(texts.slice(0, 8), (text) =>
      patterns.reduce((sum, re) => sum + count(text.matchAll(re)), 0),
    )
    print(
      `find all, ${size} KB: all rules ${rules.toFixed(1)} MB/s, with names and disguises ${own.toFixed(1)}; ` +
        `V8 RegExp one by one ${native.toFixed(2)}: ${(rules / native).toFixed(0)} times; ` +
        `a loop over charCodeAt ${floor.toFixed(0)}: ${(rules / floor).toFixed(3)} of it`,
    )
  }
  const prose = PROSE.repeat(8)
  print(
    `find all, plain prose: all rules ${throughput([prose], (text) => scan(plainRules(source), text)).toFixed(0)} MB/s, ` +
      `with names and disguises ${throughput([prose], (text) => scan(detector, text)).toFixed(0)}`,
  )
  const fewer = {
    ...source,
    rules: source.rules
      .filter((_, i) => i % Math.floor(source.rules.length / 20) !== 0)
      .slice(0, source.rules.length - 20),
  }
  const texts = slices(corpus, 8 * KB)
  const less = throughput(texts, (text) => scan(plainRules(fewer), text))
  const more = throughput(texts, (text) => scan(plainRules(source), text))
  print(`${source.rules.length - fewer.rules.length} more rules cost ${((less / more - 1) * 100).toFixed(1)} %`)

  if (peers !== undefined) {
    const some = slices(corpus, 8 * KB).slice(0, 4)
    print(
      `beside others, 8 KB: Parapet, everything on ${throughput(some, (text) => scan(detector, text)).toFixed(1)} MB/s`,
    )
    for (const peer of await loadPeers(peers, print))
      print(`  ${peer.name}: ${(await through(some, peer)).toFixed(2)} MB/s`)
  }

  for (const [name, one] of [
    ['rules', plain],
    ['with disguises', detector],
  ] as const) {
    const worst = findWorst(one, [...hostileUnits(source), ...mixes(source)])
    print(
      `hostile, ${name}: worst of ${worst.count} texts of 64 KB: ${worst.ms.toFixed(1)} ms of CPU; ` +
        `n^${worst.exponent.toFixed(2)} from 16 KB; ${JSON.stringify(worst.unit.slice(0, 40))}`,
    )
  }
  print(
    `streamed, 64 KB in pieces of 4 characters: ${streamed(detector, corpus.slice(0, 64 * KB)).toFixed(1)} µs a piece`,
  )
}

/** Detectors of rules alone, kept: to compile is not what is measured. */
const plains = new Map<RulesetSource, Detector>()
function plainRules(source: RulesetSource): Detector {
  const known = plains.get(source)
  if (known) return known
  const { rules } = compileRuleset({ ...source, packs: source.packs.filter((pack) => pack !== 'names') })
  const made = createPatternDetector(source.rules, rules, source)
  plains.set(source, made)
  return made
}

/** How long it takes until a changed rule can serve: once all others were checked. */
async function reload(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-bench-'))
  try {
    cpSync(fileURLToPath(new URL('../guardrails', import.meta.url)), folder, { recursive: true })
    loadRules(folder)
    const file = join(folder, 'data/core/email.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^description: .*$/m, 'description: Changed.'))
    return time(() => compileRuleset(loadRules(folder)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** CPU time, since a machine that does other things must not count. */
function cpu(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
function findWorst(detector: Detector, units: readonly string[]) {
  const measure = (unit: string, size: number, times: number) => {
    const text = repeat(unit, size)
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < times; i++)
      least = Math.min(
        least,
        cpu(() => scan(detector, text)),
      )
    return least
  }
  const slow = units
    .map((unit) => ({ unit, ms: measure(unit, 4 * KB, 2) }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 12)
    .map(({ unit }) => ({ unit, ms: measure(unit, 64 * KB, 4) }))
  const worst = slow.reduce((a, b) => (b.ms > a.ms ? b : a))
  const small = measure(worst.unit, 16 * KB, 6)
  return { ...worst, count: units.length, exponent: Math.log(worst.ms / small) / Math.log(4) }
}
/** Random mixes of what rules look for, each a text of its own. */
function mixes(source: RulesetSource): string[] {
  const parts = source.rules.flatMap(({ tests, context }) => [
    ...tests.finds.map((one) => (typeof one === 'string' ? one : (one.match ?? one.text)).slice(0, 24)),
    ...(context?.words.slice(0, 3) ?? []),
  ])
  let seed = 11
  const random = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * n)
  }
  return Array.from({ length: 200 }, () =>
    Array.from({ length: 3 + random(60) }, () => parts[random(parts.length)]!.slice(0, 2 + random(20))).join(
      ['', ' ', '-', '.', '\n'][random(5)],
    ),
  )
}
function countBlanks(text: string): number {
  let blanks = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 0x20) blanks++
  return blanks
}
async function through(texts: readonly string[], { look }: Peer): Promise<number> {
  let most = 0
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    for (const text of texts) await look(text)
    most = Math.max(most, texts.reduce((sum, { length }) => sum + length, 0) / (performance.now() - start) / 1000)
  }
  return most
}

function scan(detector: Detector, text: string): number {
  return detector.detect(text, { from: 0, final: true }).findings.length
}
function count(all: Iterable<unknown>): number {
  let n = 0
  for (const _ of all) n++
  return n
}

const PROSE =
  'The meeting was moved to Thursday, since half of the team is away until then. I have put the notes from last week ' +
  'into the shared folder; please read them before we talk, and add what is missing. As for the numbers, we are a ' +
  'little above what we planned for the third quarter, mostly because two customers renewed early. '
const OTHER = [
  'const rows = await db.query("select id, name from users where created_at > $1 limit 50", [since])\n',
  '2024-11-21T11:35:29.123Z INFO worker[4121] request done status=200 duration=18ms path=/v1/items/88213\n',
  '{"id": 48213, "status": "open", "tags": ["billing", "late"], "total": 129.5, "updated": "2024-10-02"}\n',
  'export function clamp(x: number, lo = 0, hi = 100): number { return Math.min(hi, Math.max(lo, x)) }\n',
  'commit 9f2c1e7ab04d55e1c0a8f3be7712d9c4 fix: retry on 503, release 2.14.0-rc.1 (#1482)\n',
]

/** Prose, code, logs and JSON with an entity about every 300 characters; the same at every run. */
function mixedText(source: RulesetSource, size: number): string {
  const entities = source.rules
    .flatMap(({ tests }) => tests.finds.map((one) => (typeof one === 'string' ? one : (one.match ?? one.text))))
    .filter((entity) => entity.length < 100)
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * n)
  }
  let text = ''
  while (text.length < size) {
    const from = random(PROSE.length - 200)
    text += random(2) ? PROSE.slice(from, from + 200) : OTHER[random(OTHER.length)]! + OTHER[random(OTHER.length)]!
    text += ` ${entities[random(entities.length)]!} ${PROSE.slice(0, 60 + random(60))}`
  }
  return text.slice(0, size)
}

/** Beginnings of every rule's examples, over and over, alone and joined by what matches may contain. */
function hostileUnits(source: RulesetSource): string[] {
  const units = new Set([
    '1',
    '1 ',
    '12-',
    '4111 ',
    'a@',
    '@',
    'a.',
    'a@a.',
    'a:',
    ':',
    '1.',
    '-',
    '-----',
    'A1',
    'DE12 ',
    '+1',
    '(1',
  ])
  for (const { tests, trigger } of source.rules) {
    for (const example of tests.finds) {
      const text = typeof example === 'string' ? example : (example.match ?? example.text)
      for (const length of [6, text.length]) {
        for (const joint of ['', ' ', '-']) units.add(text.slice(0, length) + joint)
      }
    }
    if (trigger) units.add(trigger)
  }
  return [...units]
}

function repeat(unit: string, size: number): string {
  return unit.repeat(Math.ceil(size / unit.length)).slice(0, size)
}
function slices(text: string, size: number): string[] {
  return Array.from({ length: Math.floor(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
}
function toRegExp(re: string): RegExp {
  const body = re.replace(/\\x\{([0-9A-F]+)\}/g, (_, hex: string) => `\\u${hex.padStart(4, '0')}`)
  return body.startsWith('(?i)') ? new RegExp(body.slice(4), 'gi') : new RegExp(body, 'g')
}

function time(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}
function fastest(times: number, work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < times; i++) least = Math.min(least, time(work))
  return least
}
/** Characters, taken as bytes, in millions a second: the best of three slices. */
function throughput(texts: readonly string[], work: (text: string) => number): number {
  let most = 0
  let sink = 0
  // Automata make their states, and the engine its code, as texts need them.
  const warm = performance.now()
  for (let i = 0; performance.now() - warm < WARM_MS; i++) sink += work(texts[i % texts.length]!)
  for (let round = 0; round < 3; round++) {
    const start = performance.now()
    let done = 0
    let spent = 0
    for (let i = 0; spent < SLICE; i++) {
      const text = texts[i % texts.length]!
      sink += work(text)
      done += text.length
      if (i % 8 === 7 || text.length > 8 * KB) spent = performance.now() - start
    }
    most = Math.max(most, done / spent / 1000)
  }
  return sink < 0 ? 0 : most
}

/** Microseconds for each piece of a text that arrives four characters at a time. */
function streamed(detector: Detector, text: string): number {
  let base = 0
  let from = 0
  let pieces = 0
  const start = performance.now()
  for (let cut = 4; cut < text.length; cut += 4) {
    const { open } = detector.detect(text.slice(base, cut), { from: from - base, final: false })
    from = base + open
    base = Math.max(0, from - detector.context)
    pieces++
  }
  return ((performance.now() - start) * 1000) / pieces
}
