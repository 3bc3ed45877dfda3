import { expect, test } from 'vitest'
import { id } from '../src/ids.ts'
import type { Id, LogRecord } from '../src/types.ts'

/** Whether a type has a field, at any depth, that any string could go in. */
type HoldsText<T> = T extends string
  ? string extends T
    ? true
    : never
  : T extends readonly (infer Item)[]
    ? HoldsText<Item>
    : T extends object
      ? { [Key in keyof T]: HoldsText<T[Key]> }[keyof T]
      : never
type IsNever<T> = [T] extends [never] ? true : false

test('no field of a record is a plain string: content cannot be put in one (checked by the compiler)', () => {
  const free: IsNever<HoldsText<LogRecord>> = true
  // The check has teeth.
  const caught: IsNever<HoldsText<{ a: readonly { b: string | number }[]; c: Id }>> = false
  expect([free, caught]).toEqual([true, false])
})

test('only names of a narrow shape become ids', () => {
  expect(id('gpt-4o@2026:x/y_z.1+2')).toBe('gpt-4o@2026:x/y_z.1+2')
  for (const text of ['', 'two words', 'a"b', '<script>', '-x', 'é', 'a\n', 'x'.repeat(129)])
    expect(id(text)).toBe('withheld')
})
