/** Why an answer ended, and what it took. */
import { asObject } from '../formats/shapes.ts'
import type { Json, JsonObject } from '../types.ts'
import { invalid } from './stream.ts'

const FINISH: Readonly<Record<string, string>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
}
const STOP: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
}

/**
 * INVARIANT: a reason that is not known is an error, never `stop`: so is `pause_turn`, after which the answer would go on.
 * @throws Denial `upstream_invalid`
 */
export function finishReason(reason: Json | undefined, calls: boolean): string {
  const finish = known(reason, FINISH)
  return finish === 'stop' && calls ? 'tool_calls' : finish
}
/** With a call in it, an answer ended for that call, whatever the upstream says; a refusal is one, too. @throws Denial */
export function stopReason(reason: Json | undefined, calls: boolean, refused: boolean): string {
  const stop = known(reason, STOP)
  if (refused && stop === 'end_turn') return 'refusal'
  return stop === 'end_turn' && calls ? 'tool_use' : stop
}
function known(reason: Json | undefined, names: Readonly<Record<string, string>>): string {
  const name = typeof reason === 'string' && Object.hasOwn(names, reason) ? names[reason] : undefined
  return name ?? invalid('a reason for the end of the answer')
}

/** Anthropic counts what came from and went to the cache beside the input, OpenAI within it. */
export function usageForOpenai(usage: Json | undefined): JsonObject {
  const given = asObject(usage)
  const read = count(given?.cache_read_input_tokens)
  const written = count(given?.cache_creation_input_tokens)
  const prompt = count(given?.input_tokens) + read + written
  const completion = count(given?.output_tokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
    completion_tokens_details: { reasoning_tokens: count(asObject(given?.output_tokens_details)?.thinking_tokens) },
  }
}
/** `estimate` stands for the input where the upstream does not count: clients take 0 for an empty conversation. */
export function usageForAnthropic(usage: Json | undefined, estimate: number): JsonObject {
  const given = asObject(usage)
  const details = asObject(given?.prompt_tokens_details)
  const read = count(details?.cached_tokens)
  const written = count(details?.cache_write_tokens)
  return {
    input_tokens: given ? Math.max(0, count(given.prompt_tokens) - read - written) : estimate,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    output_tokens: count(given?.completion_tokens),
    output_tokens_details: { thinking_tokens: count(asObject(given?.completion_tokens_details)?.reasoning_tokens) },
  }
}
function count(value: Json | undefined): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}
