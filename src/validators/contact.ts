import type { Validator } from './index.ts'
import { isWordLike } from './neighbours.ts'
import { isHost, isTopLevel } from './network.ts'
import { phone } from './phone.ts'

/**
 * What files end with, so that `icon@2x.png` is no address, where it is a top-level domain as well. Those that name packages of
 * code and are countries too (`.py`, `.rs`, `.md`, `.sh`) are left out: an address missed is worse.
 */
const FILES = new Set(['zip', 'mov'])
/**
 * Names below which there are no public hosts, but addresses all the same: those of RFC 6761, and those that ICANN, RFC 6762 and
 * RFC 8375 leave to private networks.
 */
const PRIVATE = new Set('example test invalid local internal intranet lan home corp localdomain arpa onion'.split(' '))
/** Long-standing generic top-level domains (IANA root zone): a name that goes on behind one of these has run into prose. */
const GENERIC = new Set('com org net edu gov mil int info biz name pro io dev app ai co me'.split(' '))
/** How far before an address the scheme of a connection string may stand. */
const USER_SIGHT = 24

/**
 * An address after RFC 5321 §4.5.3.1 (64 characters, a dot, 255 characters) and RFC 1035 §2.3.4 (labels of up to 63), below a
 * top-level domain that there is. `git@host` names a repository, and `//name:password@host` who logs in, not a person.
 */
export const email: Validator = {
  sees: USER_SIGHT,
  // It looks far to the left, and at one character behind.
  undecided: (text, _, end) => end >= text.length,
  check(text, start, end) {
    let at = end - 1
    while (text.charCodeAt(at) !== 0x40) at--
    // A local part that was cut to its 64 characters is found all the same.
    if ((at - start < 64 && isWordLike(text, start - 1)) || isWordLike(text, end)) return false
    if (at - start > 64 || end - at > 256 || logsIn(text, start)) return false
    const domain = text.slice(at + 1, end)
    const labels = domain.toLowerCase().split('.')
    const top = labels.at(-1)!
    if ((!isTopLevel(top) && !PRIVATE.has(top)) || FILES.has(top) || !isHost(labels)) return false
    if (at - start === 3 && text.slice(start, at).toLowerCase() === 'git') return false
    // `a@example.com.Then`: no name under a generic domain goes on with a capital.
    return !(
      labels.length > 2 &&
      GENERIC.has(labels.at(-2)!) &&
      top.length > 2 &&
      /[A-Z]/.test(domain.slice(-top.length)[0]!)
    )
  },
}

/** Whether what starts here is the password of a connection string: `scheme://name:` stands before it (RFC 3986 §3.2.1). */
function logsIn(text: string, start: number): boolean {
  if (text.charCodeAt(start - 1) !== 0x3a) return false
  for (let i = start - 2; i > start - USER_SIGHT && i > 1; i--) {
    const unit = text.charCodeAt(i)
    if (unit <= 0x20) return false
    if (unit === 0x2f) return text.charCodeAt(i - 1) === 0x2f && text.charCodeAt(i - 2) === 0x3a
  }
  return false
}

export const CONTACT = { email, phone }
