import { readFileSync, statSync } from 'node:fs'
import { compileBundle } from '../../../bundle.ts'
import { describe } from '../../../classify.ts'
import { Denial } from '../../../errors.ts'
import { JsonError, parseJsonBytes } from '../../../json.ts'
import { SIMULATION_BYTES, type Simulated, simulate as simulateCall } from '../../../simulate.ts'
import { readSimulation } from '../../../simulation/read.ts'
import type { Ground } from '../../../simulation/sandbox.ts'
import type { Json } from '../../../types.ts'
import { md5, random, sha256 } from '../crypto.ts'
import type { Environment } from '../environment.ts'
import { UsageError } from '../errors.ts'
import { loadBundle } from '../load.ts'
import { clean } from '../scan/show.ts'
import { type Command, readOptions } from './command.ts'

const REFUSED = 1
const COULD_NOT = 2

export const simulate: Command = {
  help: `Usage: parapet simulate [FILE|-] [OPTIONS]

Shows what would become of a call: every candidate of every rule, why it scored as it did and whether it was dropped; what policy says
of what was found; and what would be sent. It runs the proxy's own stages with the guardrails folder. Nothing is sent or stored, and no
key is needed.

FILE (or standard input) is what \`POST /parapet/v1/simulate\` takes, too:

  {
    "as":       {"id", "tenant", "domains", "groups"},  who calls; each may be left out: somebody who may invoke
    "request":  {"method", "path", "headers", "body"},  the call; \`path\` is needed
    "response": {…}                                     what the upstream would answer, in its own API; a list of events for a
                                                        stream. Without it nothing is said of an answer
  }

Options
  --text    the input is a text, sent to a model in a chat
  --show    show what each candidate is, too
  --json    the whole of it as JSON

Ends with
  0  the call would be sent, as it is or edited
  1  it would be refused
  2  it cannot be simulated

Examples
  echo 'my ssn is 536-90-4399' | parapet simulate --text --show
  parapet simulate call.json --json | jq .decision.policies`,
  async run(args, environment) {
    const { values, rest } = readOptions(
      args,
      { text: { type: 'boolean' }, show: { type: 'boolean' }, json: { type: 'boolean' } },
      1,
    )
    const path = rest[0] ?? '-'
    if (path === '-' && process.stdin.isTTY)
      throw new UsageError('say what to simulate: a file, or `-` for standard input')
    try {
      const bytes = await readInput(path)
      const simulation = readSimulation(values.text ? wrapText(bytes) : readJson(bytes), undefined)
      const ground = makeGround(environment)
      const simulated = await simulateCall(simulation, ground, new AbortController().signal, values.show)
      console.log(values.json ? JSON.stringify(simulated, null, 2) : tellSimulated(simulated))
      return simulated.decision.action === 'block' ? REFUSED : 0
    } catch (error) {
      console.error((error as Error).message.replace(/^/gm, 'parapet: '))
      return COULD_NOT
    }
  },
}

/** The guardrails of the folder, and nothing that is stored: nobody owns anything here. */
function makeGround(environment: Environment): Ground {
  return {
    bundle: compileBundle(loadBundle(environment.guardrails), environment.read),
    owners: { find: async (ids) => ids.map(() => undefined) },
    now: Date.now,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    warn: (line) => console.error(`parapet: ${line}`),
    ...{ random, sha256, md5 },
  }
}

async function readInput(path: string): Promise<Uint8Array> {
  if (path !== '-') {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found?.isFile()) throw new Error(`${clean(path)}: there is no such file`)
    if (found.size > SIMULATION_BYTES) throw tooLarge()
    return readFileSync(path)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > SIMULATION_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
function tooLarge(): Error {
  return new Error(`the input is larger than ${SIMULATION_BYTES} bytes`)
}
function readJson(bytes: Uint8Array): Json {
  try {
    return parseJsonBytes(bytes, 100)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Denial('unreadable_body', `the input holds ${describe(error)}; for a plain text use --text`)
  }
}
function wrapText(bytes: Uint8Array): Json {
  const content = new TextDecoder().decode(bytes)
  return { request: { path: '/v1/chat/completions', body: { model: 'any', messages: [{ role: 'user', content }] } } }
}

/** For people: the decision first, then what it came of. */
function tellSimulated({ as, decision, grant, findings, candidates, more, sent, answer, outcome }: Simulated): string {
  const { action, reason, policies, coverage } = decision
  const why = [...(reason === 'none' ? [] : [reason]), ...policies].join(', ')
  const who = `as ${as.id} of tenant ${as.tenant} (${as.domains.join(', ') || 'no domain'})`
  const what = grant ? `${grant.operation.id} with ${grant.operation.model}` : 'not permitted or not read'
  return [
    `${action}${why === '' ? '' : `: ${why}`}`,
    `${who}: ${what}; ${coverage.scanned} of ${coverage.total} texts scanned`,
    ...section('candidates', [
      ...align(
        candidates.map((one) => [
          one.in === 'request' ? one.place : `response ${one.place}`,
          `${one.start}-${one.end}`,
          one.entity,
          one.rule,
          `${one.base.toFixed(2)} → ${one.score.toFixed(2)}`,
          one.text === undefined ? one.why : `${one.why}: ${one.text}`,
        ]),
      ),
      ...(more ? ['  … and maybe more'] : []),
    ]),
    ...section(
      'findings',
      align(
        findings.map((one) => [
          one.place,
          `${one.start}-${one.end}`,
          one.entity,
          one.score.toFixed(2),
          `${one.action} by ${one.policies.join(', ') || 'no policy'}${one.disguised ? ' (seen behind escapes)' : ''}`,
        ]),
      ),
    ),
    ...(sent
      ? section(`would be sent to ${sent.upstream} (zone ${sent.zone}): ${sent.method} ${sent.path}`, write(sent.body))
      : []),
    ...(answer ? section(`would be answered: ${answer.status}`, write(answer.body)) : []),
    ...(outcome
      ? section(
          `findings of the answer: ${outcome.found}`,
          align(outcome.findings.map((one) => [one.place, `${one.start}-${one.end}`, one.entity, one.action])),
        )
      : []),
  ]
    .map(clean)
    .join('\n')
}
function section(title: string, lines: readonly string[]): readonly string[] {
  return ['', title, ...(lines.length === 0 ? ['  none'] : lines)]
}
function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd())
}
function write(body: Json): readonly string[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body, null, 2)
  return text.split('\n').map((line) => `  ${line}`)
}
