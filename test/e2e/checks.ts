/** What is asked of every client, and what of it can be compared. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Domain } from '../../src/types.ts'
import type { ModelApi } from '../support/aimock.ts'
import { ASK, CITIES, FAILURE, TEMPERATURES } from '../support/aimock-answers.ts'

/** How a client reaches the model: directly, or through the proxy on one of its hosts. */
export interface Way {
  readonly name: string
  /** Without a path. */
  readonly url: string
  readonly key: (domain: Domain) => string
  /** The model's API at the end of the way. */
  readonly api: ModelApi
}
/** Something that a program does with a client. What it returns must be the same on every way. */
export interface Check {
  readonly name: string
  /** The endpoints it calls, as `POST /v1/responses`. */
  readonly needs: readonly string[]
  readonly run: (way: Way) => Promise<unknown>
  /** What the result must hold, wherever it comes from. */
  readonly wants: object
  /** Whether personal data is replaced on the way, so that what arrives differs. */
  readonly personal?: true
}
export interface Client {
  readonly name: string
  readonly checks: readonly Check[]
  /** Its ways to ask for an answer, as a program would that gives up on an error. */
  readonly asks: Record<string, Ask>
  /** The endpoint that these call. */
  readonly asked: string
}
export type Ask = (way: Way, prompt: string) => Promise<unknown>

export const MODEL = 'model-1'
/** A key of nobody's. */
export const SECRET = 'AKIAQ3EGRIPWBXK7TPLN'
export const MAIL = 'ann.lee@corp.example.com'

/** The tool of all tests. */
export const WEATHER = { name: 'get_weather', description: 'The weather of a city' }
export const measure = ({ city }: { city: string }): string => `${city}: ${TEMPERATURES[city]} °C`
/** What the model gives to it, and says when it has the results. */
export const WEATHER_INPUTS = CITIES.map((city) => ({ city, note: 'grüße 🌍' }))
export const WEATHER_REPORT = 'The tools say: Paris: 21 °C / Oslo: -3 °C'
export const SECRETIVE = `write to ${MAIL}, card 4111 1111 1111 1111`

/** Several checks of one endpoint. */
export function checksOf(needs: readonly string[], checks: Record<string, Omit<Check, 'name' | 'needs'>>): Check[] {
  return Object.entries(checks).map(([name, check]) => ({ name, needs, ...check }))
}

/** How a call failed, as far as programs tell failures apart. */
export async function failure(call: () => unknown): Promise<object> {
  try {
    await call()
  } catch (error) {
    return describeError(error)
  }
  return { failed: false }
}
function describeError(error: unknown): object {
  const { name, status, statusCode, code, type, param, message, isRetryable, lastError } = error as Error &
    Record<string, unknown>
  const kind = (error as object).constructor.name
  if (lastError !== undefined) return { kind, last: describeError(lastError) }
  const told = { name, status, statusCode, code, type, param, isRetryable }
  return {
    failed: true,
    kind,
    message,
    ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
  }
}

/** Checks of failing calls: the error that each status becomes, and how often the client asks. */
export function failures(
  call: (way: Way, prompt: string) => Promise<unknown>,
  expected: Partial<Record<400 | 401 | 404 | 429 | 500 | 503, { error: object; requests: number }>>,
): Record<string, Omit<Check, 'name' | 'needs'>> {
  const checks = Object.entries(expected).map(([status, wants]): [string, Omit<Check, 'name' | 'needs'>] => {
    const prompt = ASK.fail(Number(status) as 400)
    const run = async (way: Way) => ({
      error: await failure(() => call(way, prompt)),
      requests: way.api.arrived.length,
    })
    return [`error ${status}`, { run, wants }]
  })
  return Object.fromEntries(checks)
}
export { FAILURE }
export function prefixed<T>(prefix: string, table: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [prefix + name, value]))
}

/** Whether the beginning of an answer came while the rest was still to be sent. `read` tells when it has got something. */
export async function arrivesInPieces(way: Way, read: (got: () => void) => Promise<unknown>): Promise<object> {
  const held = way.api.hold(14)
  let early = false
  let first = true
  const result = await read(() => {
    if (!first) return
    first = false
    early = held.release()
  })
  return { early, result }
}

/** Leaves in the middle of an answer, and says how the model's side of it ended. */
export async function leaves(
  way: Way,
  read: (signal: AbortSignal, got: () => void) => Promise<unknown>,
): Promise<object> {
  const client = new AbortController()
  let pieces = 0
  const outcome = await failure(() => read(client.signal, () => ++pieces === 3 && client.abort()))
  await until(() => way.api.arrived.at(-1)?.ended() !== 'open')
  return { pieces: pieces >= 3, outcome, upstream: way.api.arrived.at(-1)?.ended() }
}

/** Reads a stream that breaks off: how it failed, and whether there was something before. */
export async function breaksOff(read: (got: (text: string) => void) => Promise<unknown>): Promise<object> {
  let text = ''
  const { failed = false } = (await failure(() =>
    read((piece) => {
      text += piece
    }),
  )) as { failed?: boolean }
  return { failed, begun: text.length > 0 }
}

/** Whether two calls arrived, with one idempotency key: the proxy has others than its callers, but the same for the same. */
export function isRepeated({ api }: Way): boolean {
  const keys = api.arrived.map(({ headers }) => headers['idempotency-key'])
  return keys.length === 2 && keys[0] !== undefined && keys[0] === keys[1]
}
export async function until(condition: () => boolean, ms = 10_000): Promise<boolean> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(10)) if (condition()) return true
  return false
}
