/**
 * Words that say of a value that it is none: what documentation, templates and tests put in the place of one. Long ones count
 * wherever they stand, short ones where no letter is beside them.
 */
const STOP =
  /example|placeholder|change_?me|replace[_-]?(?:me|with|this)|redacted|masked|insert[_-]|your[_-]?(?:api|key|token|secret|pass|own|actual|client|auth|access|app|personal)|y0ur|not[_-]?real|my[_-](?:api|secret|token|key|pass)|some[_-](?:api|secret|token|key|pass)|dummy|foobar|secret[_-]?(?:here|goes)|(?:key|token|password|secret)[_-]?here|lorem|x{4}|\*{3}|\.{3}|•|…|(?:^|[^a-z])(?:your?|fake|sample|changeit|todo|fixme|xxx|hidden|removed|censored|mock|undefined|null|none|here)(?![a-z])/i

export function hasStopWord(text: string, start: number, end: number): boolean {
  return STOP.test(text.slice(start, end))
}

/** What besides is no secret of somebody's: names of the thing, of its kind, and values that tests and defaults have. */
const PLAIN =
  /^(?:(?:my|the|a|an|this|new|old|some|super|very|default|default_|user|users|admin|root|guest|test|tests|testing|tester|demo|dev|prod|local|password|passwd|passphrase|passcode|pass|pwd|secret|secrets|token|tokens|auth|key|keys|api|apikey|access|client|private|public|string|str|text|value|val|foo|bar|baz|qux|abc|xyz|asdf|qwerty|letmein|temp|tmp|empty|unknown|required|optional|true|false|yes|no|null|none|nil|int|bool|varchar|char|n\/a|basic|bearer|hash|hashed|salt|sha|md|utf|base|id|name|username|login|email|input|output|field|arg|args|param|var|data|config|settings|env|type|request|response|session|cookie|csrf|jwt|oauth|refresh|valid|wrong|bad|good|invalid|incorrect|correct|fake|real)(?:[\s_.:\-!/=]|(?=\d|[A-Z])|$)|\d)+$/i
/** Whether a value is made of such words and digits only. */
export function isPlain(value: string): boolean {
  return value.length <= 40 && PLAIN.test(value)
}

/** What stands where a value would be filled in, or read from somewhere else. */
const TEMPLATE =
  /\$\{[\w.:/-]*(?:\}|$)|\{\{[^{}]*\}\}|\$\([^)]*\)?|^<[^<>]*>?$|<[A-Za-z_][\w -]*>|^%[\w.-]+%?$|%\([\w]+\)s|^\{[\w.:-]*\}?$|#\{[^}]*\}|^\$[A-Za-z_]\w*$|^@[A-Za-z][\w.]*$|^\[[\w -]*\]?$|^&[a-z]+;|^__\w+__$|environ|getenv|(?:^|[^a-z])(?:env|secrets|vars|config|process|this|self|req|request|args|params|props|ctx|settings|options)[.[(]|^(?:arn|vault|ssm|awssm|sops|op|keyring|secret|file|ref):|^ENC[[(]|^\{cipher\}|^AQ[IC]C|^https?:|^[./~][\w./-]+$|^\/|^\.\.?\//i
export function isTemplate(value: string): boolean {
  return TEMPLATE.test(value)
}
