import { endsWithCrc } from './crc.ts'
import { noise } from './entropy.ts'
import type { Validator } from './index.ts'
import { hasStopWord } from './stop-words.ts'

/**
 * A key that is known by its prefix or by the words near it: whatever follows must not be a placeholder, that is a row of `x`,
 * of zeros or of a few characters only, or words that say so (`sk_live_your_key_here`).
 */
export const key: Validator = {
  sees: 0,
  check: (text, start, end) => !isFiller(text, start, end) && !hasStopWord(text, start, end),
}

/** A row of one character, or of three at most. */
export function isFiller(text: string, start: number, end: number): boolean {
  let row = 0
  let last = -1
  let distinct = 0
  const seen = [0, 0, 0, 0]
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i)
    row = unit === last ? row + 1 : 1
    last = unit
    // `x`, `X`, `*` and `.` stand for anything; zeros come by chance, but not eight of them.
    if (row >= 5 && (unit === 0x78 || unit === 0x58 || unit === 0x2a || unit === 0x2e)) return true
    if (row >= 20 || (row >= 8 && unit === 0x30)) return true
    if (distinct < 4 && !seen.includes(unit, 4 - distinct)) seen[3 - distinct++] = unit
  }
  return distinct < 4
}

/**
 * A key without a prefix of its own, such as 32 hexadecimal digits: nothing that could be read. What it is must be told by words
 * near it.
 */
export const bareKey: Validator = {
  sees: 0,
  check(text, start, end) {
    let kinds = 0
    for (let i = start; i < end && kinds !== 3; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x30 && unit <= 0x39) kinds |= 1
      else if ((unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a) kinds |= 2
    }
    // Of keys of twenty characters one in fifty has no digit.
    const bits = noiseOfKey(text, start, end)
    return bits >= (kinds === 3 ? NOISE : 2 * NOISE) && !isFiller(text, start, end) && !hasStopWord(text, start, end)
  },
}
/**
 * From here on a text is noise. Of 37,000 words, names and paths of this project's own sources and documents one in a hundred has
 * more than 11 bits, hashes among them; of random keys of 16 hexadecimal digits one in twenty has less than 20.
 */
export const NOISE = 18

/** The bits of a key, or of what stands behind its last `_`, `-` or `:`: the name of a service may stand before, as in `live_0a9f…`. */
export function noiseOfKey(text: string, start: number, end: number): number {
  let tail = end
  while (tail > start && !isJoint(text.charCodeAt(tail - 1))) tail--
  const whole = noise(text, start, end)
  return tail > start && end - tail >= 16 ? Math.max(whole, noise(text, tail, end)) : whole
}
function isJoint(unit: number): boolean {
  return unit === 0x5f || unit === 0x2d || unit === 0x3a
}

/** A token whose last six characters are the CRC-32 of those behind its `_`; one that is not, but is no placeholder, may be cut or changed. */
export const crcToken: Validator = {
  sees: 0,
  check(text, start, end) {
    const from = text.lastIndexOf('_', end - 1) + 1
    return (from > start && endsWithCrc(text, from, end)) || key.check(text, start, end)
  },
}

/** A token of Slack: numbers of a team and a bot stand in it, or hexadecimal digits. */
export const slackToken: Validator = {
  sees: 0,
  check(text, start, end) {
    let digits = 0
    for (let i = start; i < end && digits < 5; i++)
      if (text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39) digits++
    return (digits === 5 || noise(text, start, end) >= 3 * NOISE) && key.check(text, start, end)
  },
}

/** A token of Discord: it begins with the number of its user, in base64; one that does not is noise at least. */
export const discordToken: Validator = {
  sees: 0,
  check(text, start, end) {
    if (!key.check(text, start, end)) return false
    const dot = text.indexOf('.', start)
    const head = text.slice(start, dot - ((dot - start) % 4))
    return /^[A-Za-z0-9+/]+$/.test(head) && head.length > 4 && /^\d+$/.test(atob(head))
      ? true
      : noise(text, start, end) >= 4 * NOISE
  },
}

/** What keys with rules of their own begin with: those need no words near them, and a stream need not wait for any. */
const OWN =
  /^(?:gh[pousr]_|github_pat_|gl[a-z]{2,6}-|sk-|[prsw][hk][a-z]{0,3}_|xox[a-z]-|xapp-|hf_|npm_|pypi-|AIza|eyJ|A[KS]IA|do[opr]_v1_|gsk_|xai-|pplx-|dapi|figd_|lin_|glsa_|PMAK-|NRAK-|AKC)/
/** Like `bareKey`, and noise beyond doubt; not hexadecimal, which more often is a hash. */
export const strongKey: Validator = {
  sees: 0,
  check(text, start, end) {
    const value = text.slice(start, end)
    if (/^(?:[0-9a-f]+|[0-9A-F]+)$/.test(value) || OWN.test(value)) return false
    return bareKey.check(text, start, end) && noiseOfKey(text, start, end) >= 2 * NOISE
  },
}

/** A UUID as key: not all zeros, not counted up. */
export const uuidKey: Validator = {
  sees: 0,
  check: (text, start, end) =>
    new Set(text.slice(start, end)).size >= 8 &&
    !text.slice(start, end).startsWith('01234567') &&
    !text.slice(start, end).startsWith('12345678'),
}

/** A JSON Web Token (RFC 7519) or JWE: its header is base64url (RFC 4648 §5) of a JSON object with `alg` (RFC 7515 §4.1.1). */
export const jwt: Validator = {
  sees: 0,
  check(text, start) {
    const header = text.slice(start, text.indexOf('.', start))
    // As far as the rule reaches: with its certificates (x5c) a header has thousands of characters.
    if (header.length > 8192) return false
    try {
      const json: unknown = JSON.parse(atob(header.replace(/-/g, '+').replace(/_/g, '/')))
      return typeof json === 'object' && json !== null && 'alg' in json
    } catch {
      // Not base64, or not JSON: not a token. test/detectors/validators.test.ts shows both.
      return false
    }
  },
}

/** A random key: letters and digits, many different ones, so that it is no word, no name and no row of `x`. */
export const random: Validator = {
  sees: 0,
  check(text, start, end) {
    let small = 0
    let capital = 0
    let digit = 0
    for (let i = start; i < end; i++) {
      const unit = text.charCodeAt(i)
      if (unit >= 0x61 && unit <= 0x7a) small |= 1 << (unit - 0x61)
      else if (unit >= 0x41 && unit <= 0x5a) capital |= 1 << (unit - 0x41)
      else if (unit >= 0x30 && unit <= 0x39) digit |= 1 << (unit - 0x30)
    }
    return digit !== 0 && (small | capital) !== 0 && bits(small) + bits(capital) + bits(digit) >= 16
  },
}
function bits(set: number): number {
  let count = 0
  for (let rest = set; rest !== 0; rest &= rest - 1) count++
  return count
}
