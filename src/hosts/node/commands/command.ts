/** What a command of the command line is, and how its options are read. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import type { Environment } from '../environment.ts'
import { UsageError } from '../errors.ts'
import { didYouMean } from '../suggest.ts'

export interface Command {
  /** What `--help` says: usage, options and examples. */
  readonly help: string
  /** The exit code. */
  run(args: readonly string[], environment: Environment): Promise<number> | number
}

type Options = NonNullable<ParseArgsConfig['options']>
/** @throws UsageError */
export function readOptions<const T extends Options>(args: readonly string[], options: T, positionals = 0) {
  const { values, positionals: rest } = parse(args, options)
  if (rest.length > positionals) throw new UsageError(`unexpected argument \`${rest[positionals]}\``)
  return { values, rest }
}
function parse<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const unknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(-[^']*)'/.exec(message)?.[1] : undefined
    if (unknown === undefined) throw new UsageError(message.split('\n', 1)[0]!)
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new UsageError(`unknown option \`${unknown}\`${didYouMean(unknown, known)}`)
  }
}
