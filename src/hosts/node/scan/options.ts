/** What `parapet scan` is asked to do. */
import { readOptions } from '../commands/command.ts'
import { UsageError } from '../errors.ts'
import { didYouMean } from '../suggest.ts'

export const FORMATS = ['text', 'json', 'sarif'] as const
export type Format = (typeof FORMATS)[number]
export interface ScanOptions {
  /** Files and folders; `-` is standard input. */
  readonly paths: readonly string[]
  /** `undefined` for JSON Lines. */
  readonly format: Format | undefined
  readonly packs: readonly string[] | 'all'
  readonly threshold: number | undefined
  /** Labels to report; `undefined` for all. */
  readonly labels: readonly string[] | undefined
  /** Labels that make the scan fail; `undefined` for all that are reported. */
  readonly failOn: readonly string[] | undefined
  readonly show: boolean
}

/** @throws UsageError */
export function readScanOptions(args: readonly string[], piped: boolean): ScanOptions {
  const { values, rest } = readOptions(
    args,
    {
      jsonl: { type: 'boolean' },
      format: { type: 'string' },
      packs: { type: 'string' },
      threshold: { type: 'string' },
      labels: { type: 'string' },
      'fail-on': { type: 'string' },
      show: { type: 'boolean' },
    },
    Number.POSITIVE_INFINITY,
  )
  if (rest.length === 0 && !piped) throw new UsageError('say what to scan: files, folders, or `-` for standard input')
  if (values.jsonl && values.format !== undefined)
    throw new UsageError('--jsonl has a format of its own: leave --format out')
  if (values.jsonl && values.show) throw new UsageError('--jsonl tells offsets only: leave --show out')
  if (rest.filter((path) => path === '-').length > 1) throw new UsageError('`-` is given twice')
  return {
    paths: rest.length === 0 ? ['-'] : rest,
    format: values.jsonl ? undefined : readFormat(values.format ?? 'text'),
    packs: values.packs === 'all' ? 'all' : (readList('packs', values.packs) ?? []),
    threshold: readThreshold(values.threshold),
    labels: readList('labels', values.labels),
    failOn: readList('fail-on', values['fail-on']),
    show: values.show ?? false,
  }
}

function readFormat(name: string): Format {
  const format = FORMATS.find((one) => one === name)
  if (format === undefined) throw new UsageError(`--format must be ${FORMATS.join(', ')}${didYouMean(name, FORMATS)}`)
  return format
}
function readList(option: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new UsageError(`--${option} must be names with commas between them`)
  return names
}
function readThreshold(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const threshold = Number(text)
  if (text.trim() === '' || !(threshold > 0 && threshold <= 1)) {
    throw new UsageError('--threshold must be a number above 0 and up to 1, such as 0.3')
  }
  return threshold
}

/** Whether a label is one of these, or inside of one: `pii.email` is in `pii`. */
export function isAmong(label: string, labels: readonly string[]): boolean {
  return labels.some((one) => label === one || label.startsWith(`${one}.`))
}
