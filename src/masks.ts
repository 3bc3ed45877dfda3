/** Masks: what may be kept of a value so that people can tell it from others, and no more. */
import type { Finding } from './types.ts'

const BULLETS = '••••'
/** Letters and digits of a value that has fewer are all masked. */
const SHORT = 8
/** PCI DSS 3.4.1 lets the last four digits of a card be shown; it is what receipts and statements have for accounts, too. */
const LAST = 4

type Keep = (value: string, most: number) => string
/** What is kept of a value, by its label; the last characters if none is given. */
const KEPT: readonly (readonly [string, Keep])[] = [
  ['pii.email', keepDomain],
  ['pii.url', keepDomain],
  ['pii.ip-address', keepNetwork],
  ['pii.name', keepInitial],
]
/** The end of these tells as much as any other part, or is nothing that anybody would know them by. */
const NOTHING_KEPT = [
  ...['pii.date', 'pii.date-of-birth', 'pii.age', 'pii.address', 'pii.postcode', 'pii.location', 'pii.organisation'],
  ...['pii.group', 'pii.title', 'secret.password', 'secret.seed-phrase', 'secret.private-key', 'secret.database'],
  ...['secret.jwt', 'leak', 'unscannable', 'internal'],
]

/** How many letters and digits of a value a mask may leave: a third, and none of a short one but the initial of a name. */
export function keepable({ rule: { label } }: Finding, value: string): number {
  if (NOTHING_KEPT.some((above) => isIn(label, above))) return 0
  const length = count(value)
  if (isIn(label, 'pii.name')) return length < 3 ? 0 : 1
  return length < SHORT ? 0 : Math.floor(length / 3)
}

/**
 * A value with most of it masked: `•••• 1111`; of an e-mail address the domain, of a name the initial.
 * INVARIANT: never more letters and digits than it `keeps` are left. How long it was does not show.
 */
export function maskOf(finding: Finding, value: string, keeps = keepable(finding, value)): string {
  if (finding.continues) return ''
  if (keeps === 0) return BULLETS
  const keep = KEPT.find(([label]) => isIn(finding.rule.label, label))?.[1] ?? keepLast
  const masked = keep(value, keeps)
  return count(masked) > keeps ? BULLETS : masked
}

function isIn(label: string, above: string): boolean {
  return label === above || label.startsWith(`${above}.`)
}
function count(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
}

function keepLast(value: string, most: number): string {
  const plain = value.match(/[\p{L}\p{N}]/gu) ?? []
  return `${BULLETS} ${plain.slice(plain.length - Math.min(LAST, most)).join('')}`
}
/** As many of the domain's names as may be kept, from the right: `••••@example.com`, else `••••@••••.com`. */
function keepDomain(value: string, most: number): string {
  const address = value.lastIndexOf('@')
  const host = address >= 0 ? value.slice(address + 1) : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#:@]+)/i.exec(value)?.[1] ?? '')
  const before = address >= 0 ? `${BULLETS}@` : BULLETS
  // An `@` that is written as an escape is not seen: what looks like a name then could be the person's.
  if (host === '') return BULLETS
  const names = host.split('.')
  let from = names.length
  for (let kept = 0; from > 0; from--) {
    kept += count(names[from - 1]!)
    if (kept > most) break
  }
  if (from === names.length) return BULLETS
  const kept = names.slice(from).join('.')
  if (address < 0) return `${before}.${kept}`
  return from === 0 ? before + kept : `${before}${BULLETS}.${kept}`
}
/** Of an IPv4 address the first octet, of an IPv6 address the first group. */
function keepNetwork(value: string): string {
  const first = /^[0-9A-Fa-f]+[.:]/.exec(value)?.[0]
  return first === undefined ? BULLETS : first + BULLETS
}
function keepInitial(value: string): string {
  const first = /\p{L}/u.exec(value)?.[0]
  return first === undefined ? BULLETS : first + BULLETS
}
