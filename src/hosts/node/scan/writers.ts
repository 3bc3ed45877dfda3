/** Findings as text and as JSON, each as soon as it is known: there may be more of them than memory. */
import { clean, mask } from './show.ts'
import type { Sight } from './windows.ts'

/** How a scan went. */
export interface Summary {
  files: number
  bytes: number
  findings: number
  /** Files in which something was found. */
  hit: number
  /** How often something was left out, by why. */
  readonly skipped: Map<string, number>
}
/** Something to know about a file. `failed`: it was not looked at, or not to its end. */
export interface Notice {
  readonly path: string
  readonly failed: boolean
  readonly message: string
}
export interface Writer {
  begin(): string
  sight(path: string, sight: Sight): string
  end(summary: Summary, notices: readonly Notice[]): string
}

/** `path:line:column entity rule score preview`, a line each. */
export function writeText(show: boolean, colours: boolean): Writer {
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    begin: () => '',
    sight(path, { rule, score, line, column, text }) {
      const place = `${clean(path)}:${line}:${column}`
      const value = show ? clean(text) : mask(text)
      const code = rule.label.startsWith('secret') ? 31 : 33
      return `${paint(36, place)} ${paint(code, rule.entity)} ${rule.ref} ${score.toFixed(2)} ${paint(2, value)}\n`
    },
    end: () => '',
  }
}

/** One JSON object: `findings`, `notices` and `summary`. */
export function writeJson(show: boolean): Writer {
  let between = ''
  return {
    begin: () => '{"findings":[',
    sight(path, { rule, start, end, score, line, column, endLine, endColumn, text }) {
      const place = { path, line, column, endLine, endColumn, start, end }
      const finding = { rule: rule.ref, entity: rule.entity, label: rule.label, score: round(score) }
      const written = `${between}\n${JSON.stringify({ ...place, ...finding, ...(show && { text }) })}`
      between = ','
      return written
    },
    end({ skipped, ...counts }, notices) {
      const summary = { ...counts, skipped: Object.fromEntries(skipped) }
      return `\n],"notices":${JSON.stringify(notices)},"summary":${JSON.stringify(summary)}}\n`
    },
  }
}

/** A score without the noise of adding: .4 and .45 are .85. */
export function round(score: number): number {
  return Math.round(score * 1e4) / 1e4
}
