import { compileRuleset, type RuleSource } from '../../../rules.ts'
import type { Detector } from '../../../types.ts'
import { loadRules } from '../rules-loader.ts'
import { type Command, readOptions } from './command.ts'

export const test: Command = {
  help: `Usage: parapet test [RULE]

Runs the \`tests\` of every rule in the guardrails folder, or of one: what it must find, and what it must leave alone. Each rule is
run alone, so that a test says something about its own rule.

Environment
  PARAPET_GUARDRAILS   the folder to read (guardrails/)

Examples
  parapet test
  parapet test payment-card`,
  run(args, environment) {
    const { rest } = readOptions(args, {}, 1)
    const source = loadRules(environment.guardrails)
    const rules = source.rules.filter(({ id }) => rest[0] === undefined || id === rest[0])
    if (rules.length === 0) {
      console.error(`parapet: there is no rule \`${rest[0]}\``)
      return 1
    }
    let passed = 0
    const failures: string[] = []
    for (const rule of rules) {
      const { detector } = compileRuleset({ ...source, packs: [rule.pack], rules: [rule] })
      for (const failure of runTests(rule, detector)) {
        if (failure === undefined) passed++
        else failures.push(`${rule.id}: ${failure}`)
      }
    }
    for (const failure of failures) console.log(failure)
    console.log(`${rules.length} rules, ${passed} passed, ${failures.length} failed`)
    return failures.length === 0 ? 0 : 1
  },
}

/** What is wrong with each test; `undefined` for those that pass. */
function runTests({ tests }: RuleSource, detector: Detector): (string | undefined)[] {
  const look = (text: string, key: string | undefined): string[] =>
    detector.detect(text, { from: 0, final: true, key }).findings.map(({ start, end }) => text.slice(start, end))
  const finds = tests.finds.map((example) => {
    const { text, match, key } =
      typeof example === 'string' ? { text: example, match: undefined, key: undefined } : example
    const found = look(text, key)
    if (match === undefined ? found.length > 0 : found.includes(match)) return undefined
    const wanted = match === undefined ? 'something' : JSON.stringify(match)
    return `should find ${wanted} in ${JSON.stringify(text)}, found ${JSON.stringify(found)}`
  })
  const ignores = tests.ignores.map((example) => {
    const { text, key } = typeof example === 'string' ? { text: example, key: undefined } : example
    const found = look(text, key)
    return found.length === 0
      ? undefined
      : `should find nothing in ${JSON.stringify(text)}, found ${JSON.stringify(found)}`
  })
  return [...finds, ...ignores]
}
