/** Who owns what is stored, what cannot be read, and who may ask from where. */
import { type Mutant, mutant } from './mutant.ts'

export const stored: readonly Mutant[] = [
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
]
