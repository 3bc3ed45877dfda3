/** A stand-in for screening that is as awkward as it can be: it holds every text back until its channel ends. */
import { extract } from '../../src/extract.ts'
import type { Channel, Format, Json, JsonObject } from '../../src/types.ts'

export interface Relayed {
  readonly events: readonly JsonObject[]
  /** What each channel said in all. */
  readonly texts: ReadonlyMap<Channel, string>
  /** Which channels ended with which event, by its number. */
  readonly ended: ReadonlyMap<Channel, number>
}

export function relay(format: Format, events: readonly JsonObject[]): Relayed {
  const open = new Map<Channel, { text: string; like: JsonObject }>()
  const texts = new Map<Channel, string>()
  const ended = new Map<Channel, number>()
  const out: JsonObject[] = []
  events.forEach((original, number) => {
    const event = structuredClone(original)
    const { responsePlaces: places, stream } = format
    const document = extract(event, { places, source: () => 'assistant', inner: false, shortest: 1 })
    for (const segment of document.segments) {
      const channel = segment.kind === 'string' ? stream.channel(document.keys(segment), event) : undefined
      if (channel === undefined) continue
      if (ended.has(channel)) throw new Error('a text goes on that has ended')
      const text = (open.get(channel)?.text ?? '') + segment.text
      const scalars = Object.entries(event).filter(([, value]) => typeof value !== 'object')
      open.set(channel, { text, like: Object.fromEntries(scalars) })
      segment.write('')
    }
    for (const channel of stream.closes(event, [...open.keys()])) {
      const { text, like } = open.get(channel)!
      open.delete(channel)
      texts.set(channel, text)
      ended.set(channel, number)
      out.push(stream.delta(channel, text, like, out.at(-1) ?? {}))
    }
    out.push(document.commit() as JsonObject)
  })
  if (open.size > 0) throw new Error(`never ended: ${[...open.keys()].join(' ')}`)
  return { events: out, texts, ended }
}

/** An event stream as bytes on the wire. */
export function toWire(format: Format, events: readonly JsonObject[], last = ''): string {
  const one = (event: JsonObject) => {
    const name = format.stream.eventName(event)
    return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(event as Json)}\n\n`
  }
  return events.map(one).join('') + last
}
