/** One policy as it stands in a file, its annotations included. */
export interface Statement {
  readonly text: string
  /** Of its first character; lines count from 1. */
  readonly line: number
}

// A string, a comment (Cedar has only this kind), the end of a policy, or a blank: in this order at every position.
const TOKEN = /"(?:[^"\\]|\\.)*"|\/\/[^\n\r]*|;|\s+/gs

/**
 * Cuts a file into policies, so that each can be parsed with its place. (Cedar's own splitter gives them without places, and
 * in another order.) What is left after the last `;` is a statement too: the parser will say what is wrong with it.
 */
export function splitStatements(text: string): readonly Statement[] {
  const statements: Statement[] = []
  let start: number | undefined
  let end = 0
  let line = 1
  let startLine = 1
  const begin = (at: number): void => {
    if (start === undefined) {
      start = at
      startLine = line
    }
  }
  const finish = (at: number): void => {
    if (start !== undefined) statements.push({ text: text.slice(start, at), line: startLine })
    start = undefined
  }
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (index > end) begin(end)
    if (token === ';' || token.startsWith('"')) begin(index)
    end = index + token.length
    if (token === ';') finish(end)
    line += token.split('\n').length - 1
  }
  if (end < text.length) begin(end)
  finish(text.length)
  return statements
}
