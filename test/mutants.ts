/**
 * Do the tests have teeth? Each mutant is one line broken on purpose, in a copy of the tree; the tests named with it must
 * notice. `npm run mutants`, or `npm run mutants -- WORD` for those whose file or reason has the word.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Mutant {
  readonly law: string
  readonly file: string
  readonly find: string
  readonly put: string
  readonly tests: readonly string[]
}
const mutant = (law: string, file: string, find: string, put: string, ...tests: string[]): Mutant => {
  return { law, file, find, put, tests: tests.map((name) => `test/${name}.test.ts`) }
}

const MUTANTS: readonly Mutant[] = [
  // Nothing leaves before its record is durable.
  mutant(
    'record before egress',
    'src/proxy.ts',
    'await host.decisions.append(',
    'void host.decisions.append(',
    'faults',
  ),
  mutant(
    'a blocked request does not go out',
    'src/proxy.ts',
    "if (decision.action === 'block') {",
    'if (false) {',
    'proxy',
  ),
  mutant('denials are recorded', 'src/deliver.ts', 'await recordDenial(denial, entry, call, host)', '', 'bad-input'),
  mutant(
    'outcomes are recorded',
    'src/deliver.ts',
    'await host.decisions.append(outcomeRecord(',
    'void (outcomeRecord(',
    'proxy',
  ),
  mutant(
    'unknown callers do not fill the log',
    'src/deliver.ts',
    'nobody.unrecorded++\n      return',
    'nobody.unrecorded++',
    'sampling',
  ),
  // A stream never ends clean when its answer was not complete.
  mutant(
    'truncation is an error',
    'src/screen.ts',
    "throw new Denial('upstream_truncated', 'the answer of the upstream was cut off')",
    "return 'complete'",
    'stream',
  ),
  mutant('a stopped client stops the upstream', 'src/deliver.ts', "await stream.return('complete')", '', 'stream'),
  mutant(
    'what is held back is flushed',
    'src/screen.ts',
    "const text = join(await known.hold.push('', true))",
    "const text = ''",
    'stream',
  ),
  mutant(
    'channels are kept apart',
    'src/formats/shapes.ts',
    'ids.push(indexed ? (index ?? key) : key)',
    "ids.push(typeof key === 'number' ? 0 : key)",
    'stream',
  ),
  mutant(
    'a channel ends with its choice',
    'src/formats/openai-chat.ts',
    'return open.filter((channel) => ended.includes((JSON.parse(channel) as Json[])[1]!))',
    'return []',
    'stream',
  ),
  mutant(
    'a block ends with its stop',
    'src/formats/anthropic-messages.ts',
    "if (type !== 'content_block_stop') return []",
    "if (type !== 'x') return []",
    'stream',
  ),
  // Hold-back.
  mutant('not inside a finding', 'src/holdback.ts', 'if (end > stop && start < stop) stop = start', '', 'holdback'),
  mutant(
    'not inside a surrogate pair',
    'src/holdback.ts',
    'return last >= 0xd800 && last < 0xdc00 ? stop - 1 : stop',
    'return stop',
    'surrogates',
  ),
  mutant(
    'context is kept',
    'src/holdback.ts',
    'const keep = Math.max(0, stop - detector.context)',
    'const keep = stop',
    'holdback',
  ),
  mutant(
    'overlapping edits are joined',
    'src/holdback.ts',
    'return edits.length > 1 ? joinOverlaps(edits, (a, b) => (b.rank > a.rank ? b : a)) : edits',
    'return edits',
    'holdback',
  ),
  mutant(
    'restored values are escaped in JSON',
    'src/holdback.ts',
    'JSON.stringify(piece.text).slice(1, -1)',
    'piece.text',
    'holdback',
  ),
  mutant(
    'numbers in JSON stay JSON',
    'src/holdback.ts',
    "const text = JSON.stringify(pieces.map((piece) => piece.text).join(''))",
    "const text = pieces.map((piece) => piece.text).join('')",
    'holdback',
  ),
  mutant(
    'text after what is not JSON is read',
    'src/holdback.ts',
    'return [...ended, ...(await rest.push(next.raw, false))]',
    'return [...ended, kept(next.raw)]',
    'holdback',
  ),
  mutant(
    'pseudonyms are held back',
    'src/detectors/pseudonyms.ts',
    'if (!look.final) return { findings, open: at }',
    '',
    'holdback',
  ),
  mutant(
    'digits may begin a code',
    'src/detectors/pseudonyms.ts',
    "at + text.slice(at, i).lastIndexOf('_') + 1",
    'i',
    'detectors/leaks',
  ),
  mutant(
    'needles are held back',
    'src/detectors/needles.ts',
    'if (alive && !look.final) open = Math.min(open, at)',
    '',
    'holdback',
  ),
  mutant(
    'case does not hide a needle',
    'src/detectors/needles.ts',
    'if (c >= 65 && c <= 90) return c + 32',
    'if (c >= 65 && c <= 90) return c',
    'detectors/leaks',
  ),
  mutant(
    'pieces of the prompt are held back',
    'src/detectors/shingles.ts',
    'return starts[starts.length - Math.min(chain, RUN - 1)]!',
    'return open',
    'holdback',
  ),
  mutant(
    'the caller’s words may come back',
    'src/detectors/shingles.ts',
    '(run) => shingles.runs.delete(run)',
    '() => {}',
    'detectors/leaks',
  ),
  // The walk.
  mutant('keys are text', 'src/extract.ts', "else if (!listed) push('key'", "else if (false) push('key'", 'extract'),
  mutant(
    'numbers are text',
    'src/extract.ts',
    "else push('number', text, { up",
    "else if (child < 0) push('number', text, { up",
    'extract',
  ),
  mutant('JSON in strings is read', 'src/extract.ts', 'walk.inner && mayHoldJson(text)', 'false', 'extract'),
  mutant(
    'inner edits are written, inside out',
    'src/extract.ts',
    'splices } of inners.reverse())',
    'splices } of inners)',
    'extract',
  ),
  mutant(
    'too deep is refused',
    'src/extract.ts',
    'if (depth === INNER_DEPTH) throw',
    'if (depth === INNER_DEPTH) return; if (depth < 0) throw',
    'extract',
  ),
  mutant('places name no keys of the caller', 'src/extract.ts', 'step.known ? step.key', 'true ? step.key', 'extract'),
  mutant('equal keys are refused', 'src/json.ts', 'if (countKeys(value) !== colons)', 'if (false)', 'json'),
  mutant('depth is limited', 'src/json.ts', 'if (++level > depth)', 'if (false)', 'json'),
  mutant('integers are not rounded', 'src/json.ts', 'if (rounded || ', 'if (', 'json'),
  mutant(
    'two values in a row are not JSON',
    'src/lex.ts',
    "if (pending !== '' || ended) break\n        sink.plain",
    'sink.plain',
    'lex',
  ),
  mutant(
    'escapes are decoded',
    'src/lex.ts',
    'String.fromCharCode(Number.parseInt(pending.slice(2), 16))',
    "'?'",
    'lex',
  ),
  // Deciding.
  mutant(
    'redaction beats a pseudonym',
    'src/decide.ts',
    'return ACTIONS.indexOf(b) > ACTIONS.indexOf(a) ? b : a',
    'return a',
    'decide',
  ),
  mutant('identifiers block', 'src/decide.ts', ' || !canEdit(segment)', '', 'decide'),
  mutant('joined spans cover all', 'src/edits.ts', 'end: Math.max(last.end, span.end)', 'end: last.end', 'decide'),
  // Who may do what.
  mutant(
    'fields need inspect',
    'src/authorize.ts',
    'for (const { action, field } of operation.needs)',
    'for (const { action, field } of [] as typeof operation.needs)',
    'proxy',
  ),
  mutant('logprobs are taken out', 'src/screen.ts', 'if (!inspects) {', 'if (false) {', 'proxy'),
  mutant('keys are compared whole', 'src/keys.ts', 'return differ === 0', 'return true', 'proxy'),
  mutant('revoked keys are refused', 'src/authenticate.ts', 'if (stored.revoked)', 'if (false)', 'proxy'),
  mutant('expired keys are refused', 'src/authenticate.ts', 'stored.expires <= now', 'false', 'proxy'),
  mutant(
    'paths are exact',
    'src/operations/index.ts',
    'const next = node.next.get(segment)',
    'const next = node.next.get(segment.toLowerCase())',
    'proxy',
    'operations',
  ),
  mutant(
    'queries are refused',
    'src/classify.ts',
    'if (!known) throw unreadable',
    'if (false) throw unreadable',
    'own',
  ),
  mutant(
    'compressed bodies are refused',
    'src/classify.ts',
    "if (encoding.toLowerCase() !== 'identity')",
    'if (false)',
    'bad-input',
  ),
  // Pseudonyms.
  mutant(
    'typed pseudonyms are not resolved',
    'src/guard.ts',
    'if (leaks.typed.has(token)) return undefined',
    '',
    'proxy',
  ),
  mutant(
    'typed pseudonyms are not made',
    'src/transform.ts',
    '[...items.values()], typed)',
    '[...items.values()], new Set())',
    'proxy',
  ),
  mutant('what the vault gives is checked', 'src/transform.ts', '!TOKEN.test(token) || ', '', 'vault-lies'),
  mutant(
    'redacted values are looked for',
    'src/leaks.ts',
    '[...sent.redacted].map((value) => ({ value, rule: REDACTED }))',
    '[]',
    'proxy',
  ),
  // Reports of attackers.
  mutant(
    'escapes in prose are read',
    'src/detect.ts',
    'let view = readEscapes({ text })',
    'let view = undefined as ReturnType<typeof readEscapes>',
    'attacks',
  ),
  mutant(
    'slices lose nothing',
    'src/detect.ts',
    'const base = Math.max(0, from - detector.context)',
    'const base = from',
    'slices',
  ),
  mutant('long work pauses', 'src/detect.ts', 'if (looked > SLICE) {', 'if (looked < 0) {', 'attacks'),
  mutant('an ended text does not go on', 'src/screen.ts', 'if (ended.has(channel) || ', 'if (', 'attacks'),
  mutant('names do not come in pieces', 'src/screen.ts', 'across || ', '', 'attacks'),
  mutant(
    'indexes are numbers',
    'src/formats/shapes.ts',
    'if (index !== undefined && index !== null && !(',
    'if (false && !(',
    'attacks',
  ),
  mutant('texts are counted', 'src/extract.ts', 'if (segments.length === MOST_SEGMENTS)', 'if (false)', 'attacks'),
  mutant(
    'what went before is context',
    'src/holdback.ts',
    '.slice(-guard.detector.context))',
    '.slice(0, 0))',
    'attacks',
  ),
  mutant(
    'names of events are ours',
    'src/screen.ts',
    'writeEvent(nameOf(data), data)',
    "writeEvent('x', data)",
    'stream',
  ),
  mutant('headers back are looked at', 'src/deliver.ts', ' && isClean(value)', '', 'attacks'),
  mutant(
    'escapes are not cut in two',
    'src/detect.ts',
    'findings = findings.filter(',
    'void findings.filter(',
    'attacks',
  ),
  mutant('rounds are bounded', 'src/detect.ts', 'view && round < ROUNDS', 'view', 'attacks'),
  mutant(
    'what was not edited stays as written',
    'src/transform.ts',
    'segment.write(text, replacements)',
    'segment.write(text)',
    'attacks',
  ),
  mutant('a choice may go on', 'src/screen.ts', 'return goesOn ? event', 'return false ? event', 'attacks'),
  mutant(
    'nothing found is lost',
    'src/detect.ts',
    'of apartFrom(cut, findings)',
    'of apartFrom([], findings)',
    'attacks',
  ),
  // What is told.
  mutant(
    'upstream headers are a list',
    'src/deliver.ts',
    'for (const name of RETURNED)',
    "for (const name of [...RETURNED, 'x-echo'])",
    'bad-input',
  ),
  mutant(
    'redirects are not answers',
    'src/upstream.ts',
    'if (status < 200 || (status >= 300 && status < 400))',
    'if (false)',
    'bad-input',
  ),
  mutant(
    'a failure tells nothing',
    'src/errors.ts',
    "return new Denial('internal', 'the proxy could not complete a check, so the call was refused')",
    "return new Denial('internal', String(error))",
    'faults',
  ),
  mutant(
    'model names with data are withheld',
    'src/record.ts',
    "entry.modelIsClean ? operation.model : id('')",
    'operation.model',
    'proxy',
  ),
  // Stores and hosts.
  mutant('a hash covers the number', 'src/chain.ts', '{seq}\\n', '{0}\\n', 'chain'),
  mutant('a hash covers the hash before', 'src/chain.ts', '{previous.hash}\\n', '{1}\\n', 'chain'),
  mutant('chains of tenants differ', 'src/chain.ts', '{tenant}', '{1}', 'chain'),
  mutant(
    'a missing record shows as such',
    'src/chain.ts',
    "row.seq > next.seq ? 'missing'",
    "row.seq > next.seq ? 'altered'",
    'contract/decision-log',
  ),
  mutant(
    'searched columns are verified',
    'src/stores/decisions.ts',
    "yield tellsTheSame(row) ? row : { ...row, hash: '' }",
    'yield row',
    'contract/decision-log',
  ),
  mutant(
    'readers see their tenant only',
    'src/stores/decisions.ts',
    'WHERE d.tenant = ? AND d.kind',
    'WHERE d.tenant = coalesce(d.tenant, ?) AND d.kind',
    'contract/decision-index',
  ),
  mutant(
    'an outcome belongs to its decision',
    'src/stores/decisions.ts',
    'AND o.parent = d.id ORDER',
    'AND o.parent IS NOT NULL ORDER',
    'contract/decision-index',
  ),
  mutant(
    'tokens are bound to their scope',
    'src/stores/vault-crypto.ts',
    'frame(scope, entity, ',
    "frame('', entity, ",
    'contract/vault',
  ),
  mutant(
    'typed tokens are avoided',
    'src/stores/vault.ts',
    'if (!avoid.has(token)) return token',
    'return token',
    'contract/vault',
  ),
  mutant(
    'tokens resolve in their scope only',
    'src/stores/vault-rows.ts',
    'WHERE tenant = ? AND scope = ? AND token IN',
    'WHERE tenant = ? AND scope = coalesce(scope, ?) AND token IN',
    'contract/vault',
  ),
  mutant(
    'ciphertexts are bound to their place',
    'src/stores/vault-crypto.ts',
    "keys.values, sealed, frame('value', ...place)",
    "keys.values, sealed, frame('value', ...place.slice(0, 0), '')",
    'stores/vault-crypto',
  ),
  mutant(
    'tenant keys are bound to their tenant',
    'src/stores/vault-crypto.ts',
    "raw = await decrypt(master, wrapped, frame('tenant key', tenant))",
    "raw = await decrypt(master, wrapped, frame('tenant key', 'acme'))",
    'stores/vault-crypto',
  ),
  mutant(
    'texts that run together differ',
    'src/stores/vault-crypto.ts',
    'view.setUint32(at, part.length)',
    '',
    'stores/vault-crypto',
  ),
  mutant(
    'values are written before tokens are given',
    'src/stores/vault.ts',
    'await rows.put(',
    'void rows.put(',
    'faults',
    'contract/vault',
  ),
  mutant(
    'half surrogates survive',
    'src/stores/vault-crypto.ts',
    'return JSON.stringify(value)',
    'return JSON.stringify(value.toWellFormed())',
    'contract/vault',
  ),
  mutant('keys are hashed whole', 'src/keys.ts', 'utf8.encode(key)', 'utf8.encode(key.slice(0, 20))', 'keys'),
  mutant(
    'http goes to this machine only',
    'src/upstreams.ts',
    "url.protocol === 'http:' && isLoopback(url.hostname)",
    "url.protocol === 'http:'",
    'upstreams',
  ),
  mutant(
    'the mirror gives way to a real upstream',
    'src/upstreams.ts',
    '(real.length > 0 ? real : usable)',
    'usable',
    'upstreams',
  ),
  mutant(
    'a write settles after its commit',
    'src/hosts/node/group.ts',
    'results = sql.transaction(() => batch.map(({ work }) => work()))',
    'results = batch.map(({ work }) => work())',
    'hosts/node/group',
  ),
  mutant(
    'a failed commit is told',
    'src/hosts/node/group.ts',
    'for (const { reject } of batch) reject(error)',
    'for (const { resolve } of batch) resolve(error)',
    'hosts/node/group',
  ),
  mutant(
    'random bytes are not wiped',
    'src/hosts/node/crypto.ts',
    'drawn.slice(0, bytes)',
    'drawn.subarray(0, bytes)',
    'random',
  ),
  mutant(
    'a body that fails breaks off',
    'src/hosts/node/exchange.ts',
    '    outgoing.destroy()\n',
    '    outgoing.end()\n',
    'hosts/node/exchange',
  ),
  mutant(
    'a client that is gone is told',
    'src/hosts/node/exchange.ts',
    'if (!outgoing.writableFinished) gone.abort()',
    '',
    'hosts/node/exchange',
  ),
  mutant(
    'bodies are limited',
    'src/hosts/node/exchange.ts',
    'if (length > limit) {',
    'if (length > 2 * limit) {',
    'hosts/node/exchange',
  ),
  mutant(
    'slow clients hold the stream back',
    'src/hosts/node/exchange.ts',
    'if (!outgoing.write(piece)) await drained(outgoing)',
    'outgoing.write(piece)',
    'hosts/node/exchange',
  ),
  mutant(
    'unknown encodings are refused',
    'src/hosts/node/send.ts',
    "if (encoding !== 'identity') {",
    "if (encoding === 'never') {",
    'hosts/node/send',
  ),
  mutant(
    'slow readers hold the upstream back',
    'src/hosts/node/send.ts',
    'if (held >= READ_AHEAD) control?.pause()',
    '',
    'hosts/node/send',
  ),
  mutant(
    'who stops reading ends the call',
    'src/hosts/node/send.ts',
    'if (!ended && !failed) control?.abort(',
    'if (failed) control?.abort(',
    'hosts/node/send',
  ),
  mutant(
    'late upstreams are given up',
    'src/hosts/node/send.ts',
    '      firstByteMs,\n    )',
    '      2 ** 30,\n    )',
    'hosts/node/send',
  ),
  mutant(
    'unknown settings are refused',
    'src/hosts/node/load.ts',
    'const SETTINGS = z.strictObject({',
    'const SETTINGS = z.object({',
    'hosts/node/load',
  ),
  // The operation map, and who owns what.
  mutant('ids are narrow', 'src/operations/index.ts', '._:-]{0,255}', '._:%-]{0,255}', 'operations'),
  mutant(
    'each API has its own map',
    'src/operations/index.ts',
    "ENDPOINTS.filter(({ api }) => api === 'anthropic')",
    'ENDPOINTS',
    'operations',
  ),
  mutant('a rewritten id is no id', 'src/operations/index.ts', '!ID.test(value)', "value === ''", 'operations'),
  mutant(
    'lists are owned',
    'src/operations/row.ts',
    "{ ...particulars, owned: 'list' }",
    '{ ...particulars }',
    'operations',
  ),
  mutant(
    'references must be own',
    'src/own.ts',
    "else if (!askAbout(access, principal, 'readStored', operation).allowed) throw foreign(key)",
    '',
    'own',
  ),
  mutant(
    'tenants are walls',
    'src/authorize.ts',
    'if (owner && owner.tenant !== principal.tenant)',
    'if (false)',
    'own',
  ),
  mutant(
    'references of other tenants',
    'src/own.ts',
    'else if (thing && thing.tenant !== principal.tenant) throw foreign(key)',
    '',
    'own',
  ),
  mutant('models beside collections', 'src/own.ts', "|| model !== 'none'", '', 'own'),
  mutant(
    'lists are cut',
    'src/deliver.ts',
    "if (endpoint.owned === 'list') await cutList",
    'if (false) await cutList',
    'own',
  ),
  mutant(
    'inspectors see their tenant',
    'src/lists.ts',
    'readsAll ? owner === undefined ||',
    'readsAll ? true ||',
    'own',
  ),
  mutant('what was made is claimed', 'src/deliver.ts', 'if (!claims) return', 'return', 'own'),
  mutant('what is not kept is not claimed', 'src/formats/openai-responses.ts', 'store !== false', 'true', 'own'),
  mutant('chains are restored', 'src/guard.ts', 'await vault.recall(scope, chain, [token])', '[]', 'own'),
  mutant('chains are apart', 'src/proxy.ts', 'const chain = owned[0]?.chain', "const chain = 'all' as never", 'own'),
  mutant('results lead back', 'src/screen.ts', 'format.lead(value)', '', 'own'),
  mutant(
    'bodies where none belong',
    'src/classify.ts',
    "request === 'none' ? NOTHING",
    "request === 'none' ? limits.requestBytes",
    'own',
  ),
  // What cannot be read.
  mutant(
    'a blob is ruled on',
    'src/decide.ts',
    "kind === 'string' || kind === 'number' || kind === 'key'",
    'true',
    'blobs',
    'decide',
  ),
  mutant(
    'blobs are what they are',
    'src/blobs.ts',
    'if (blob) return { blob }',
    'if (blob) return { blob: expected ?? blob }',
    'blobs',
  ),
  mutant('text in base64 is text', 'src/blobs.ts', 'if (text !== undefined) return { text, encode }', '', 'blobs'),
  mutant('blobs are not scanned', 'src/record.ts', '? all - blobs -', '? all -', 'blobs'),
  mutant('tokens are no base64', 'src/blobs.ts', "expected === 'tokens'", 'false', 'formats'),
  // Web pages and padding.
  mutant('only named origins', 'src/cors.ts', 'if (!allowed) return exchange(call)', '', 'cors'),
  mutant('only headers of SDKs', 'src/cors.ts', 'asked.filter((name) => ASKED.test(name))', 'asked', 'cors'),
  mutant(
    'padding',
    'src/deliver.ts',
    'yield padding > 0 ? pad(next.value, padding) : next.value',
    'yield next.value',
    'stream',
  ),
  // Translation.
  mutant('exact names win', 'src/route.ts', "pattern.replaceAll('*', '').length", '0', 'translation'),
  mutant('a cut stream is told', 'src/translation.ts', '  stream.end()', '', 'translation'),
  mutant(
    'reasons are known',
    'src/translate/endings.ts',
    "return name ?? invalid('a reason for the end of the answer')",
    "return name ?? 'stop'",
    'translate',
    'translate-traps',
  ),
  mutant(
    'cached tokens count',
    'src/translate/endings.ts',
    'const prompt = count(given?.input_tokens) + read + written',
    'const prompt = count(given?.input_tokens)',
    'translate',
    'translate-traps',
  ),
  mutant(
    'ends are told',
    'src/translate/stream.ts',
    'if (!ended) throw new Denial',
    'if (false) throw new Denial',
    'translate',
    'translate-traps',
  ),
  mutant(
    'what is held is bounded',
    'src/translate/stream.ts',
    'if (held > MOST_HELD)',
    'if (false)',
    'translate',
    'translate-traps',
  ),
  mutant(
    'refused fields are refused',
    'src/translate/fields.ts',
    "if (rule.is === 'refused' &&",
    'if (false &&',
    'translate',
    'translate-traps',
  ),
  mutant(
    'none is none',
    'src/translate/openai-request.ts',
    "none: 'none', auto",
    "none: 'auto', auto",
    'translate',
    'translate-traps',
  ),
  mutant(
    'tool results are sent',
    'src/translate/openai-turns.ts',
    'if (results.length > 0) {',
    'if (false) {',
    'translate',
    'translate-traps',
  ),
  mutant(
    'pictures are sniffed',
    'src/translate/media.ts',
    'type: sniff(data) }',
    "type: 'image/png' }",
    'translate',
    'translate-traps',
  ),
  mutant(
    'calls wait for their turn',
    'src/translate/openai-stream.ts',
    'if (one !== calls.values().next().value) return []',
    '',
    'translate',
    'translate-traps',
  ),
  // Formats.
  mutant(
    'numbers do not go back',
    'src/formats/openai-responses-stream.ts',
    'last.sequence_number ?? like.sequence_number',
    'like.sequence_number',
    'formats-responses',
  ),
  mutant(
    'items are references',
    'src/formats/openai-items.ts',
    "id: 'reference',",
    "id: 'identifier',",
    'formats-responses',
  ),
  mutant(
    'many samples',
    'src/formats/openai-needs.ts',
    '!(Number(value) <= limit)',
    'Number(value) > limit',
    'formats',
  ),
  mutant('names from a list', 'src/formats/openai-threads.ts', 'EVENTS.test(told)', 'true', 'formats-streams'),
  mutant(
    'blocks in blocks',
    'src/formats/anthropic-blocks.ts',
    'block.content = block',
    "block.content = 'text'",
    'formats',
  ),
]

const root = new URL('..', import.meta.url).pathname
const word = process.argv[2] ?? ''
const chosen = MUTANTS.filter(({ law, file }) => law.includes(word) || file.includes(word))
const copy = mkdtempSync(join(tmpdir(), 'parapet-mutants-'))
for (const name of [
  'src',
  'test',
  'guardrails',
  'generated',
  'scripts',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'vitest.config.ts',
  'wrangler.toml',
]) {
  cpSync(join(root, name), join(copy, name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

function run(tests: readonly string[]): { passes: boolean; output: string } {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--reporter=dot', ...tests]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 120_000,
  })
  return { passes: status === 0, output: stdout + stderr }
}

let caught = 0
const missed: string[] = []
try {
  // A suite that fails anyway would notice everything.
  const whole = run([...new Set(chosen.flatMap(({ tests }) => tests))])
  if (!whole.passes) throw new Error(`the tests fail without any breakage:\n${whole.output}`)
  for (const [i, { law, file, find, put, tests }] of chosen.entries()) {
    const path = join(copy, file)
    const text = readFileSync(path, 'utf8')
    if (text.split(find).length !== 2) {
      missed.push(`${law} (${file}): the line to break stands there ${text.split(find).length - 1} times`)
      continue
    }
    writeFileSync(
      path,
      text.replace(find, () => put),
    )
    const { passes } = run(tests)
    writeFileSync(path, text)
    if (passes) missed.push(`${law} (${file})`)
    else caught++
    console.log(`${i + 1}/${chosen.length} ${passes ? 'MISSED' : 'caught'}: ${law}`)
  }
} finally {
  rmSync(copy, { recursive: true, force: true })
}
for (const line of missed) console.log(`not noticed: ${line}`)
console.log(`${caught} of ${chosen.length} breakages were noticed`)
process.exitCode = missed.length > 0 ? 1 : 0
