/** Findings as SARIF 2.1.0 (OASIS), which code hosts and editors read. */
import { isAbsolute, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { RuleSource } from '../../../rules.ts'
import type { Rule } from '../../../types.ts'
import type { Sight } from './windows.ts'
import { type Notice, round, type Writer } from './writers.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/**
 * Results are written as they come, rules after them: which there are is known then. Without `show` nothing of the text is
 * in it.
 */
export function writeSarif(rules: readonly RuleSource[], version: string, show: boolean): Writer {
  const sources = new Map(rules.map((rule) => [`${rule.id}@${rule.version}`, rule]))
  const used = new Map<Rule, number>()
  let between = ''
  return {
    begin: () =>
      `{"$schema":${JSON.stringify(SCHEMA)},"version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[`,
    sight(path, sight) {
      const { rule, score } = sight
      const index = used.get(rule) ?? used.size
      used.set(rule, index)
      const result = {
        ruleId: nameOf(rule),
        ruleIndex: index,
        level: levelOf(rule),
        message: { text: `${describe(sources.get(rule.ref), rule)} Score ${score.toFixed(2)}.` },
        locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: regionOf(sight, show) } }],
        properties: { entity: rule.entity, label: rule.label, score: round(score) },
      }
      const written = `${between}\n${JSON.stringify(result)}`
      between = ','
      return written
    },
    end(_summary, notices) {
      const driver = {
        name: 'Parapet',
        version,
        rules: [...used.keys()].map((rule) => tellRule(sources.get(rule.ref), rule)),
      }
      const invocation = {
        executionSuccessful: !notices.some(({ failed }) => failed),
        toolExecutionNotifications: notices.map(tellNotice),
      }
      return `\n],"tool":${JSON.stringify({ driver })},"invocations":[${JSON.stringify(invocation)}]}]}\n`
    },
  }
}

function regionOf({ line, column, endLine, endColumn, start, end, text }: Sight, show: boolean): object {
  const lines = { startLine: line, startColumn: column, endLine, endColumn }
  return { ...lines, charOffset: start, charLength: end - start, ...(show && { snippet: { text } }) }
}

function tellRule(source: RuleSource | undefined, rule: Rule): object {
  const short = describe(source, rule)
  const advice = rule.label.startsWith('secret')
    ? 'Whoever has read it can use it: revoke it where it was made, and keep the new one out of files.'
    : 'Take it out, or replace it by a made-up value, unless it is meant to be here.'
  const reference = source ? ` It is recognised by: ${source.reference}.` : ''
  return {
    id: nameOf(rule),
    name: rule.entity,
    shortDescription: { text: short },
    fullDescription: { text: `${short}${reference}` },
    help: { text: `${short}${reference} ${advice}` },
    defaultConfiguration: { level: levelOf(rule) },
    properties: {
      entity: rule.entity,
      label: rule.label,
      version: source?.version ?? 0,
      tags: rule.label.split('.', 1),
    },
  }
}
function tellNotice({ path, failed, message }: Notice): object {
  return {
    level: failed ? 'error' : 'note',
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) } } }],
  }
}

/** The rule's id without its version, so that findings are the same ones after a change of the rule. */
function nameOf({ ref }: Rule): string {
  return ref.replace(/@\d+$/, '')
}
function levelOf({ label }: Rule): 'error' | 'warning' {
  return label.startsWith('secret') ? 'error' : 'warning'
}
function describe(source: RuleSource | undefined, rule: Rule): string {
  const text = (source?.description ?? rule.entity).trim()
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Relative to where the command runs, if it is below; absolute otherwise. */
function uriOf(path: string): string {
  if (path === '-') return 'stdin'
  const near = relative('.', path)
  if (near.startsWith('..') || isAbsolute(near)) return pathToFileURL(path).href
  return near.split(sep).map(encodeURIComponent).join('/')
}
