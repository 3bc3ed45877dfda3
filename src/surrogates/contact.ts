/** Addresses that lead nowhere. */
import type { Draw } from './draw.ts'
import { drawNameInAddress, isNameInAddress } from './names.ts'
import { drawShape, isDrawnShape } from './shape.ts'

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const HEX = '0123456789abcdef'
function draw32(count: number, draw: Draw): string {
  return Array.from({ length: count }, () => draw.one(BASE32)).join('')
}

/** example.com, .org and .net are nobody's (RFC 2606 §3). The code keeps them apart from what a model writes by itself. */
export function drawEmail(draw: Draw): string {
  return `${drawNameInAddress(draw)}.${draw32(4, draw)}@example.${draw.one(['com', 'org', 'net'])}`
}
export function isDrawnEmail(value: string): boolean {
  const match = /^([a-z]+)\.([a-z]+)\.[a-z2-7]{4}@example\.(?:com|org|net)$/.exec(value)
  return match !== null && isNameInAddress(match[1]!, match[2]!)
}

/** As long as the other, under a top-level domain of z only: `zz` is one that ISO 3166-1 §8.1.3 leaves to users, so no country's. */
export function drawEmailLike(value: string, draw: Draw): string | undefined {
  const dot = value.lastIndexOf('.')
  const head = drawShape(value.slice(0, dot), draw)
  return dot < 0 || head === undefined ? undefined : `${head}.${'z'.repeat(value.length - dot - 1)}`
}
export function isDrawnEmailLike(value: string): boolean {
  return /@[^@]*\.z{2,}$/.test(value)
}

const URL = /^(?:https?:\/\/)?[a-z2-7]{10}\.example\.(?:com|org|net)\/?$/
export function drawUrl(value: string, draw: Draw): string {
  const scheme = /^https?:\/\//.exec(value)?.[0] ?? ''
  return `${scheme}${draw32(10, draw)}.example.${draw.one(['com', 'org', 'net'])}`
}
export function isDrawnUrl(value: string): boolean {
  return URL.test(value)
}

/** As long as the other, with the same scheme. */
export function drawUrlLike(value: string, draw: Draw): string | undefined {
  const scheme = schemeOf(value)
  const rest = drawShape(value.slice(scheme.length), draw)
  return rest === undefined ? undefined : scheme + rest
}
export function isDrawnUrlLike(value: string): boolean {
  return isDrawnShape(value.slice(schemeOf(value).length))
}
function schemeOf(value: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.exec(value)?.[0] ?? ''
}

const V4 = ['192.0.2', '198.51.100', '203.0.113']
/**
 * Documentation addresses: RFC 5737 (IPv4; when those that come are taken, RFC 2544's for benchmarks), RFC 3849 (IPv6). Not the ones
 * that every manual uses, which a model would write by itself.
 */
export function drawIp(value: string, attempt: number, draw: Draw): string {
  if (value.includes(':')) {
    const group = (): string => draw.one(HEX.slice(1)) + draw.one(HEX) + draw.one(HEX) + draw.one(HEX)
    return `2001:db8:${Array.from({ length: 6 }, group).join(':')}`
  }
  if (attempt > 2) return `198.${18 + draw.below(2)}.${draw.below(256)}.${1 + draw.below(254)}`
  let last = 11 + draw.below(240)
  if (last % 10 === 0) last++
  return `${draw.one(V4)}.${last}`
}
export function isDrawnIp(value: string): boolean {
  return /^2001:db8:/i.test(value) || /^(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.\d+)\.\d+$/.test(value)
}

/** Locally administered (IEEE 802 §8.4.4.2), under a prefix of our own: telephones make random ones that are not ours. */
const MAC = '0a005e'
export function drawMac(value: string, draw: Draw): string | undefined {
  const plain = MAC + Array.from({ length: 6 }, () => draw.one(HEX)).join('')
  let at = 0
  const out = value.replaceAll(/[0-9a-f]/gi, () => plain[at++] ?? '')
  if (at !== plain.length) return undefined
  return /[A-F]/.test(value) ? out.toUpperCase() : out
}
export function isDrawnMac(value: string): boolean {
  return value
    .replaceAll(/[^0-9a-f]/gi, '')
    .toLowerCase()
    .startsWith(MAC)
}
