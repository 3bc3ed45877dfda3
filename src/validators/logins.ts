/** Passwords and tokens that stand in a place made for them: in addresses, headers, command lines and netrc files. */
import type { Span } from '../types.ts'
import { isSecret } from './assigned.ts'
import { noise } from './entropy.ts'
import type { Validator } from './index.ts'
import { isFiller, NOISE } from './keys.ts'
import { hasStopWord, isPlain, isTemplate } from './stop-words.ts'

/** Whether a text in a password's place could be one: no placeholder, no template, not the word `password`. */
function isLogin(value: string, user: string): boolean {
  if (value.length < 3 || value.length > 256 || value === user) return false
  return (
    !(isPlain(value) || isTemplate(value) || hasStopWord(value, 0, value.length)) &&
    (value.length < 6 || !isFiller(value, 0, value.length))
  )
}

/** What stands between `://` and the last `@` of an address (RFC 3986 §3.2.1): a user and a password. */
function hasPassword(text: string, start: number, end: number): boolean {
  const from = text.indexOf('://', start) + 3
  const at = text.lastIndexOf('@', end)
  const colon = text.indexOf(':', from)
  // A token alone may be the user.
  if (from > 2 && at > from && (colon < from || colon > at))
    return noise(text, from, at) >= 2 * NOISE && !hasStopWord(text, from, at)
  return from > 2 && colon >= from && colon < at && isLogin(text.slice(colon + 1, at), text.slice(from, colon))
}
export const urlPassword: Validator = { sees: 0, check: hasPassword }

/** Schemes that have rules of their own. */
const OWN =
  /^(?:postgres|postgresql|postgis|cockroachdb|redshift|mysql|mysql2|mysqlx|mariadb|tidb|singlestore|mongodb|redis|rediss|valkey|valkeys|keydb|amqps?|mqtts?|nats|kafka|stomp|pulsar|mssql|sqlserver|jdbc|oracle|clickhouse|couchbases?|couchdb|neo4js?|bolt|snowflake|influxdb|ldaps?|cloudinary)\b/
export const urlPasswordOther: Validator = {
  sees: 0,
  check: (text, start, end) =>
    !OWN.test(text.slice(start, start + 16)) &&
    !/^https?:\/\/[a-f0-9]{32}(?::[a-f0-9]{32})?@/.test(text.slice(start, end)) &&
    hasPassword(text, start, end),
}

/** User and password in base64 (RFC 7617 §2). */
function locateBasic(text: string, start: number, end: number): Span | undefined {
  let from = end
  while (from > start && text.charCodeAt(from - 1) > 0x20) from--
  if (end - from > 1024) return undefined
  let login: string
  try {
    login = atob(text.slice(from, end))
  } catch {
    // Not base64: not a login. test/validators/secrets.test.ts shows it.
    return undefined
  }
  const colon = login.indexOf(':')
  if (colon < 0 || !/^[\x20-\x7e\x80-\xff]*$/.test(login)) return undefined
  return isLogin(login.slice(colon + 1), login.slice(0, colon)) ? { start: from, end } : undefined
}
export const basicAuth: Validator = {
  sees: 0,
  check: (text, start, end) => locateBasic(text, start, end) !== undefined,
  locate: locateBasic,
  leads: 16,
}

/** A token behind the word `Bearer` (RFC 6750 §2.1): noise, no words. */
function locateBearer(text: string, start: number, end: number): Span | undefined {
  let from = end
  while (from > start && text.charCodeAt(from - 1) > 0x20) from--
  let to = end
  while (to > from && (text[to - 1] === '.' || text[to - 1] === '-')) to--
  const value = text.slice(from, Math.min(to, from + 256))
  if (!/\d/.test(value) || isTemplate(value) || hasStopWord(value, 0, value.length) || isFiller(value, 0, value.length))
    return undefined
  return noise(value, 0, value.length) >= NOISE ? { start: from, end: to } : undefined
}
export const bearer: Validator = {
  sees: 0,
  check: (text, start, end) => locateBearer(text, start, end) !== undefined,
  locate: locateBearer,
  leads: 16,
}

/** How far behind the name of a program its password may stand. */
const LINE = 160
/** Options that have a password, by program. The password is the last group. */
const OPTIONS: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^(?:curl|wget)/,
    /[ \t](?:-u|--user|--proxy-user|-U|-a|--auth)[ =]?\s{0,3}["']?([^\s:"'<>$]{1,64}):([^\s"'@]{3,128})/,
  ],
  [/^(?:mysql|mysqldump|mysqladmin)/, /[ \t](?:-p|--password=)['"]?()([^\s'"-][^\s'"]{2,128})/],
  [/^sshpass/, /[ \t]-p[ \t]{0,3}['"]?()([^\s'"]{3,128})/],
  [
    /^(?:psexec|docker|podman|helm|mongo|cqlsh|sqlcmd|xfreerdp|redis-cli|ldapsearch|rclone|lftp)/i,
    /[ \t](?:-p|-P|--password|--pass|-a|-w|\/p:|--client-secret)[ \t=]{0,3}['"]?()([^\s'"\-:/][^\s'"]{2,128})/,
  ],
  [
    /^net/i,
    /^net(?:\.exe)?[ \t]{1,3}(?:user|use)[ \t]{1,3}(?:[^\s]{1,64}[ \t]{1,3}){1,2}?(?:\/user:[^\s]{1,64}[ \t]{1,3})?()([^\s/"'][^\s"']{4,128})[ \t]{1,3}(?:\/)/i,
  ],
  [/^smbclient/, /[ \t]-U[ \t]{0,3}['"]?([^\s%"']{1,64})%([^\s'"]{3,128})/],
]
/** What follows a program that is called, and not talked of. */
const ARGUMENTS =
  /^[\w.-]{2,16}(?: us\w{1,2})?[ \t]{1,4}(?:["'$-]|https?:|login|repo|registry|[/\\]|\w{1,40}[.:@]\w|(?<= us\w{1,2}[ \t]{1,4})\w)/i
function undecidedOption(text: string, start: number, end: number): boolean {
  const to = text.indexOf('\n', end)
  if (to >= 0 || text.length - start >= LINE) return false
  return text.length - end < 48 && !/[ \t]\w{1,40}[ \t]/.test(text.slice(end))
    ? true
    : ARGUMENTS.test(text.slice(start))
}
function locateOption(text: string, start: number, end: number): Span | undefined {
  let to = end
  while (to < text.length && to < start + LINE && text.charCodeAt(to) !== 0x0a) to++
  const line = text.slice(start, to)
  if (!ARGUMENTS.test(line)) return undefined
  const [, option] = OPTIONS.find(([program]) => program.test(line)) ?? []
  const found = option?.exec(line)
  if (!found) return undefined
  const [all, user = '', password = ''] = found
  const at = start + found.index + all.lastIndexOf(password)
  if (!isLogin(password, user) || /^\d{1,5}(?::\d{1,5})?$/.test(password)) return undefined
  // What stands behind another option than one for passwords may be a port, a profile or a path.
  return user !== '' || isSecret(password, 'password', 'option', false)
    ? { start: at, end: at + password.length }
    : undefined
}
export const commandPassword: Validator = {
  sees: LINE,
  check: (text, start, end) => locateOption(text, start, end) !== undefined,
  locate: locateOption,
  leads: LINE,
  undecided: undecidedOption,
}

/** What follows `machine … login … password`. */
function locateNetrc(text: string, _start: number, end: number): Span | undefined {
  let from = end
  while (from < text.length && from < end + 4 && text.charCodeAt(from) <= 0x20) from++
  let to = from
  while (to < text.length && to < end + 128 && text.charCodeAt(to) > 0x20) to++
  return from > end && isLogin(text.slice(from, to), '') ? { start: from, end: to } : undefined
}
export const netrc: Validator = {
  sees: 130,
  check: (text, start, end) => locateNetrc(text, start, end) !== undefined,
  locate: locateNetrc,
  leads: 164,
}
