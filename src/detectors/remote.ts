/**
 * Asks an analyzer service about texts of requests: one that speaks Presidio's API (`POST /analyze`), and may have a model for names that no
 * rule knows. It is asked besides the rules, never instead of them. If it does not answer as it should, in time, the call is refused.
 */
import { Denial } from '../errors.ts'
import { id } from '../ids.ts'
import type { Host } from '../ports.ts'
import type { Finding, Json, Remote, Rule, Segment, Upstream } from '../types.ts'

/** Characters of one question: models take long texts badly, and hold what they read in memory many times over. */
const MOST = 40_000
/** Of a text that is longer, pieces overlap by so much, so that a name at the cut is whole in one of them. */
const OVERLAP = 200
/** Between texts that are asked about at once; what is found across it is not a finding. */
const GAP = '\n\n'
/** Findings of one call: each is ruled on, and replaced. */
const MOST_FINDINGS = 50_000
/** Characters of an answer. */
const MOST_ANSWER = 8 * 1024 * 1024

/** What is found in each text, in their order. */
export type AskRemote = (texts: readonly string[], signal: AbortSignal) => Promise<readonly (readonly Finding[])[]>

/** The rules that stand for what the service finds: those entities that the settings name, and no others. */
export function remoteRules({ entities }: Remote): readonly Rule[] {
  return Object.entries(entities).map(([entity, label]) => ({
    ref: id(`remote.${entity.toLowerCase()}@1`),
    entity: id(entity),
    label: id(label),
  }))
}

export function createRemote(remote: Remote, { send, deadline }: Pick<Host, 'send' | 'deadline'>): AskRemote {
  const rules = new Map(remoteRules(remote).map((rule) => [rule.entity as string, rule]))
  const service: Upstream = {
    ...{ id: id('analyzer'), api: 'openai', url: remote.url, credential: undefined, zone: id('analyzer'), models: [] },
  }
  return async (texts, signal) => {
    const found = texts.map((): Map<string, Finding> => new Map())
    const late = deadline(remote.timeoutMs)
    const stop = AbortSignal.any([signal, late])
    let count = 0
    try {
      for (const question of split(texts)) {
        for (const { start, end, entity, score } of await ask(question.text, stop)) {
          const rule = rules.get(entity)
          if (!rule) continue
          // What runs over the end of a text, as models have it, is a finding in each text that it touches.
          for (let k = pieceAt(question, start); k < question.pieces.length; k++) {
            const { index, from, at, length } = question.pieces[k]!
            if (at >= end) break
            const span = { start: Math.max(start, at) - at + from, end: Math.min(end, at + length) - at + from }
            if (span.start >= span.end) continue
            found[index]!.set(`${entity} ${span.start} ${span.end}`, { ...span, rule, score })
            if (++count > MOST_FINDINGS) throw failed()
          }
        }
      }
    } catch (error) {
      if (signal.aborted) throw new Denial('client_gone', 'the client went away')
      if (late.aborted) throw new Denial('check_failed', 'the analyzer did not answer in time, so the call was refused')
      throw error instanceof Denial && error.reason === 'check_failed' ? error : failed()
    }
    return found.map((some) => sort([...some.values()]))
  }

  async function ask(text: string, signal: AbortSignal): Promise<readonly Answered[]> {
    const { language, threshold, entities } = remote
    const question = { text, language, score_threshold: threshold, entities: Object.keys(entities) }
    const body = JSON.stringify(question)
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const answer = await send(service, { method: 'POST', path: '/analyze', headers, body, stream: false }, signal)
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    let told = ''
    for await (const chunk of answer.chunks) {
      told += decoder.decode(chunk, { stream: true })
      if (told.length > MOST_ANSWER) throw failed()
    }
    told += decoder.decode()
    if (answer.status !== 200) throw failed()
    return readAnswer(JSON.parse(told) as Json, text)
  }
}

function failed(): Denial {
  return new Denial('check_failed', 'the analyzer did not answer as it should, so the call was refused')
}
/** The index of the last piece that begins at a place or before it. */
function pieceAt({ pieces }: Question, at: number): number {
  let low = 0
  let high = pieces.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (pieces[middle]!.at <= at) low = middle
    else high = middle - 1
  }
  return low
}

interface Answered {
  readonly entity: string
  readonly start: number
  readonly end: number
  readonly score: number
}
/** The service counts in code points, as Python does. @throws Denial for anything but findings in the text */
function readAnswer(answer: Json, text: string): readonly Answered[] {
  if (!Array.isArray(answer)) throw failed()
  const units = unitsOf(text)
  return answer.map((one): Answered => {
    if (one === null || typeof one !== 'object' || Array.isArray(one)) throw failed()
    const { entity_type: entity, start, end, score } = one
    if (typeof entity !== 'string' || typeof score !== 'number' || !(score >= 0 && score <= 1)) throw failed()
    const from = units(start)
    const to = units(end)
    if (from === undefined || to === undefined || from >= to) throw failed()
    return { entity, start: from, end: to, score }
  })
}
/** Gives the place in UTF-16 of a count of code points; `undefined` for what is no place in the text. */
function unitsOf(text: string): (points: Json | undefined) => number | undefined {
  const pairs = /[\ud800-\udbff][\udc00-\udfff]/.test(text)
  const at: number[] | undefined = pairs ? [] : undefined
  if (at) {
    let unit = 0
    for (const point of text) {
      at.push(unit)
      unit += point.length
    }
    at.push(unit)
  }
  const length = at ? at.length - 1 : text.length
  return (points) => {
    if (typeof points !== 'number' || !Number.isInteger(points) || points < 0 || points > length) return undefined
    return at ? at[points] : points
  }
}

interface Question {
  readonly text: string
  /** `length` characters of text `index`, from `from` on, stand at `at`. */
  readonly pieces: readonly {
    readonly index: number
    readonly from: number
    readonly at: number
    readonly length: number
  }[]
}
/** Texts in as few questions as may be, long ones in pieces. */
function* split(texts: readonly string[]): Generator<Question> {
  let parts: string[] = []
  let pieces: Question['pieces'][number][] = []
  let size = 0
  for (const [index, text] of texts.entries()) {
    for (let from = 0; from < text.length; ) {
      const stop = from + MOST >= text.length ? text.length : whole(text, from + MOST)
      const part = text.slice(from, stop)
      if (size > 0 && size + part.length > MOST) {
        yield { text: parts.join(GAP), pieces }
        parts = []
        pieces = []
        size = 0
      }
      pieces.push({ index, from, at: size, length: part.length })
      parts.push(part)
      size += part.length + GAP.length
      from = stop === text.length ? stop : whole(text, stop - OVERLAP)
    }
  }
  if (parts.length > 0) yield { text: parts.join(GAP), pieces }
}
/** The same place, or the one before it, if it is inside of a surrogate pair. */
function whole(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit < 0xe000 ? at - 1 : at
}

/** What was seen in segments, and what the analyzer finds in them besides, if there is one. */
export async function addRemote(
  seen: readonly Seen[],
  segments: readonly Segment[],
  host: Pick<Host, 'bundle' | 'send' | 'deadline'>,
  signal: AbortSignal,
): Promise<readonly Seen[]> {
  const { remote } = host.bundle.settings
  const asked = remote ? segments.filter(isAsked) : []
  if (!remote || asked.length === 0) return seen
  const found = await createRemote(remote, host)(
    asked.map(({ text }) => text),
    signal,
  )
  const more = new Map(asked.map((segment, i) => [segment, found[i]!]))
  const both = seen.map(({ segment, findings }) => {
    const own = more.get(segment) ?? []
    more.delete(segment)
    return own.length === 0 ? { segment, findings } : { segment, findings: sort([...findings, ...own]) }
  })
  const rest = [...more].filter(([, findings]) => findings.length > 0)
  return [...both, ...rest.map(([segment, findings]) => ({ segment, findings }))]
}
/** Of segments, those that hold words. Identifiers of the protocol do not: a model would take `claude` for a name. */
function isAsked({ kind, text }: Segment): boolean {
  return (kind === 'string' || kind === 'key') && /\p{L}{2}/u.test(text)
}
function sort(findings: Finding[]): readonly Finding[] {
  return findings.sort((a, b) => a.start - b.start || b.end - a.end)
}
interface Seen {
  readonly segment: Segment
  readonly findings: readonly Finding[]
}
