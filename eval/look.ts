/** Looks at texts as the proxy looks at those of a request: the same rules, the same way in, disguises included. */
import { detect } from '../src/detect.ts'
import { compileRuleset, type RulesetSource } from '../src/rules.ts'
import type { Finding, Place, Segment } from '../src/types.ts'

export type Look = (text: string) => Promise<readonly Finding[]>

/** `packs`: those that are on. Candidates from `threshold` on are reported. */
export function buildLook(source: RulesetSource, packs: readonly string[], threshold: number): Look {
  const { detector } = compileRuleset({ ...source, packs, threshold })
  return async (text) => {
    const seen = await detect([wrap(text)], detector, async () => {})
    return seen.flatMap(({ findings }) => findings)
  }
}

function wrap(text: string): Segment {
  return {
    text,
    kind: 'string',
    blob: undefined,
    source: 'user',
    key: undefined,
    place: () => '' as Place,
    write: () => {},
  }
}
