/** VAT numbers of the European Union, by the prefix of the state (Directive 2006/112/EC art. 215; VIES). */
import { checksPps } from './alpine.ts'
import { checksAfm, checksCui, checksEik, checksHungarianFirm, checksIco, checksSlovenian } from './balkans.ts'
import { checksBaltic } from './baltics.ts'
import { checksBsn, checksEnterprise } from './benelux.ts'
import { checksNif, checksSpanishVat } from './iberia.ts'
import type { Validator } from './index.ts'
import { checksItalianVat } from './italy.ts'
import { checksCvr, checksFinnishFirm } from './nordics.ts'
import { checksNip } from './poland.ts'
import { code, type Digits, luhn, mod11and10, modulo, parse, value, weigh } from './sums.ts'
import { checksGbVat } from './uk.ts'

/** Numbers of digits only: how many, and their check. */
const NUMBERS: Readonly<Record<string, readonly [form: RegExp, check: (digits: Digits, count: number) => boolean]>> = {
  BE: [/^\d{10}$/, checksEnterprise],
  // Persons and others have ten digits, by three other sums.
  BG: [/^\d{9,10}$/, (d, count) => count === 10 || checksEik(d)],
  // Persons have their birth number, of nine or ten digits.
  CZ: [/^\d{8,10}$/, (d, count) => (count === 8 ? checksIco(d) : count === 9 || modulo(d, 0, 10, 11) === 0)],
  DE: [/^[1-9]\d{8}$/, (d) => mod11and10(d, 0, 9)],
  DK: [/^\d{8}$/, checksCvr],
  EE: [/^10\d{7}$/, (d) => weigh(d, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0],
  EL: [/^\d{9}$/, checksAfm],
  FI: [/^\d{8}$/, checksFinnishFirm],
  HR: [/^\d{11}$/, (d) => mod11and10(d, 0, 11)],
  HU: [/^\d{8}$/, checksHungarianFirm],
  IT: [/^\d{11}$/, checksItalianVat],
  LT: [/^(?:\d{7}1\d|\d{10}1\d)$/, (d, count) => checksBaltic(d, count - 1)],
  LU: [/^\d{8}$/, (d) => value(d, 0, 6) % 89 === value(d, 6, 8)],
  // Persons have 0 to 3 in front, and their personal code.
  LV: [/^\d{11}$/, (d) => d[0]! < 4 || weigh(d, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 === 3],
  MT: [/^[1-9]\d{7}$/, (d) => (weigh(d, [3, 4, 6, 7, 8, 9]) + value(d, 6, 8)) % 37 === 0],
  PL: [/^\d{10}$/, checksNip],
  PT: [/^[1-9]\d{8}$/, checksNif],
  RO: [/^[1-9]\d{5,9}$/, checksCui],
  SE: [/^\d{10}(?:0[1-9]|[1-9]\d)$/, (d) => luhn(d, 0, 10)],
  SI: [/^[1-9]\d{7}$/, checksSlovenian],
  SK: [/^[1-9]\d[2-47-9]\d{7}$/, (d) => modulo(d, 0, 10, 11) === 0],
}

/** Those with letters. */
const CODES: Readonly<Record<string, (code: string) => boolean>> = {
  AT: (code) => /^U\d{8}$/.test(code) && checksAustrian(parse(code.slice(1))),
  CY: (code) => /^[0-59]\d{7}[A-Z]$/.test(code) && checksCypriot(code),
  ES: checksSpanishVat,
  FR: checksFrench,
  IE: (code) => (/^\d{7}[A-W][A-IW]?$/.test(code) ? checksPps(code) : /^\d[A-Z]\d{5}[A-W]$/.test(code)),
  NL: checksDutch,
  XI: checksGbVat,
}

/** Luhn over eight digits, moved by four (BMF, UID-Büro). */
function checksAustrian(d: Digits): boolean {
  let sum = 4
  for (let i = 0; i < 7; i++) sum += i % 2 === 0 ? d[i]! : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][d[i]!]!
  return (10 - (sum % 10)) % 10 === d[7]
}

/** The letter that 26 leaves; digits in odd places count by a table. */
function checksCypriot(code: string): boolean {
  let sum = 0
  for (let i = 0; i < 8; i++) {
    const digit = Number(code[i])
    sum += i % 2 === 0 ? [1, 0, 5, 7, 9, 13, 15, 17, 19, 21][digit]! : digit
  }
  return sum % 26 === code.charCodeAt(8) - 65
}

/** Two characters in front of a SIREN: digits are 12 and three times what 97 leaves of it (CGI art. 286 ter); letters are newer. */
function checksFrench(code: string): boolean {
  if (!/^[0-9A-HJ-NP-Z]{2}\d{9}$/.test(code)) return false
  const firm = parse(code.slice(2))
  // Those of Monaco are no SIREN.
  if (value(firm, 0, 3) !== 0 && !luhn(firm, 0, 9)) return false
  return /^[A-Z]|^\d[A-Z]/.test(code) || (12 + 3 * (value(firm, 0, 9) % 97)) % 97 === Number(code.slice(0, 2))
}

/** A firm's or person's number of nine digits by the 11-test; since 2020 mod 97-10 over all with NL in front (ISO/IEC 7064). */
function checksDutch(code: string): boolean {
  if (!/^\d{9}B\d{2}$/.test(code)) return false
  return checksBsn(parse(code.slice(0, 9))) || modulo(parse(`2321${code.replace('B', '11')}`), 0, 17, 97) === 1
}

const vat: Validator = code((code) => {
  const prefix = code.startsWith('GR') ? 'EL' : code.slice(0, 2)
  const body = code.slice(2)
  const known = NUMBERS[prefix]
  if (known === undefined) return CODES[prefix]?.(body) ?? false
  return known[0].test(body) && known[1](parse(body), body.length)
})

export const EU_VAT: Readonly<Record<string, Validator>> = { 'eu-vat': vat }
