/** Server-sent events (HTML Living Standard §9.2), in and out. */
import { createParser } from 'eventsource-parser'
import { Denial } from './errors.ts'

export type ServerEvent =
  | { readonly is: 'event'; readonly name: string | undefined; readonly data: string }
  /** A comment: a keep-alive. What it says is not passed on. */
  | { readonly is: 'comment' }

/**
 * Events of a byte stream, however it is cut. An unfinished last event is dropped, as the standard says; whether the answer
 * was complete is for the format to tell. @throws Denial `upstream_invalid` on bytes that are no UTF-8, or a huge event
 */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  eventCharacters: number,
): AsyncGenerator<readonly ServerEvent[]> {
  let events: ServerEvent[] = []
  let failed = false
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ is: 'event', name: event, data }),
    onComment: () => events.push({ is: 'comment' }),
    onError: (error) => {
      // Unknown fields are ignored, as the standard says.
      if (error.type === 'max-buffer-size-exceeded') failed = true
    },
    maxBufferSize: eventCharacters,
  })
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  for await (const chunk of chunks) {
    events = []
    parser.feed(decode(decoder, chunk))
    if (failed) throw new Denial('upstream_invalid', 'the upstream sent an event that is too large')
    if (events.length > 0) yield events
  }
  decode(decoder, undefined)
}

/** A decoder, or what is left in it at the end. */
function decode(decoder: Pick<InstanceType<typeof TextDecoder>, 'decode'>, chunk: Uint8Array | undefined): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch {
    throw new Denial('upstream_invalid', 'the upstream sent bytes that are not UTF-8')
  }
}

/** One event on the wire. JSON and `[DONE]` hold no line breaks, so `data` is one line. */
export function writeEvent(name: string | undefined, data: string): string {
  return name === undefined ? `data: ${data}\n\n` : `event: ${name}\ndata: ${data}\n\n`
}
/** A comment with one line break: two would make an empty event, which breaks some clients. */
export const KEEP_ALIVE = ': keep-alive\n'
