/** What translation must know of models by name. What is not known here gets what every model takes. */

/**
 * The most that a model may answer with; Anthropic has no default. First match counts. (The vendor's model pages, 2026.) Of an
 * unknown model, what all since Claude 3.5 take: an answer that is longer says that it was cut, by its finish_reason.
 */
const MAXIMUM: readonly (readonly [RegExp, number])[] = [
  [/claude-(?:3-(?:haiku|opus|sonnet)|2|instant)/, 4_096],
  [/claude-3-5/, 8_192],
  [/claude-3-7/, 64_000],
  [/claude-opus-4(?:-[01](?!\d)|-20|@|$)/, 32_000],
  [/claude-(?:sonnet|haiku)-4(?:-[05](?!\d)|-20|@|$)|claude-(?:opus|haiku)-4-5(?!\d)/, 64_000],
  [/claude-(?:opus|sonnet|haiku)-4-[6-9](?!\d)/, 128_000],
  [/claude-(?:fable|mythos|opus|sonnet)-(?:[5-9]|preview)/, 128_000],
  [/claude-haiku-[5-9]/, 64_000],
]
const UNKNOWN = 8_192
export function maximumTokens(model: string): number {
  return MAXIMUM.find(([pattern]) => pattern.test(model))?.[1] ?? UNKNOWN
}

/** Models that take instructions in the middle: Claude Opus 4.8 and the fifth generation. Others refuse the whole request. */
export function takesLaterSystem(model: string): boolean {
  return /claude-(?:opus-4-[89](?!\d)|(?:fable|mythos|opus|sonnet|haiku)-[5-9])/.test(model)
}

/** OpenAI's reasoning models, which refuse `max_tokens` and take an effort. Other servers of that API know `max_tokens` only. */
export function reasons(model: string): boolean {
  return /^(?:[\w.-]+\/)*(?:o[1-9]|gpt-(?:[5-9]|[1-9]\d)|codex)/.test(model)
}
