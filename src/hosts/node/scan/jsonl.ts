/** `{"id","text"}` lines in, `{"id","findings":[…]}` lines out. */
import { readLines } from '../../../files/lines.ts'
import type { Detector, Finding, Json } from '../../../types.ts'
import { findIn } from './windows.ts'
import { round } from './writers.ts'

/** A line in bytes: it is read whole. */
export const LINE_BYTES = 64 * 1024 * 1024

export type LineResult =
  | { readonly is: 'line'; readonly text: string; readonly findings: readonly Finding[] }
  /** Says which line and what is wrong, and nothing that is in it. */
  | { readonly is: 'fault'; readonly line: number; readonly message: string }

/**
 * One result for each line but blank ones, in their order. A line that cannot be used is told, and the next one is read;
 * one that is too long or no UTF-8 ends it. @throws LineError
 */
export async function* scanLines(
  bytes: AsyncIterable<Uint8Array>,
  detector: Detector,
  wanted: (finding: Finding) => boolean,
): AsyncGenerator<LineResult, void, void> {
  for await (const lines of readLines(bytes, LINE_BYTES)) {
    for (const { number, text } of lines) {
      if (text.trim() === '') continue
      const row = readRow(text)
      if (typeof row === 'string') {
        yield { is: 'fault', line: number, message: row }
        continue
      }
      const findings = (await findIn(row.text, detector)).filter(wanted)
      yield { is: 'line', text: `${JSON.stringify({ id: row.id, findings: findings.map(tell) })}\n`, findings }
    }
  }
}

function tell({ rule, start, end, score }: Finding): object {
  return { rule: rule.ref, entity: rule.entity, start, end, score: round(score) }
}

/** The row, or what is wrong with it. */
function readRow(line: string): { id: Json; text: string } | string {
  let row: Json
  try {
    row = JSON.parse(line)
  } catch {
    return 'this is not JSON'
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return 'an object with `id` and `text` is needed'
  const { id, text } = row
  if (typeof text !== 'string') return '`text` must be a string'
  if (typeof id !== 'string' && typeof id !== 'number') return '`id` must be a string or a number'
  if (typeof id === 'number' && !Number.isSafeInteger(id)) return '`id` must be a whole number up to 2^53, or a string'
  return { id, text }
}
