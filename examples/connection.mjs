/** Where Parapet is and with which key: from the environment, else from what `npm start` wrote. */
import { readFileSync } from 'node:fs'

function read(name) {
  if (process.env[name]) return process.env[name]
  try {
    const file = readFileSync(new URL('../.parapet/dev.env', import.meta.url), 'utf8')
    const found = new RegExp(`^${name}=(.*)$`, 'm').exec(file)
    if (found) return found[1]
  } catch {
    // No file: said below.
  }
  console.error(`${name} is not set, and there is no .parapet/dev.env: run \`npm start\` first, in another terminal`)
  process.exit(1)
}

export const url = read('PARAPET_URL')
export const key = read('PARAPET_INVOKE_KEY')
export const model = process.env.MODEL ?? 'mirror'
