/** Reads access policies: Cedar files, their schema, and the labels they speak of. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { z } from 'zod'
import { type AccessSource, type ActionSource, createAccess, type LabelSource } from '../../access.ts'
import type { PolicyJson } from '../../cedar/types.ts'
import { LoadError } from '../../cedar/values.ts'
import { digest } from '../../ids.ts'
import type { Digest, Label } from '../../types.ts'
import { type Statement, splitStatements } from './cedar-statements.ts'
import { didYouMean } from './suggest.ts'
import { ConfigurationError, readYaml } from './yaml-file.ts'

const SCHEMA = 'schema.cedarschema'
const LABEL = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/
const LABELS = z.record(z.string(), z.string().min(1)).superRefine((labels, context) => {
  for (const name of Object.keys(labels)) {
    const refuse = (message: string) => context.addIssue({ code: 'custom', path: [name], message })
    if (!LABEL.test(name))
      refuse('a label is made of lower-case letters, digits and hyphens, with dots between its parts')
    const parent = name.slice(0, Math.max(0, name.lastIndexOf('.')))
    if (parent !== '' && !Object.hasOwn(labels, parent)) {
      refuse(`there is no label \`${parent}\` for it to be in${didYouMean(parent, Object.keys(labels))}`)
    }
  }
})

/** A policy with where it stands. */
interface Placed {
  readonly id: string
  readonly est: PolicyJson
  readonly file: string
  readonly statement: Statement
}

/**
 * Reads `access/*.cedar`, `access/schema.cedarschema` and `labels.yaml` of a folder of guardrails; policies are validated
 * strictly against the schema, and what only warns is refused too: a policy that can never apply protects nothing.
 * @throws ConfigurationError with a line per fault, `file:line: message`
 */
export function loadAccess(folder: string): AccessSource {
  const { schemaFile, policyFiles } = listFiles(join(folder, 'access'))
  const labelsFile = join(folder, 'labels.yaml')
  const labels = Object.entries(readYaml(labelsFile, LABELS)).map(([name, about]) => ({ name: name as Label, about }))
  const schema = readFileSync(schemaFile, 'utf8')
  const actions = readActions(schemaFile, schema)
  const policies = readPolicies(policyFiles)
  refuseIf(validate(policies, schema))
  refuseIf(policies.flatMap((policy) => checkLabels(policy, labels)))
  const source: AccessSource = {
    digest: digestOf([...policyFiles, schemaFile, labelsFile]),
    policies: policies.map(({ id, est }) => ({ id, est })),
    actions,
    labels,
  }
  try {
    createAccess(source)
  } catch (error) {
    if (!(error instanceof LoadError)) throw error
    const policy = policies.find(({ id }) => id === error.policy)
    throw new ConfigurationError(`${policy ? placeOf(policy) : schemaFile}: ${error.message}`)
  }
  return source
}

/** Every file is policy, schema or Markdown: one with a mistyped ending must not be passed over. */
function listFiles(folder: string): { readonly schemaFile: string; readonly policyFiles: readonly string[] } {
  if (!existsSync(folder)) throw new ConfigurationError(`${folder}: there is no such folder`)
  const names = readdirSync(folder).sort()
  refuseIf(
    names
      .filter((name) => name !== SCHEMA && !['.cedar', '.md'].includes(extname(name)))
      .map((name) => `${join(folder, name)}: not a policy (\`*.cedar\`), the schema (\`${SCHEMA}\`) or Markdown`),
  )
  const policyFiles = names.filter((name) => name.endsWith('.cedar')).map((name) => join(folder, name))
  if (policyFiles.length === 0) throw new ConfigurationError(`${folder}: there is no policy (\`*.cedar\`)`)
  if (!names.includes(SCHEMA)) throw new ConfigurationError(`${folder}: there is no schema (\`${SCHEMA}\`)`)
  return { schemaFile: join(folder, SCHEMA), policyFiles }
}

function readActions(file: string, text: string): readonly ActionSource[] {
  const answer = cedar.schemaToJson(text)
  if (answer.type === 'failure') throw new ConfigurationError(answer.errors.map((e) => tell(file, text, e)).join('\n'))
  refuseIf(answer.warnings.map((warning) => tell(file, text, warning)))
  const { '': global, ...namespaces } = answer.json
  if (!global || Object.keys(namespaces).length > 0) {
    throw new ConfigurationError(`${file}:1: everything must stand outside of namespaces`)
  }
  return Object.entries(global.actions).map(([name, { memberOf = [], appliesTo }]) => ({
    name,
    parents: memberOf.map(({ id }) => id),
    resources: appliesTo?.resourceTypes ?? [],
  }))
}

function readPolicies(files: readonly string[]): readonly Placed[] {
  const faults: string[] = []
  const places = new Map<string, string>()
  const policies = files.flatMap((file) =>
    splitStatements(readFileSync(file, 'utf8')).flatMap((statement) => {
      const answer = cedar.policyToJson(statement.text)
      if (answer.type === 'failure') {
        faults.push(...answer.errors.map((error) => tell(file, statement.text, error, statement.line)))
        return []
      }
      const est = answer.json as PolicyJson
      const id = est.annotations?.id ?? `${basename(file, '.cedar')}:${statement.line}`
      const policy: Placed = { id, est, file, statement }
      const other = places.get(id)
      if (other !== undefined) faults.push(`${placeOf(policy)}: the policy at ${other} has the id \`${id}\` too`)
      places.set(id, placeOf(policy))
      return [policy]
    }),
  )
  refuseIf(faults)
  return policies
}

function validate(policies: readonly Placed[], schema: string): readonly string[] {
  const byId = new Map(policies.map((policy) => [policy.id, policy]))
  const staticPolicies = Object.fromEntries(policies.map(({ id, statement }) => [id, statement.text]))
  const answer = cedar.validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure') return answer.errors.map(({ message }) => `policies: ${message}`)
  const refused = new Set(answer.validationErrors.map(({ policyId }) => policyId))
  const warnings = answer.validationWarnings.filter(({ policyId }) => !refused.has(policyId))
  // Cedar tells the same of each action that a policy covers: once is enough.
  const told = new Map<string, string>()
  for (const { policyId, error } of [...answer.validationErrors, ...warnings]) {
    const key = JSON.stringify([policyId, error.sourceLocations, error.help ?? error.message])
    const { file, statement } = byId.get(policyId)!
    if (!told.has(key)) told.set(key, tell(file, statement.text, error, statement.line))
  }
  return [...told.values()]
}

/** Labels in policies must be of the list: Cedar's own validation knows types of entities, not which there are. */
function checkLabels(policy: Placed, labels: readonly LabelSource[]): readonly string[] {
  const known = new Set<string>(labels.map(({ name }) => name))
  const unknown = [...new Set(findLabels(policy.est))].filter((name) => !known.has(name))
  return unknown.map((name) => {
    const at = Math.max(0, policy.statement.text.indexOf(JSON.stringify(name)))
    const line = policy.statement.line + countLines(policy.statement.text.slice(0, at))
    return `${policy.file}:${line}: there is no label \`${name}\` in labels.yaml${didYouMean(name, known)}`
  })
}
function findLabels(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  if ('type' in node && node.type === 'Label' && 'id' in node && typeof node.id === 'string') return [node.id]
  return Object.values(node).flatMap(findLabels)
}

function digestOf(files: readonly string[]): Digest {
  // Names and texts as JSON, so that no text can be taken for the end of one file and the start of another.
  const contents = files.map((file) => [basename(file), readFileSync(file, 'utf8')]).sort()
  return digest(createHash('sha256').update(JSON.stringify(contents)).digest('hex'))
}

function tell(file: string, text: string, error: cedar.DetailedError, line = 1): string {
  // Cedar counts bytes of UTF-8.
  const before = Buffer.from(text).subarray(0, error.sourceLocations?.[0]?.start ?? 0)
  const message = error.message.replace(/^(failed to parse \w+ from string|for policy `[^`]*`)[:,] /, '')
  const help = error.help ? ` (${error.help.replace(/^for policy `[^`]*`, /, '')})` : ''
  return `${file}:${line + countLines(before.toString())}: ${message}${help}`.replaceAll('\n', ' ')
}
function countLines(text: string): number {
  return text.split('\n').length - 1
}
function placeOf({ file, statement }: Placed): string {
  return `${file}:${statement.line}`
}
function refuseIf(faults: readonly string[]): void {
  if (faults.length > 0) throw new ConfigurationError(faults.join('\n'))
}
