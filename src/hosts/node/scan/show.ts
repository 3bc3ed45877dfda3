/** How what was found is shown to people. */

/** The ends of a long value, and how long it is: enough to find it again, too little to use it. */
export function mask(text: string): string {
  const units = [...text]
  const shown = units.length >= 12 ? 2 : 0
  const hidden = '*'.repeat(Math.min(units.length - 2 * shown, 12))
  return clean(`${units.slice(0, shown).join('')}${hidden}${shown > 0 ? units.slice(-shown).join('') : ''}`)
}

/** Without what a terminal could take for a command, and on one line. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (unit) => `\\u{${unit.codePointAt(0)!.toString(16)}}`)
}

export function countOf(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`
}
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return countOf(bytes, 'byte')
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}
