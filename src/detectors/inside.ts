import type { Detector, Finding } from '../types.ts'

/**
 * Two detectors, without what the second finds inside of what the first does: that is of our own making. `hides`: unless it might not be.
 * INVARIANT: what is settled does not depend on cuts: while something of ours may still end, everything from its start on is open.
 */
export function lookAround(
  ours: Detector,
  other: Detector,
  hides: (text: string, finding: Finding) => boolean = () => true,
): Detector {
  if (ours.shortest === Number.POSITIVE_INFINITY) return other
  return {
    reach: Math.max(ours.reach, other.reach),
    context: Math.max(ours.context, other.context),
    shortest: Math.min(ours.shortest, other.shortest),
    detect(text, look) {
      const own = ours.detect(text, look)
      const seen = other.detect(text, look)
      const open = Math.min(own.open, seen.open)
      if (own.findings.length === 0) return { findings: seen.findings, open }
      // Both are in order, and none of the first overlap.
      const hiding = own.findings.filter((finding) => hides(text, finding))
      let next = 0
      const outside = seen.findings.filter(({ start, end }) => {
        while (next < hiding.length && hiding[next]!.end <= start) next++
        const one = hiding[next]
        return !(one && one.start <= start && end <= one.end)
      })
      const findings = [...own.findings, ...outside].sort((a, b) => a.start - b.start || b.end - a.end)
      return { findings, open }
    },
  }
}
