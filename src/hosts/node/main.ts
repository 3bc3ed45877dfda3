/** The command line. */
import type { Command } from './commands/command.ts'
import { UsageError } from './commands/command.ts'
import { readEnvironment } from './environment.ts'
import { didYouMean } from './suggest.ts'

/** Loaded when called: most commands do without the server. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./commands/serve.ts')).serve,
  keys: async () => (await import('./commands/keys.ts')).keys,
  test: async () => (await import('./commands/test.ts')).test,
  bundle: async () => (await import('./commands/bundle.ts')).bundle,
  log: async () => (await import('./commands/log.ts')).log,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    if (name === 'help' && args[0] !== undefined) return main([args[0], '--help'])
    console.log(await describe())
    return name === undefined ? 1 : 0
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) throw new UsageError(`unknown command \`${name}\`${didYouMean(name, Object.keys(COMMANDS))}`)
  const command = await load()
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help)
    return 0
  }
  return command.run(args, readEnvironment(process.env))
}

async function describe(): Promise<string> {
  const names = Object.entries(COMMANDS)
  const lines = await Promise.all(names.map(async ([name, load]) => `  ${name.padEnd(8)} ${(await load()).summary}`))
  return `Usage: parapet COMMAND [OPTIONS]

Parapet is a guardrail proxy for language models.

Commands
${lines.join('\n')}

\`parapet COMMAND --help\` tells more. Start with \`parapet serve --dev\`.`
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const { message, name } = error as Error
  console.error(message.replace(/^/gm, 'parapet: '))
  if (name === 'UsageError') console.error(`parapet: \`parapet ${helpFor(process.argv[2])}\` tells more`)
  process.exitCode = name === 'UsageError' ? 2 : 1
}
function helpFor(command: string | undefined): string {
  return command !== undefined && Object.hasOwn(COMMANDS, command) ? `${command} --help` : '--help'
}
