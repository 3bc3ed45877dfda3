/** The command line. */
import { enableCompileCache } from 'node:module'
import type { Command } from './commands/command.ts'
import { readEnvironment } from './environment.ts'
import { UsageError } from './errors.ts'
import { didYouMean } from './suggest.ts'

// Types are stripped and code is compiled once, not at every start. Hence the commands are loaded below, not above.
enableCompileCache()

interface Entry {
  /** One line, for the list of commands. */
  readonly summary: string
  readonly load: () => Promise<Command>
}
const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: 'start the proxy',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  keys: {
    summary: 'create, list and revoke keys',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
  scan: {
    summary: 'look through files, folders or standard input',
    load: async () => (await import('./commands/scan.ts')).scan,
  },
  simulate: {
    summary: 'show what would become of a call, and why',
    load: async () => (await import('./commands/simulate.ts')).simulate,
  },
  test: {
    summary: 'run the tests that stand beside the rules',
    load: async () => (await import('./commands/test.ts')).test,
  },
  bundle: {
    summary: 'check the guardrails and write them as one file, which a Worker is built with',
    load: async () => (await import('./commands/bundle.ts')).bundle,
  },
  log: {
    summary: 'verify the decision log',
    load: async () => (await import('./commands/log.ts')).log,
  },
  doctor: {
    summary: 'tell what is configured and what is missing',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
}
const HELP = `Usage: parapet COMMAND [OPTIONS]

Parapet is a guardrail proxy for language models.

Commands
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join('\n')}

\`parapet COMMAND --help\` tells more. Start with \`parapet serve --dev\`.`

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === 'help' && args[0] !== undefined) return main([args[0], '--help'])
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(HELP)
    return name === undefined ? 1 : 0
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!entry) throw new UsageError(`unknown command \`${name}\`${didYouMean(name, Object.keys(COMMANDS))}`)
  const command = await entry.load()
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.help)
    return 0
  }
  return command.run(args, readEnvironment(process.env))
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
