/** One line broken on purpose, with the tests that must notice. */
export interface Mutant {
  readonly law: string
  readonly file: string
  readonly find: string
  readonly put: string
  readonly tests: readonly string[]
}
export const mutant = (law: string, file: string, find: string, put: string, ...tests: string[]): Mutant => {
  return { law, file, find, put, tests: tests.map((name) => `test/${name}.test.ts`) }
}
