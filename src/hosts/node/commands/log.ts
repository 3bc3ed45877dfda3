import { existsSync } from 'node:fs'
import { databaseIn } from '../environment.ts'
import { ConfigurationError, UsageError } from '../errors.ts'
import { verifyLogs } from '../stores.ts'
import { didYouMean } from '../suggest.ts'
import { type Command, readOptions } from './command.ts'

export const log: Command = {
  help: `Usage: parapet log verify [--tenant NAME] [--head HASH]

Reads the whole decision log and checks that no record was altered, taken out or moved: each record's hash covers its text and the
hash before it. A log that was cut off at its end looks whole: keep the last hash elsewhere, and compare it with --head.

Options
  --tenant NAME   one tenant's log only
  --head HASH     the hash that the last record must have; needs --tenant

Ends with 0 if all hold, with 1 if one does not.`,
  run(args, environment) {
    const [action, ...rest] = args
    if (action !== 'verify') {
      throw new UsageError(
        action === undefined
          ? 'say what to do: verify'
          : `unknown action \`${action}\`${didYouMean(action, ['verify'])}`,
      )
    }
    const { values } = readOptions(rest, { tenant: { type: 'string' }, head: { type: 'string' } })
    if (values.head !== undefined && values.tenant === undefined) throw new UsageError('--head needs --tenant')
    const path = databaseIn(environment.data)
    if (!existsSync(path)) throw new ConfigurationError(`${path}: there is no decision log yet; see PARAPET_DATA`)
    const reports = verifyLogs(path).filter(({ tenant }) => values.tenant === undefined || tenant === values.tenant)
    if (values.tenant !== undefined && reports.length === 0)
      throw new UsageError(`there is no record of tenant ${values.tenant}`)
    let sound = true
    for (const { tenant, rows, head, broken } of reports) {
      const cut = values.head !== undefined && head.hash !== values.head.replace(/^sha256:/, '')
      if (broken)
        console.log(`${tenant}: BROKEN at record ${broken.seq} (${broken.problem}); ${rows} records before it hold`)
      else if (cut) console.log(`${tenant}: BROKEN: the last of ${rows} records has hash sha256:${head.hash}`)
      else console.log(`${tenant}: ${rows} records hold, the last has hash sha256:${head.hash}`)
      sound &&= !broken && !cut
    }
    if (reports.length === 0) console.log('The decision log is empty.')
    return sound ? 0 : 1
  },
}
