/** A text with its escapes read, and where each of its characters stood: `at[i]` for the i-th, one more for the end. */
export interface View {
  readonly text: string
  readonly at?: Uint32Array
}

const PLAIN: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '"': '"',
  '/': '/',
  '\\': '\\',
}

/** The same text with the escapes of JSON strings (RFC 8259 §7) read once; `undefined` if there are none. Linear. */
export function readEscapes(view: View): View | undefined {
  const { text } = view
  let next = text.indexOf('\\')
  if (next < 0) return undefined
  const at = new Uint32Array(text.length + 1)
  const parts: string[] = []
  let length = 0
  let copied = 0
  let read = 0
  const copy = (end: number): void => {
    parts.push(text.slice(copied, end))
    for (let i = copied; i < end; i++) at[length++] = view.at?.[i] ?? i
  }
  for (; next >= 0; next = text.indexOf('\\', Math.max(copied, next + 1))) {
    const code = /^[0-9a-fA-F]{4}$/.test(text.slice(next + 2, next + 6)) && text[next + 1] === 'u' ? 4 : 0
    const character = code
      ? String.fromCharCode(Number.parseInt(text.slice(next + 2, next + 6), 16))
      : PLAIN[text[next + 1] ?? '']
    if (character === undefined) continue
    copy(next)
    parts.push(character)
    at[length++] = view.at?.[next] ?? next
    copied = next + 2 + code
    read++
  }
  if (read === 0) return undefined
  copy(text.length)
  at[length] = view.at?.[text.length] ?? text.length
  return { text: parts.join(''), at: at.subarray(0, length + 1) }
}
