/** The server's side of a session: its events, screened like those of a stream. */
import { Denial } from '../errors.ts'
import { asObject } from '../formats/shapes.ts'
import type { Screening } from '../guard.ts'
import { JsonError, parseJson } from '../json.ts'
import { createEventScreen, type EventScreen } from '../screen.ts'
import type { JsonObject } from '../types.ts'
import { strandOf } from './socket-events.ts'

/** Responses at the same time, and sounds that are being written down. What goes on for longest without an end is ended. */
const MOST_STRANDS = 64

/** `lanes`: see strandOf. */
export function screenAnswers(screening: Screening, lanes: boolean): (text: string) => Promise<readonly string[]> {
  const screens = new Map<string, EventScreen>()
  // Summed up here, since each response tells its own.
  const used = { input: 0, output: 0 }

  return async (text) => {
    const event = readEvent(text, screening.limits.depth)
    const { strand, ends } = strandOf(event, lanes)
    const out: string[] = []
    let screen = screens.get(strand)
    if (!screen) {
      const oldest = screens.size >= MOST_STRANDS ? screens.keys().next().value : undefined
      if (oldest !== undefined) await end(oldest, out)
      screens.set(strand, (screen = createEventScreen(screening)))
    }
    const { tally } = screening
    tally.input = 0
    tally.output = 0
    for (const { data } of await screen.push(event)) out.push(data)
    used.input += tally.input
    used.output += tally.output
    Object.assign(tally, used)
    // Nobody knows when the next event comes.
    for (const { data } of await screen.settle()) out.push(data)
    if (ends) await end(strand, out)
    return out
  }

  async function end(strand: string, out: string[]): Promise<void> {
    const screen = screens.get(strand)
    screens.delete(strand)
    for (const { data } of (await screen?.end()) ?? []) out.push(data)
  }
}

function readEvent(text: string, depth: number): JsonObject {
  try {
    const event = asObject(parseJson(text, depth))
    if (event) return event
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
  }
  throw new Denial('upstream_invalid', 'the upstream sent an event that is not a JSON object')
}
