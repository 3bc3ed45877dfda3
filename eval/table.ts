/** Aligned columns: words to the left, figures to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, i) => Math.max(...all.map((row) => (row[i] ?? '').length)))
  const figures = head.map((_, i) => rows.every((row) => /^[-.\d%/ ]*$/.test(row[i] ?? '')))
  return all
    .map((row) =>
      widths
        .map((width, i) => (figures[i] ? (row[i] ?? '').padStart(width) : (row[i] ?? '').padEnd(width)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
/** `.964`, or `-` where there is nothing to divide by. */
export function ratio(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(3).replace(/^0/, '')
}
export function percent(value: number | undefined): string {
  return value === undefined ? '-' : `${(value * 100).toFixed(1)}%`
}
/** What stands around a span, on one line. */
export function excerpt(text: string, start: number, end: number): string {
  const line = `${text.slice(Math.max(0, start - 25), start)}[${text.slice(start, end)}]${text.slice(end, end + 20)}`
  return line.replace(/\s+/g, ' ')
}
