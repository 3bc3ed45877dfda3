/** How fast rules look at text: mixed text of three sizes, hostile text, and compiling. Ratios travel; figures do not. */
import { fileURLToPath } from 'node:url'
import { createPatternDetector } from '../src/detectors/pattern.ts'
import { loadRules } from '../src/hosts/node/rules-loader.ts'
import { compileRuleset, type RulesetSource } from '../src/rules.ts'
import type { Detector } from '../src/types.ts'

const KB = 1024
/** How long one figure is measured, in milliseconds, three times over. */
const SLICE = 120

/** Measures detection with the shipped rules and prints one line for each figure. Takes about ten seconds. */
export async function benchDetect(print: (line: string) => void): Promise<void> {
  const source = loadRules(fileURLToPath(new URL('../guardrails', import.meta.url)))
  const cold = time(() => compileRuleset(source))
  const compiled = compileRuleset(source)
  const { detector } = compiled
  const corpus = mixedText(source, 512 * KB)
  print(
    `rules: ${source.rules.length}; compile: ${cold.toFixed(1)} ms, again ${best(() => compileRuleset(source)).toFixed(1)} ms`,
  )

  const patterns = source.rules.flatMap((rule) => rule.patterns.map(({ re }) => toRegExp(re)))
  for (const size of [1, 8, 64]) {
    const texts = slices(corpus, size * KB)
    const own = throughput(texts, (text) => detector.detect(text, { from: 0, final: true }).findings.length)
    const native = throughput(texts, (text) => patterns.reduce((sum, re) => sum + count(text.matchAll(re)), 0))
    print(
      `find all, ${size} KB: ${own.toFixed(0)} MB/s; V8 RegExp one by one ${native.toFixed(1)} MB/s; ${(own / native).toFixed(1)} times`,
    )
  }
  const prose = PROSE.repeat(8)
  print(`find all, plain prose: ${throughput([prose], (text) => scan(detector, text)).toFixed(0)} MB/s`)

  const units = hostileUnits(source)
  const slow = units
    .map((unit) => ({ unit, ms: fastest(2, () => scan(detector, repeat(unit, 8 * KB))) }))
    .sort((a, b) => b.ms - a.ms)
    .slice(0, 8)
    .map(({ unit }) => ({ unit, ms: fastest(3, () => scan(detector, repeat(unit, 64 * KB))) }))
  const worst = slow.reduce((a, b) => (b.ms > a.ms ? b : a))
  const small = fastest(5, () => scan(detector, repeat(worst.unit, 16 * KB)))
  print(
    `hostile, worst of ${units.length} units repeated to 64 KB: ${worst.ms.toFixed(1)} ms; ` +
      `n^${(Math.log(worst.ms / small) / Math.log(4)).toFixed(2)} from 16 KB; ${JSON.stringify(worst.unit.slice(0, 40))}`,
  )
  print(
    `streamed, 64 KB in pieces of 4 characters: ${streamed(detector, corpus.slice(0, 64 * KB)).toFixed(1)} µs a piece`,
  )
  const described = compiled.rules
  const counting = createPatternDetector(source.rules, described, source)
  scan(counting, corpus)
  print(`characters read by automata, for each of the text: ${(counting.steps() / corpus.length).toFixed(2)}`)
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
      for (const length of [4, 8, 14, 28, text.length - 1, text.length]) {
        for (const joint of ['', ' ', '-', '.']) units.add(text.slice(0, length) + joint)
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
function best(work: () => unknown): number {
  return fastest(20, work)
}
/** Characters, taken as bytes, in millions a second: the best of three slices. */
function throughput(texts: readonly string[], work: (text: string) => number): number {
  let most = 0
  let sink = 0
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
