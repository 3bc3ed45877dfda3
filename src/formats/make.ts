import { id } from '../ids.ts'
import type { Api, Format, StreamFormat } from '../types.ts'
import { withNames } from './models.ts'
import { asObject, hasValue } from './shapes.ts'

/** An answer that is not streamed in pieces of text; events, should there be any, are read one by one. */
export const NO_PIECES: StreamFormat = {
  channel: () => undefined,
  delta: () => ({}),
  eventName: () => undefined,
  closes: () => [],
  terminal: (data) => data === '[DONE]',
  failed: (event) => hasValue(asObject(event)?.error),
  repeats: () => false,
  denied: (body) => [{ name: undefined, data: body }],
}

/**
 * A format from what is particular to it. Everything else: text without a known author, no inspection channels, no stream.
 * `rows`: see models.ts.
 */
export function makeFormat(name: string, api: Api, parts: Partial<Omit<Format, 'name' | 'api'>>, rows = false): Format {
  return withNames(
    {
      name: id(name),
      api,
      requestPlaces: {},
      responsePlaces: {},
      source: () => 'unknown',
      model: (body) => body.model,
      needs: () => [],
      keeps: () => true,
      trim: () => 0,
      lead: () => {},
      plant: () => {},
      anchors: () => [],
      cited: () => [],
      stream: NO_PIECES,
      ...parts,
    },
    rows,
  )
}
