/** A folder of guardrails with two small rules: what a scan does must not depend on which rules ship. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export function writeScanRules(folder: string): void {
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text)
  for (const pack of ['core', 'us']) mkdirSync(join(folder, 'data', pack), { recursive: true })
  write('labels.yaml', 'pii: a person\npii.account: an account\nsecret: a secret\nsecret.password: a password\n')
  write('parapet.yaml', 'packs: [core]\nrefusal: what scanning does not read\n')
  write(
    'data/core/badge.yaml',
    `id: badge
version: 3
entity: BADGE
label: pii.account
description: Badges of the works
reference: Works regulation 12
patterns:
  - { re: '\\bB-\\d{6}\\b', score: 0.8 }
reach: 8
tests:
  finds: ['B-123456']
  ignores: ['B-12345']
`,
  )
  write(
    'data/us/door.yaml',
    `id: door
version: 1
entity: DOOR_CODE
label: secret.password
description: Codes of doors.
reference: Works regulation 13
patterns:
  - { re: '\\bdoor\\d{4}\\b', score: 0.4 }
context: { words: [open], within: 20, boost: 0.4 }
reach: 8
tests:
  finds: ['open with door1234']
  ignores: ['door1234']
`,
  )
}
