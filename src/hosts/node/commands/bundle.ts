import { relative } from 'node:path'
import { writeBundle } from '../bundle.ts'
import { type Command, readOptions } from './command.ts'

export const bundle: Command = {
  help: `Usage: parapet bundle

Checks rules, policies, upstreams and settings, and writes generated/bundle.json. \`wrangler dev\` and \`wrangler deploy\` do this
themselves. The file holds no secrets: credentials are named by the variable that holds them.

Environment
  PARAPET_GUARDRAILS   the folder to read (guardrails/)`,
  run(args, environment) {
    readOptions(args, {})
    const { path, bytes } = writeBundle(environment.guardrails)
    console.log(`${relative('.', path)}: ${(bytes / 1024).toFixed(1)} KB`)
    return 0
  },
}
