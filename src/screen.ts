/**
 * The way back, whole or streamed: the same detectors as on the way out, and the leak index. What was pseudonymised for
 * this caller is restored in the same pass that takes out what may not be told.
 */

import { createShifts, moveAnchors, type Shifts, settledFor } from './anchors.ts'
import { concatBytes } from './bytes.ts'
import { Denial } from './errors.ts'
import { type Document, extract } from './extract.ts'
import { asObject, at } from './formats/shapes.ts'
import { createGuard, passBlob, type Screening } from './guard.ts'
import { type Hold, holdText, type Piece } from './holdback.ts'
import { id } from './ids.ts'
import { JsonError, parseJson, parseJsonBytes } from './json.ts'
import { type Tally, tallyEdit } from './record.ts'
import { KEEP_ALIVE, readEvents, type ServerEvent, writeEvent } from './sse.ts'
import type { Anchor, Channel, Format, Json, JsonObject, Limits, Segment } from './types.ts'

/** An answer in one piece, as text. @throws Denial */
export async function screenWhole(chunks: AsyncIterable<Uint8Array>, screening: Screening): Promise<string> {
  const bytes = await collect(chunks, screening.limits.answerBytes)
  const value = readWhole(bytes, screening.limits)
  readUsage(value, screening.tally)
  return screenValue(value, screening)
}

/** An answer that should hold nothing. @throws Denial if it does */
export async function screenNothing(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const chunk of chunks) {
    if (chunk.length > 0)
      throw new Denial('upstream_invalid', 'the upstream sent an answer that does not say what it is')
  }
  return ''
}

/** JSON of the upstream's, screened and written. */
export async function screenValue(value: Json, screening: Screening): Promise<string> {
  await screening.watch(value)
  const document = open(value, screening, screening.leaks.detector.shortest)
  const before = countEdits(screening.tally)
  const shifts: TextShifts = new Map()
  for (const segment of document.segments) {
    noteEdits(shifts, document, segment, await screenSegment(segment, screening))
  }
  const { cited = [], format } = screening
  if (shifts.size > 0 || cited.length > 0) {
    const find = (text: Anchor['text']) => (typeof text === 'number' ? cited[text] : shifts.get(JSON.stringify(text)))
    moveAnchors(format.anchors(document.value), find)
  }
  const screened = document.commit()
  // Log probabilities tell the tokens of what was taken out.
  if (countEdits(screening.tally) > before) screening.format.trim(screened)
  return JSON.stringify(screened)
}

/** How texts of one document were edited, by their keys as JSON. */
type TextShifts = Map<string, Shifts>
function noteEdits(shifts: TextShifts, document: Document, segment: Segment, pieces: readonly Piece[]): void {
  if (pieces.length === 0 || segment.kind === 'key') return
  const one = createShifts()
  one.take(segment.text)
  one.settle(pieces)
  shifts.set(JSON.stringify(document.keys(segment)), one)
}

function countEdits({ edits }: Tally): number {
  let count = 0
  for (const edit of edits.values()) count += edit.count
  return count
}

/** A text that stands for itself: nothing goes on from it elsewhere. Gives what it was made of, if it was edited. */
async function screenSegment(segment: Segment, screening: Screening, again = false): Promise<readonly Piece[]> {
  if (segment.blob) passBlob(segment, screening, again)
  if (segment.text.length < screening.leaks.detector.shortest) return []
  if (segment.blob && segment.blob !== 'encrypted') return []
  const pieces = await holdText(createGuard(segment, screening, again), segment.key).push(segment.text, true)
  if (!pieces.some((piece) => piece.edited)) return []
  if (segment.blob) throw new Denial('guardrail_blocked', 'the answer was stopped: it holds what cannot be taken out')
  segment.write(join(pieces))
  return pieces
}

/**
 * A streamed answer, event by event, as text. Returns how it ended: `complete`, or with an error that the upstream told and
 * that was passed on. @throws Denial, also if the answer was cut off
 */
export async function* screenStream(
  chunks: AsyncIterable<Uint8Array>,
  screening: Screening,
): AsyncGenerator<string, 'complete' | 'upstream_error', void> {
  const { format, limits } = screening
  const screen = createEventScreen(screening)
  for await (const events of readEvents(chunks, limits.eventCharacters)) {
    // What was read together leaves together: fewer writes, and the same bytes in all.
    let out = ''
    try {
      for (const event of events) {
        if (event.is === 'comment') {
          out += KEEP_ALIVE
          continue
        }
        const value = readEvent(event, format, limits)
        if (value === undefined) {
          yield out + write(await screen.end()) + writeEvent(undefined, event.data)
          return 'complete'
        }
        if (format.stream.failed(value)) {
          const failure = await screenValue(value, screening)
          yield out + write([...(await screen.end()), told(format, failure, event.name)])
          return 'upstream_error'
        }
        out += write(await screen.push(value, event.name))
        if (format.stream.terminal(event.data, value)) {
          yield out + write(await screen.end())
          return 'complete'
        }
      }
    } catch (error) {
      // What came before may be told: else it would depend on how the bytes were cut.
      if (out !== '') yield out
      throw error
    }
    if (out !== '') yield out
  }
  throw new Denial('upstream_truncated', 'the answer of the upstream was cut off')
}

/** An event that may be passed on. */
export interface Told {
  readonly name: string | undefined
  /** JSON. */
  readonly data: string
}
function write(events: readonly Told[]): string {
  return events.map(({ name, data }) => writeEvent(name, data)).join('')
}
/** Our own name for an event, of what it says after screening: the upstream's could say anything. */
function told(format: Format, data: string, name?: string): Told {
  return { name: format.stream.eventName(JSON.parse(data) as JsonObject, name), data }
}

/** An event that is not written yet, with the pieces of texts in it as they are to be written. */
interface Waiting {
  readonly texts: ReadonlyMap<Channel, { readonly segment: Segment; readonly text: string }>
  /** About how long it is, in characters. */
  readonly size: number
  /** Whether all that its offsets count is settled. */
  ready(): boolean
  tell(): Told
}
/** An event of which nothing depends on what follows. */
function tellsNow(event: Told): Waiting {
  return { texts: new Map(), size: event.data.length, ready: () => true, tell: () => event }
}
/** A text that is told in pieces. */
interface Open {
  readonly hold: Hold
  readonly shifts: Shifts
  readonly like: JsonObject
}

/** Screens events as they come, however they come: of a stream, or of a socket. */
export interface EventScreen {
  /** The events that may be passed on now. @throws Denial */
  push(value: Json, name?: string): Promise<readonly Told[]>
  /** An event that waits for the next one, if there is one: of a socket nobody knows when that comes. */
  settle(): Promise<readonly Told[]>
  /** What was held back until the end. */
  end(): Promise<readonly Told[]>
}

export function createEventScreen(screening: Screening): EventScreen {
  const { format, limits } = screening
  const channels = new Map<Channel, Open>()
  /** Texts that have ended and were edited: citations may come after what they cite. */
  const past = new Map<Channel, Shifts>()
  /** Events that may be passed on in this order. The first waits for text that is held back, and that its offsets count. */
  const line: Waiting[] = []
  /** An event that closes channels, on hold until the next one shows that they do not go on. */
  let closing: { channels: readonly Channel[]; event: Waiting; after: JsonObject } | undefined
  /** The last event, before one that is on hold. */
  let last: JsonObject = {}
  /** Channels that have ended: what clients would add to their text was screened without it. */
  const ended = new Set<Channel>()
  /** Whether a text that stands for itself was edited. */
  let masked = false
  /** Names in pieces of messages, the last of them: some clients join what comes more than once. */
  const names = new Map<string, string>()
  return {
    async push(value, name) {
      await pass(value, name)
      return leave(false)
    },
    async settle() {
      await settleClosing(false)
      return leave(false)
    },
    async end() {
      await settleClosing(false)
      await flush([...channels.keys()], last)
      return leave(true)
    },
  }

  /** The events that wait for nothing, or that can wait no longer: their offsets are moved by what is known. */
  function leave(final: boolean): readonly Told[] {
    let size = line.reduce((sum, event) => sum + event.size, 0)
    let count = 0
    for (const event of line) {
      const full = line.length - count > MOST_WAITING || size > limits.eventCharacters
      if (!(final || full || event.ready())) break
      size -= event.size
      count++
    }
    return line.splice(0, count).map((event) => event.tell())
  }

  /** One event. One that closes channels waits for the next: what they hold goes before it, unless they go on after all. */
  async function pass(value: Json, name?: string): Promise<void> {
    const { tally } = screening
    readUsage(value, tally)
    await screening.watch(value)
    const { characters } = tally
    // Of a channel every piece counts, however short.
    const document = open(value, screening, 1)
    const size = tally.characters - characters
    const shifts: TextShifts = new Map()
    const pieces: { segment: Segment; channel: Channel }[] = []
    for (const segment of document.segments) {
      const keys = document.keys(segment)
      if (segment.kind === 'number' && !COUNTS.test(String(keys.at(-1))) && format.stream.channel(keys, value)) {
        throw new Denial('upstream_invalid', 'the upstream sent a number where a piece of a text belongs')
      }
      const channel = segment.kind === 'string' ? format.stream.channel(keys, value) : undefined
      if (channel !== undefined) pieces.push({ segment, channel })
      else {
        if (segment.kind !== 'key' && !segment.blob) checkName(keys, value, segment.text)
        const edits = await screenSegment(segment, screening, format.stream.repeats(keys, value))
        noteEdits(shifts, document, segment, edits)
        if (edits.length > 0) masked = true
      }
    }
    // Some servers send a finish_reason with every piece.
    const goesOn = closing !== undefined && pieces.some(({ channel }) => closing?.channels.includes(channel))
    await settleClosing(goesOn)
    const texts = new Map<Channel, { segment: Segment; text: string }>()
    const spans: { shifts: Shifts; end: number }[] = []
    for (const { segment, channel } of pieces) {
      const { hold, shifts } = channels.get(channel) ?? {
        hold: holdText(createGuard(segment, screening)),
        shifts: createShifts(),
      }
      if (ended.has(channel) || (channels.size >= MOST_CHANNELS && !channels.has(channel))) {
        throw new Denial('upstream_invalid', 'the upstream sent a text that had ended already, or too many at once')
      }
      channels.set(channel, { hold, shifts, like: scalarsOf(value) })
      shifts.take(segment.text)
      spans.push({ shifts, end: shifts.come })
      const released = await hold.push(segment.text, false)
      shifts.settle(released)
      const text = join(released)
      segment.write(text)
      texts.set(channel, { segment, text })
    }
    const anchors = format.anchors(document.value)
    const find = (text: Anchor['text']) => shifts.get(JSON.stringify(text)) ?? shiftsOf(text, value)
    // Log probabilities tell the tokens of what is taken out: they wait until it is known that nothing is.
    const probed = screening.inspects && PROBABILITIES.test(JSON.stringify(value))
    const settled = settledFor(anchors, find)
    // Beside no text of their own they may be those of any.
    const meant =
      !probed || spans.length > 0 ? spans : [...channels.values()].map(({ shifts }) => ({ shifts, end: shifts.come }))
    const isSettled = () => meant.every(({ shifts, end }) => shifts.settled >= end)
    const ready = () => settled() && (!probed || isSettled())
    const tell = () => {
      if (probed && (isEdited() || !isSettled())) format.trim(document.value)
      moveAnchors(anchors, (text) => (typeof text === 'number' ? screening.cited?.[text] : find(text)))
      return told(format, JSON.stringify(document.commit()), name)
    }
    const event: Waiting = { texts, size, ready, tell }
    const going = [...channels.keys()]
    // After the end of an answer nothing of it may follow.
    const ending = format.stream.terminal('', value) ? going : format.stream.closes(value, going)
    const after = last
    last = scalarsOf(value)
    if (ending.length === 0) line.push(event)
    else closing = { channels: ending, event, after }
  }

  /** Whether anything was taken out of the answer, or put back, until now: each text is told more than once. */
  function isEdited(): boolean {
    return (
      masked ||
      [...channels.values(), ...[...past.values()].map((shifts) => ({ shifts }))].some(({ shifts }) => shifts.edited)
    )
  }

  /** How the text of a channel was edited, until now. */
  function shiftsOf(text: Anchor['text'], value: Json): Shifts | undefined {
    if (typeof text === 'number') return undefined
    const channel = typeof text === 'string' ? text : format.stream.channel(text, value)
    return channel === undefined ? undefined : (channels.get(channel)?.shifts ?? past.get(channel))
  }

  /** Lets the event go that waits because it closes channels, and ends them. */
  async function settleClosing(goesOn: boolean): Promise<void> {
    if (!closing) return
    const { channels: ending, event, after } = closing
    closing = undefined
    if (!goesOn) await flush(ending, after, event.texts)
    line.push(event)
  }

  /** Ends channels: what they held back leaves in the event that ends them, if their text is in it, or in one of its own before. */
  async function flush(
    ending: readonly Channel[],
    after: JsonObject,
    texts: Waiting['texts'] = new Map(),
  ): Promise<void> {
    for (const channel of ending) {
      const known = channels.get(channel)
      if (!known) continue
      channels.delete(channel)
      ended.add(channel)
      const released = await known.hold.push('', true)
      known.shifts.settle(released)
      if (known.shifts.edited) past.set(channel, known.shifts)
      if (past.size > MOST_PAST) past.delete(past.keys().next().value!)
      const text = join(released)
      if (text === '') continue
      const here = texts.get(channel)
      if (here) here.segment.write(here.text + text)
      else line.push(tellsNow(told(format, JSON.stringify(format.stream.delta(channel, text, known.like, after)))))
    }
  }

  /** Looks at names as clients would join them. A name that is repeated, or that changes with the next call, is none of ours. */
  function checkName(keys: readonly (string | number)[], value: Json, text: string): void {
    const place = format.stream.channel([...keys.slice(0, -1), 'text'], value)
    if (place === undefined || text === '') return
    const name = `${place} ${keys.at(-1)}`
    const before = names.get(name) ?? ''
    if (before === text) return
    const joined = before + text
    const { findings } = screening.leaks.detector.detect(joined, { from: 0, final: true })
    const across = findings.some(({ start, end }) => start < before.length && end > before.length)
    if (across || names.size > MOST_CHANNELS * 4) {
      throw new Denial('upstream_invalid', 'the upstream sent a name in pieces that may not be told')
    }
    names.set(name, before === '' ? text : joined.slice(-NAME))
  }
}

/** Open at once. An answer has a few texts per choice, and at most 128 choices. */
const MOST_CHANNELS = 1024
/** Edited texts that are remembered when they have ended. A vendor cites what it has just said. */
const MOST_PAST = 128
/** Events that wait for text that is held back. */
const MOST_WAITING = 64
/** Some, in an event as JSON. */
const PROBABILITIES = /"(?:prompt_)?(?:logprobs|token_ids)":(?:\{|\[(?!\]))/
/** What numbers in a piece of an answer are for, by their names; any other stands where a text should, and clients would join it. */
const COUNTS =
  /(?:^|_)(?:index|id|number|count|tokens?|at|seconds|ms|score|logprob|logprobs|bytes|created|usage|start|end|level|duration)$/
/** As much of a name is remembered. */
const NAME = 300
const INSPECTION = id('inspection-channels')

/** Takes the inspection channels out and lists what is text: identifiers too, since models choose some of them. */
function open(value: Json, screening: Screening, shortest: number): Document {
  const { format, tally, inspects } = screening
  format.lead(value)
  if (!inspects) {
    const trimmed = format.trim(value)
    if (trimmed > 0) tallyEdit(tally, 'trim', INSPECTION, trimmed)
  }
  const document = extract(value, { places: format.responsePlaces, source: () => 'assistant', inner: false, shortest })
  tally.segments += document.total
  for (const { text } of document.segments) tally.characters += text.length
  return document
}

/** The fields of an event that name the answer it belongs to. All of the event could be a megabyte. */
function scalarsOf(event: Json): JsonObject {
  const scalars = Object.entries(asObject(event) ?? {}).filter(([, value]) => typeof value !== 'object')
  return Object.fromEntries(scalars)
}

function readWhole(bytes: Uint8Array, limits: Limits): Json {
  try {
    return parseJsonBytes(bytes, limits.depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Denial('upstream_invalid', 'the upstream sent an answer that is not JSON')
  }
}
function readEvent(event: ServerEvent & { is: 'event' }, format: Format, limits: Limits): Json | undefined {
  if (format.stream.terminal(event.data, undefined)) return undefined
  try {
    return parseJson(event.data, limits.depth)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new Denial('upstream_invalid', 'the upstream sent an event that is not JSON')
  }
}

async function collect(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) throw new Denial('upstream_invalid', 'the upstream sent an answer that is too large')
    parts.push(chunk)
  }
  return concatBytes(parts)
}

function join(pieces: readonly Piece[]): string {
  return pieces.length === 1 ? pieces[0]!.text : pieces.map((piece) => piece.text).join('')
}

/** Token counts, which both vendors put in `usage`; streams in `message.usage` (Anthropic's first) or `response.usage`. */
function readUsage(value: Json, tally: Tally): void {
  const usage = [['usage'], ['message', 'usage'], ['response', 'usage']]
    .map((keys) => asObject(at(value, keys)))
    .find((found) => found !== undefined)
  if (!usage) return
  tally.input = count(usage.prompt_tokens ?? usage.input_tokens) ?? tally.input
  tally.output = count(usage.completion_tokens ?? usage.output_tokens) ?? tally.output
}
/** More than any answer has: a number that counts no tokens could be anybody's, and must not get into the log. */
const MOST_TOKENS = 1_000_000_000
function count(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return undefined
  return value >= 0 && value <= MOST_TOKENS ? value : undefined
}
