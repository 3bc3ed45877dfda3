/** Offsets of citations, and what ends a stream. */
import { type Mutant, mutant } from './mutant.ts'

export const anchored: readonly Mutant[] = [
  mutant(
    'citations wait for their text',
    'src/screen.ts',
    'const settled = settledFor(anchors, find)',
    'const settled = () => true',
    'anchors',
  ),
  mutant(
    'ended texts are remembered',
    'src/screen.ts',
    'if (known.shifts.edited) past.set(channel, known.shifts)',
    '',
    'anchors',
  ),
  mutant(
    'so many events wait',
    'src/screen.ts',
    'line.length - count > MOST_WAITING || size > limits.eventCharacters',
    'false',
    'anchors',
  ),
  mutant(
    'offsets count code points',
    'src/anchors.ts',
    'if (!(high && c >= 0xdc00 && c < 0xe000)) points++',
    'points++',
    'anchors',
  ),
  mutant(
    'offsets at an edit',
    'src/anchors.ts',
    'edits[middle]!.start < offset',
    'edits[middle]!.start <= offset',
    'anchors',
  ),
  mutant(
    'offsets ahead wait for nothing',
    'src/anchors.ts',
    'Math.min(offsetAt(anchor) ?? 0, shifts?.come ?? 0)',
    'offsetAt(anchor) ?? 0',
    'anchors',
  ),
  mutant(
    'offsets in an edit',
    'src/anchors.ts',
    "return edge === 'start' ? last.to : last.until",
    'return last.until',
    'anchors',
  ),
  mutant('edits add up', 'src/transform.ts', 'const at = start + grown', 'const at = start', 'anchors'),
  mutant(
    'histories move too',
    'src/transform.ts',
    '  moveAnchors(anchors, (text) => {',
    '  moveAnchors([], (text) => {',
    'anchors',
  ),
  mutant(
    'an index that is no offset',
    'src/formats/openai-citations.ts',
    "if (points) add(holder, 'index', 'end')",
    "add(holder, 'index', 'end')",
    'anchors',
  ),
  mutant('citations in lines', 'src/operations/lines.ts', '    anchors: inner.anchors,\n', '', 'anchors'),
  mutant(
    'a block of Responses fails it',
    'src/formats/openai-responses-stream.ts',
    '{ name: failed.type, data: failed },',
    '',
    'formats-streams',
  ),
  mutant(
    'what came before a block is told',
    'src/screen.ts',
    "      if (out !== '') yield out\n      throw error",
    '      throw error',
    'stream',
  ),
]
