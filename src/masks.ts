/** Masks: what may be kept of a value so that people can tell it from others, and no more. */
import type { Finding, Label } from './types.ts'

const BULLETS = '••••'
/** Letters and digits of a value that has fewer are all masked. */
const SHORT = 8
/** PCI DSS 3.4.1 lets the last four digits of a card be shown; it is what receipts and statements have for accounts, too. */
const LAST = 4

/** How much of a value is kept, by its label; the last characters if none is given. */
const KEPT: readonly (readonly [Label | string, (value: string) => string])[] = [
  ['pii.email', keepDomain],
  ['pii.url', keepDomain],
  ['pii.ip-address', keepNetwork],
  ['pii.name', keepInitial],
  // The end of these tells as much as any other part, or is nothing that anybody would know them by.
  ...[
    ...['pii.date', 'pii.date-of-birth', 'pii.age', 'pii.address', 'pii.postcode', 'pii.location', 'pii.organisation'],
    ...['pii.group', 'pii.title', 'secret.password', 'secret.seed-phrase', 'secret.private-key', 'secret.database'],
    ...['secret.jwt', 'leak', 'unscannable', 'internal'],
  ].map((label) => [label, () => BULLETS] as const),
]

/**
 * A value with most of it masked: `•••• 1111`; of an e-mail address the domain, of a name the initial.
 * INVARIANT: never more than a third of its letters and digits is kept, and nothing of a short one. How long it was does not show.
 */
export function maskOf(finding: Finding, value: string): string {
  if (finding.continues) return ''
  if (count(value) < SHORT && !isIn(finding.rule.label, 'pii.name')) return BULLETS
  const keep = KEPT.find(([label]) => isIn(finding.rule.label, label))?.[1] ?? keepLast
  const masked = keep(value)
  return count(masked) * 3 > count(value) ? BULLETS : masked
}

function isIn(label: string, above: string): boolean {
  return label === above || label.startsWith(`${above}.`)
}
function count(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0
}

function keepLast(value: string): string {
  const plain = value.match(/[\p{L}\p{N}]/gu) ?? []
  return `${BULLETS} ${plain.slice(plain.length - Math.min(LAST, Math.floor(plain.length / 3))).join('')}`
}
/** As many of the domain's names as may be kept, from the right: `••••@example.com`, else `••••@••••.com`. */
function keepDomain(value: string): string {
  const address = value.lastIndexOf('@')
  const host = address >= 0 ? value.slice(address + 1) : (/^[a-z][a-z0-9+.-]*:\/\/([^/?#:@]+)/i.exec(value)?.[1] ?? '')
  const before = address >= 0 ? `${BULLETS}@` : BULLETS
  const names = host.split('.')
  const most = Math.floor(count(value) / 3)
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
  return count(value) < 3 || first === undefined ? BULLETS : first + BULLETS
}
