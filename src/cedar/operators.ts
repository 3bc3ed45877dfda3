/**
 * What each operator does with values. All of them are strict: their operands are evaluated first, all of them.
 * `&&`, `||` and `if`, which are not, are in code.ts.
 */
import type { Entities } from './entities.ts'
import {
  contains,
  EvaluationError,
  equal,
  includesAll,
  includesAny,
  makeRecord,
  makeSet,
  type RecordValue,
  type SetValue,
  sizeOf,
  type Uid,
  type Value,
} from './values.ts'

type Long = number | bigint
export type Unary = (arg: Value, entities: Entities) => Value
export type Binary = (left: Value, right: Value, entities: Entities) => Value

export function asBoolean(value: Value): boolean {
  if (typeof value !== 'boolean') throw new EvaluationError('expected a boolean')
  return value
}
function asString(value: Value): string {
  if (typeof value !== 'string') throw new EvaluationError('expected a string')
  return value
}
function asLong(value: Value): Long {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new EvaluationError('expected a long')
  return value
}
function asEntity(value: Value): Uid {
  if (typeof value !== 'object' || value.kind !== 'entity') throw new EvaluationError('expected an entity')
  return value
}
function asSet(value: Value): SetValue {
  if (typeof value !== 'object' || value.kind !== 'set') throw new EvaluationError('expected a set')
  return value
}

const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)
/** A long from an exact result. @throws EvaluationError beyond 64 bits */
function narrow(exact: bigint): Long {
  if (exact > MAX || exact < MIN) throw new EvaluationError('integer overflow')
  const short = Number(exact)
  return Number.isSafeInteger(short) ? short : exact
}
// A safe result of a double operation on safe integers is the exact one, since rounding never crosses 2^53.
function add(a: Long, b: Long): Long {
  const sum = typeof a === 'number' && typeof b === 'number' ? a + b : Number.NaN
  return Number.isSafeInteger(sum) ? sum : narrow(BigInt(a) + BigInt(b))
}
function subtract(a: Long, b: Long): Long {
  const difference = typeof a === 'number' && typeof b === 'number' ? a - b : Number.NaN
  return Number.isSafeInteger(difference) ? difference : narrow(BigInt(a) - BigInt(b))
}
function multiply(a: Long, b: Long): Long {
  const product = typeof a === 'number' && typeof b === 'number' ? a * b : Number.NaN
  return Number.isSafeInteger(product) ? product : narrow(BigInt(a) * BigInt(b))
}

/** Cedar's `in`: an entity is in itself, known or not, and in all its ancestors. */
function isIn(left: Value, right: Value, entities: Entities): boolean {
  const { key } = asEntity(left)
  if (typeof right !== 'object' || right.kind === 'record') throw new EvaluationError('expected an entity or a set')
  if (right.kind === 'entity') return key === right.key || entities.get(key)?.ancestors.has(right.key) === true
  if (right.primitives.size > 0) throw new EvaluationError('expected a set of entities')
  const ancestors = entities.get(key)?.ancestors
  let found = false
  // To the end, found or not: one member that is no entity is an error wherever it stands.
  for (const item of right.compounds.values()) {
    const wanted = asEntity(item).key
    found ||= key === wanted || ancestors?.has(wanted) === true
  }
  return found
}

function fieldsOf(value: Value, entities: Entities): RecordValue | undefined {
  if (typeof value === 'object' && value.kind === 'record') return value
  if (typeof value === 'object' && value.kind === 'entity') return entities.get(value.key)?.attrs
  throw new EvaluationError('expected an entity or a record')
}
function getTag(left: Value, right: Value, entities: Entities): Value {
  const { key } = asEntity(left)
  const value = entities.get(key)?.tags.fields.get(asString(right))
  if (value === undefined) throw new EvaluationError('no such entity or tag')
  return value
}
function hasTag(left: Value, right: Value, entities: Entities): boolean {
  const { key } = asEntity(left)
  const tag = asString(right)
  return entities.get(key)?.tags.fields.has(tag) === true
}

export const UNARY: Readonly<Record<string, Unary>> = {
  '!': (arg) => !asBoolean(arg),
  neg: (arg) => subtract(0, asLong(arg)),
  isEmpty: (arg) => sizeOf(asSet(arg)) === 0,
}
export const BINARY: Readonly<Record<string, Binary>> = {
  '==': (a, b) => equal(a, b),
  '!=': (a, b) => !equal(a, b),
  '<': (a, b) => asLong(a) < asLong(b),
  '<=': (a, b) => asLong(a) <= asLong(b),
  '>': (a, b) => asLong(a) > asLong(b),
  '>=': (a, b) => asLong(a) >= asLong(b),
  '+': (a, b) => add(asLong(a), asLong(b)),
  '-': (a, b) => subtract(asLong(a), asLong(b)),
  '*': (a, b) => multiply(asLong(a), asLong(b)),
  in: isIn,
  contains: (a, b) => contains(asSet(a), b),
  containsAll: (a, b) => includesAll(asSet(a), asSet(b)),
  containsAny: (a, b) => includesAny(asSet(a), asSet(b)),
  getTag,
  hasTag,
}

/** `.name`, of a record or an entity; an error where there is none. */
export function readAttribute(name: string): Unary {
  return (arg, entities) => {
    const value = fieldsOf(arg, entities)?.fields.get(name)
    if (value === undefined) throw new EvaluationError(`no attribute \`${name}\``)
    return value
  }
}
/** `has name`: false also of an entity that is not known. */
export function hasAttribute(name: string): Unary {
  return (arg, entities) => fieldsOf(arg, entities)?.fields.has(name) === true
}
export function isOfType(type: string): Unary {
  return (arg) => asEntity(arg).type === type
}
/** The pieces of a pattern between its wildcards; one piece means that there is none. */
export function isLike(pieces: readonly string[]): Unary {
  return (arg) => matchPieces(asString(arg), pieces)
}
/** Leftmost matches of the inner pieces are enough, so one pass over the text decides. */
function matchPieces(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0]!
  if (pieces.length === 1) return text === first
  const last = pieces.at(-1)!
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at + last.length <= text.length
}

export function collectSet(items: readonly Value[]): Value {
  return makeSet(items)
}
export function collectRecord(names: readonly string[]): (items: readonly Value[]) => Value {
  return (items) => makeRecord(names.map((name, i) => [name, items[i]!]))
}
