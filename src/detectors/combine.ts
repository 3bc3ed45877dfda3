import type { Detection, Detector, Finding, Look } from '../types.ts'

/** Several detectors as one. Open is what any of them holds open. */
export function combine(detectors: readonly Detector[]): Detector {
  const used = detectors.filter((detector) => detector.shortest !== Number.POSITIVE_INFINITY)
  if (used.length === 1) return used[0]!
  return {
    reach: Math.max(0, ...used.map((detector) => detector.reach)),
    context: Math.max(0, ...used.map((detector) => detector.context)),
    shortest: Math.min(...used.map((detector) => detector.shortest)),
    detect(text: string, look: Look): Detection {
      let findings: readonly Finding[] = []
      let open = text.length
      for (const detector of used) {
        const seen = detector.detect(text, look)
        if (seen.findings.length > 0) findings = findings.length === 0 ? seen.findings : [...findings, ...seen.findings]
        open = Math.min(open, seen.open)
      }
      if (findings.length > 1) findings = [...findings].sort((a, b) => a.start - b.start || b.end - a.end)
      return settle(findings, open)
    },
  }
}

/** What one holds open may be in the middle of what another one found, which is then not settled either. */
function settle(findings: readonly Finding[], open: number): Detection {
  let settled = open
  for (let i = findings.length - 1; i >= 0; i--) {
    const { start, end } = findings[i]!
    if (start < settled && end > settled) settled = start
  }
  const all = findings.every(({ end }) => end <= settled)
  return { findings: all ? findings : findings.filter(({ end }) => end <= settled), open: settled }
}
