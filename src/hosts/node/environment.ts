/** The environment variables that the host itself reads; the README lists them. */
import { join, resolve } from 'node:path'
import { ConfigurationError } from './errors.ts'

export interface Environment {
  readonly port: number
  readonly hostname: string
  readonly guardrails: string
  readonly data: string
  readonly masterKey: string | undefined
  /** Value of any other variable; `undefined` where it is not set or empty. */
  readonly read: (variable: string) => string | undefined
}

/** @throws ConfigurationError */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const read = (variable: string): string | undefined => variables[variable]?.trim() || undefined
  return {
    port: readPort(read('PORT') ?? '8787'),
    hostname: read('HOST') ?? '127.0.0.1',
    guardrails: resolve(read('PARAPET_GUARDRAILS') ?? 'guardrails'),
    data: resolve(read('PARAPET_DATA') ?? '.parapet'),
    masterKey: read('PARAPET_MASTER_KEY'),
    read,
  }
}

/** The file of all that is stored in a data folder. */
export function databaseIn(data: string): string {
  return join(data, 'parapet.db')
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65535) throw new ConfigurationError('PORT must be a number from 0 to 65535')
  return port
}
