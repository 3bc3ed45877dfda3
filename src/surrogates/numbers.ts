/** Numbers that are never issued, in the places of ones that are. Separators stay where they were. */
import type { Draw } from './draw.ts'
import { drawDigits, fillDigits } from './shape.ts'

/**
 * A card number whose check digit is wrong (ISO/IEC 7812-1 annex B): no network has issued one, or ever will. Of an unassigned issuer
 * with a right check digit that could not be said, since issuers are assigned, and every other reader would take it for a card.
 */
export function drawCard(value: string, draw: Draw): string | undefined {
  const count = countDigits(value)
  if (count < 12 || count > 19) return undefined
  const head = (count === 14 || count === 15 ? '3' : '4') + drawDigits(count - 2, draw)
  return fillDigits(value, head + ((luhnDigit(head) + 1 + draw.below(9)) % 10))
}
function luhnDigit(head: string): number {
  let sum = 0
  for (let i = head.length - 1, twice = true; i >= 0; i--, twice = !twice) {
    const digit = Number(head[i])
    sum += twice ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit
  }
  return (10 - (sum % 10)) % 10
}

/** An IBAN with check digits 00, which the method never gives: they are 02 to 98 (ISO 13616-1 §6, ISO 7064 mod 97-10). */
export function drawIban(value: string, draw: Draw): string | undefined {
  const head = /^[A-Za-z]{2}[ -]?\d[ -]?\d/.exec(value)?.[0]
  if (head === undefined) return undefined
  const rest = value.slice(head.length).replaceAll(/[A-Za-z0-9]/g, (character) => {
    if (character <= '9') return drawDigits(1, draw)
    const letter = draw.one('ABCDEFGHIJKLMNOPQRSTUVWXYZ')
    return character < 'a' ? letter : letter.toLowerCase()
  })
  return head.replaceAll(/\d/g, '0') + rest
}

/**
 * A US social security number of area 9xx, which is none (SSA, POMS RM 10201.035), and of group 01 to 49, which is none of an ITIN's
 * (IRS Publication 1915: 50 to 65, 70 to 88, 90 to 92, 94 to 99) or an ATIN's (93) either.
 */
export function drawSsn(value: string, draw: Draw): string | undefined {
  const group = String(1 + draw.below(49)).padStart(2, '0')
  return fillDigits(value, `9${drawDigits(2, draw)}${group}${drawDigits(4, draw)}`)
}

export function countDigits(value: string): number {
  return value.match(/\d/g)?.length ?? 0
}
