/** Configuration files: YAML, checked strictly, with errors that name the file and line. */
import { existsSync, readFileSync } from 'node:fs'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ConfigurationError } from './errors.ts'
import { didYouMean } from './suggest.ts'

export { ConfigurationError } from './errors.ts'

/** Reads and checks a file; `fallback` is checked in its stead where there is none. @throws ConfigurationError */
export function readYaml<Schema extends z.ZodType>(path: string, schema: Schema, fallback?: unknown): z.output<Schema> {
  if (!existsSync(path)) {
    if (fallback === undefined) throw new ConfigurationError(`${path}: there is no such file`)
    return schema.parse(fallback)
  }
  return parseYaml(path, readFileSync(path, 'utf8'), schema)
}

export function parseYaml<Schema extends z.ZodType>(path: string, text: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true })
  const lineOf = (offset: number | undefined): number => (offset === undefined ? 1 : lines.linePos(offset).line)
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => `${path}:${lineOf(error.pos[0])}: ${firstLine(error.message)}`)
    throw new ConfigurationError(faults.join('\n'))
  }
  const checked = schema.safeParse(document.toJS() ?? {})
  if (checked.success) return checked.data
  const known = keysOf(schema)
  const faults = checked.error.issues.flatMap((issue) => tell(issue, document, known))
  throw new ConfigurationError(faults.map(({ at, message }) => `${path}:${lineOf(at)}: ${message}`).join('\n'))
}

interface Fault {
  readonly at: number | undefined
  readonly message: string
}
function tell(issue: z.core.$ZodIssue, document: Document, known: ReadonlySet<string>): Fault[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      at: offsetOf(document, [...path, key]),
      message: `unknown key \`${[...path, key].join('.')}\`${didYouMean(key, known)}`,
    }))
  }
  const where = path.length > 0 ? `\`${path.join('.')}\`: ` : ''
  return [{ at: offsetOf(document, path), message: where + lowerFirst(issue.message) }]
}

/** Where the value at a path begins, or its key if it has one, or what is nearest around it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    const pair = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last) : undefined
    const node = pair?.key ?? document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return undefined
}

/** The names of all properties of a schema, to suggest from. */
function keysOf(schema: z.ZodType): ReadonlySet<string> {
  const keys = new Set<string>()
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const [name, child] of Object.entries(node)) {
      if (name === 'properties') for (const key of Object.keys(child as object)) keys.add(key)
      visit(child)
    }
  }
  visit(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))
  return keys
}
function firstLine(text: string): string {
  return lowerFirst(text.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, ''))
}
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
