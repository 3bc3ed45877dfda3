/** `npm run eval -- DIR`: how exact detection is on labelled data. */
import { fileURLToPath } from 'node:url'
import { readOptions } from '../src/hosts/node/commands/command.ts'
import { loadRules } from '../src/hosts/node/rules-loader.ts'
import { compileRuleset, PACKS, type RulesetSource, THRESHOLD } from '../src/rules.ts'
import { isSecret, packsOf, SECRET } from './entities.ts'
import { buildLook, type Look } from './look.ts'
import { type Miss, measureCases, measureEntities, measureOrdinary, measureSecrets } from './measure.ts'
import {
  type Goal,
  goalsOfCases,
  goalsOfEntities,
  goalsOfOrdinary,
  tellCases,
  tellEntities,
  tellGoals,
  tellOrdinary,
  tellSecrets,
} from './report.ts'
import { type DataSet, readSets } from './rows.ts'

/** From here on a candidate counts in recognizer cases: they are bare values, with no word beside them that says what they are. */
const CASE_THRESHOLD = 0.3

const HELP = `Usage: npm run eval -- DIR... [OPTIONS]

Measures detection on labelled data: every *.jsonl below the folders (or files) named, whatever its name. Each line is a JSON object
with a \`text\`; offsets are UTF-16 code units, \`end\` exclusive. What a row is for is told by what it has:

  spans [{start, end, entity}]            exact, overlap and character-level precision, recall and F of each entity
  spans and \`entity\`                      a case of one recognizer: spans must be found, and a row without any must stay quiet.
                                          All packs are on, and candidates count from a score of ${CASE_THRESHOLD}
  spans of SECRET, or true/false in       secrets: how many texts with one are noticed, and how many without one trip. Also any file
  \`label\`, \`secret\`, \`positive\`           with "secret" or "credential" in its name; \`label\` may be 0 or 1 there
  no spans                                ordinary texts, in which nothing is expected (files in which no \`label\` is 1)

Further fields: \`id\`; \`language\` (its country's pack is on); \`source\` (figures of each). Other names that data sets use for
entities are understood (eval/entities.ts); entities that no rule reports are listed, and count as missed in the goals only.

Options
  --misses            list what was missed and what was wrong, with a piece of the text around it
  --limit N           list this many of them for each entity and set (20)
  --entity NAME       list those of one entity only
  --set TEXT          measure only the sets with this in their name
  --threshold N       report candidates from this score on (${THRESHOLD}; ${CASE_THRESHOLD} for recognizer cases)
  --packs A,B|all     turn these packs on, too
  --guardrails DIR    the rules (guardrails/)

Examples
  npm run eval -- data
  npm run eval -- data --set polish --misses --entity PL_PESEL`

async function main(args: readonly string[]): Promise<number> {
  const { values, rest } = readOptions(
    args,
    {
      help: { type: 'boolean', short: 'h' },
      misses: { type: 'boolean' },
      limit: { type: 'string', default: '20' },
      entity: { type: 'string' },
      set: { type: 'string' },
      threshold: { type: 'string' },
      packs: { type: 'string' },
      guardrails: { type: 'string', default: fileURLToPath(new URL('../guardrails', import.meta.url)) },
    },
    Number.POSITIVE_INFINITY,
  )
  if (values.help) {
    console.log(HELP)
    return 0
  }
  if (rest.length === 0) throw new Error('name a folder of labelled JSON Lines; --help tells more')
  const limit = readNumber('limit', values.limit)!
  const threshold = readNumber('threshold', values.threshold)
  const { sets, skipped } = readSets(rest)
  const wanted = sets.filter(({ name }) => name.includes(values.set ?? ''))
  if (wanted.length === 0) throw new Error('there is nothing here that can be measured; --help tells what can')

  const source = loadRules(values.guardrails)
  const { rules } = compileRuleset(source)
  const reported = new Set<string>(
    rules.flatMap(({ entity, label }) => (isSecret(label) ? [entity, SECRET] : [entity])),
  )
  const known = [...new Set(source.rules.map(({ pack }) => pack))].sort()
  const extra = values.packs === 'all' ? known : (values.packs?.split(',') ?? [])
  const unknown = extra.find((pack) => !known.includes(pack))
  if (unknown !== undefined) throw new Error(`there is no pack ${unknown}; there are: ${known.join(', ')}`)
  const looks = keepLooks(source)
  const goals: Goal[] = []
  const tick = startProgress(wanted.reduce((sum, { rows }) => sum + rows.length, 0))

  for (const set of wanted) {
    const cases = set.kind === 'cases'
    const packs = cases ? known : chooseOn(set, extra, known)
    const look = looks(packs, threshold ?? (cases ? CASE_THRESHOLD : THRESHOLD))
    const { text, misses, goals: some } = await measure(set, look, reported, tick)
    goals.push(...some)
    clearProgress()
    console.log(
      `\n── ${set.name}: ${set.kind}, ${set.rows.length} rows, packs ${cases ? 'all' : packs.join(' ')}\n${text}`,
    )
    if (values.misses) printMisses(misses, values.entity, limit)
  }
  for (const { name, why } of values.set === undefined ? skipped : []) console.log(`\n── ${name}: not measured, ${why}`)
  if (goals.length > 0) console.log(`\n── goals\n${tellGoals(goals)}`)
  return 0
}

interface Measured {
  readonly text: string
  readonly misses: readonly Miss[]
  readonly goals: readonly Goal[]
}
async function measure(
  { kind, name, rows }: DataSet,
  look: Look,
  reported: ReadonlySet<string>,
  tick: () => void,
): Promise<Measured> {
  switch (kind) {
    case 'entities': {
      const result = await measureEntities(rows, look, reported, tick)
      const goals = goalsOfEntities(name, rows[0]?.language, result)
      return { text: tellEntities(result), misses: result.misses, goals }
    }
    case 'cases': {
      const result = await measureCases(rows, look, reported, tick)
      return { text: tellCases(result), misses: result.misses, goals: goalsOfCases(name, result) }
    }
    case 'ordinary': {
      const result = await measureOrdinary(rows, look, tick)
      return { text: tellOrdinary(result), misses: result.misses, goals: goalsOfOrdinary(name, result) }
    }
    case 'secrets': {
      const result = await measureSecrets(rows, look, tick)
      return { text: tellSecrets(result), misses: result.misses, goals: [] }
    }
  }
}

/** The packs that are on for a set: the default ones, those asked for, and those of its language. */
function chooseOn({ rows }: DataSet, extra: readonly string[], known: readonly string[]): readonly string[] {
  const languages = new Set(rows.flatMap(({ language }) => language ?? []))
  const local = [...languages].flatMap(packsOf).filter((pack) => known.includes(pack))
  return [...new Set([...PACKS, ...extra, ...local])]
}

function keepLooks(source: RulesetSource): (packs: readonly string[], threshold: number) => Look {
  const looks = new Map<string, Look>()
  return (packs, threshold) => {
    const name = `${packs.join()} ${threshold}`
    const look = looks.get(name) ?? buildLook(source, packs, threshold)
    looks.set(name, look)
    return look
  }
}

function printMisses(misses: readonly Miss[], only: string | undefined, limit: number): void {
  const byEntity = Map.groupBy(misses, ({ entity }) => entity)
  for (const [entity, some] of byEntity) {
    if (only !== undefined && entity !== only) continue
    console.log(`${entity}: ${some.length}`)
    for (const { line } of some.slice(0, limit)) console.log(`  ${line}`)
    if (some.length > limit) console.log(`  … and ${some.length - limit} more (--limit)`)
  }
}

function readNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (value.trim() === '' || !(number >= 0)) throw new Error(`--${name} needs a number`)
  return number
}

/** A line on standard error that says how far it is, if someone is looking. */
function startProgress(total: number): () => void {
  if (!process.stderr.isTTY) return () => {}
  let done = 0
  let last = 0
  return () => {
    done++
    const now = Date.now()
    if (now - last < 100) return
    last = now
    process.stderr.write(`\r${done} of ${total} rows`)
  }
}
function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(`parapet: ${(error as Error).message.split('\n')[0]}`)
  process.exitCode = 2
}
