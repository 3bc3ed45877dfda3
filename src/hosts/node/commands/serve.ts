import { DOMAINS } from '../../../types.ts'
import { random, sha256 } from '../crypto.ts'
import { devKeys, devMasterKey, storedDevKey, writeDevEnv } from '../dev.ts'
import { databaseIn, type Environment } from '../environment.ts'
import { ConfigurationError } from '../errors.ts'
import { greet } from '../greeting.ts'
import { makeHost } from '../host.ts'
import { watchGuardrails } from '../reload.ts'
import { type RunningServer, startServer } from '../server.ts'
import { openKeys } from '../stores.ts'
import { type Command, readOptions } from './command.ts'

export const serve: Command = {
  help: `Usage: parapet serve [--dev]

Starts the proxy. It is ready when it prints its address. SIGTERM and SIGINT end it: running requests get 10 seconds.
Changes in the guardrails folder hold from the next request on, \`limits\` from the next start. What is wrong is told with file and
line, and what was there before goes on serving. SIGHUP reads the folder at once.

Options
  --dev   for development: makes keys, one per domain, and a master key, on the first start; keeps them in the data folder

Environment
  PORT, HOST           where to listen (8787, 127.0.0.1)
  PARAPET_GUARDRAILS   folder of rules, policies and upstreams (guardrails/)
  PARAPET_DATA         folder of the decision log, the vault and the keys (.parapet/)
  PARAPET_MASTER_KEY   32 bytes in base64, which the vault's keys are wrapped with; needed without --dev
  OPENAI_API_KEY, ANTHROPIC_API_KEY and others that upstreams.yaml names

Examples
  parapet serve --dev
  PARAPET_MASTER_KEY=$(openssl rand -base64 32) parapet serve`,
  async run(args, environment) {
    const { values } = readOptions(args, { dev: { type: 'boolean', default: false } })
    const masterKey = environment.masterKey ?? (values.dev ? devMasterKey(environment.data) : undefined)
    if (masterKey === undefined) {
      throw new ConfigurationError(
        'PARAPET_MASTER_KEY is not set. Make one with `openssl rand -base64 32` and keep it, or use --dev',
      )
    }
    const node = await makeHost(environment, masterKey)
    const server = await listen(node, environment)
    const url = `http://${environment.hostname.includes(':') ? `[${environment.hostname}]` : environment.hostname}:${server.port}`
    if (values.dev) {
      const keys = devKeys(environment.data, random)
      addMissing(environment, keys)
      const keysIn = writeDevEnv(environment.data, url, keys)
      console.log(greet({ url, keys, keysIn, upstreams: node.host.bundle.upstreams }))
    } else console.log(`parapet: serving at ${url}`)
    if (node.host.bundle.upstreams.length === 0) node.host.warn('no upstream can be used; `parapet doctor` says why')
    const watching = watchGuardrails(environment, node.host.bundle, (bundle) => server.use(bundle))
    await new Promise<void>((resolve) => {
      process.once('SIGTERM', resolve).once('SIGINT', resolve)
    })
    watching.stop()
    await server.stop()
    return 0
  },
}

async function listen(
  node: Awaited<ReturnType<typeof makeHost>>,
  { port, hostname }: Environment,
): Promise<RunningServer> {
  try {
    return await startServer(node, port, hostname)
  } catch (error) {
    await node.close()
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new ConfigurationError(`port ${port} of ${hostname} is in use; set PORT to another`)
    if (code === 'EACCES')
      throw new ConfigurationError(`port ${port} may not be opened by this user; set PORT to another`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new ConfigurationError(`HOST ${hostname} is not an address of this machine`)
    throw error
  }
}

function addMissing(environment: Environment, keys: ReturnType<typeof devKeys>): void {
  const store = openKeys(databaseIn(environment.data))
  const known = new Set(store.list().map(({ hash }) => hash))
  for (const domain of DOMAINS) {
    const stored = storedDevKey(keys[domain], domain, sha256)
    if (!known.has(stored.hash)) store.add(stored)
  }
  store.close()
}
