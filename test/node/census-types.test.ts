/** The census itself: that it misses nothing in the SDKs' types, and that its bodies hold every place of them. */
import fc from 'fast-check'
import OpenAI from 'openai'
import ts from 'typescript-api'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Census, CensusEndpoint, Ref, TypeNode } from '../../scripts/census/nodes.ts'
import { buildTable } from '../../scripts/census/types.ts'
import { readCensus, takeCensus, writeCensus } from '../../scripts/census.ts'
import type { Finding, Json } from '../../src/types.ts'
import { listSpots, makeBodies, makeSpine } from '../support/census.ts'
import { literalCanary, sow, toyCanaries } from '../support/census-canaries.ts'
import { BOUNDARY, makeCalls, methodsOf, toMultipart, toQuery } from '../support/census-wire.ts'

const LONGEST_BODY = 200_000
let census: Census

beforeAll(async () => {
  await writeCensus()
  census = readCensus()
}, 60_000)

function find(id: string): CensusEndpoint {
  const found = census.endpoints.find((endpoint) => endpoint.id === id)
  if (found === undefined) throw new Error(`no ${id}`)
  return found
}

/** All types that travel whole, with a name for failures. */
function roots(): [string, Ref][] {
  const bodies = census.endpoints.flatMap(({ id, body, answer, event }): [string, Ref | null][] => [
    [`${id} body`, body],
    [`${id} answer`, answer],
    [`${id} event`, event],
  ])
  const sockets = census.sockets.flatMap(({ id, client, server }): [string, Ref][] => [
    [`${id} client`, client],
    [`${id} server`, server],
  ])
  return [...bodies, ...sockets].filter((root): root is [string, Ref] => root[1] !== null)
}

describe('what is read off the SDKs', () => {
  test('the same, read again', { timeout: 60_000 }, async () => {
    expect(await takeCensus()).toEqual(census)
  })

  test('every method has a path below /v1, something that comes back, and types that are in the table', () => {
    const { endpoints, types } = census
    expect(endpoints.filter(({ api }) => api === 'openai').length).toBeGreaterThan(380)
    expect(endpoints.filter(({ api }) => api === 'anthropic').length).toBeGreaterThan(370)
    for (const { id, path, method, request, answers, body, event, answer, streams } of endpoints) {
      expect(path, id).toMatch(/^\/v1(?:\/(?:[a-z0-9_]+|\{[a-z0-9_]+\}))+$/)
      expect(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], id).toContain(method)
      expect(answers.length > 0 || streams, id).toBe(true)
      expect(body !== null, id).toBe(request !== 'none')
      expect(event !== null, id).toBe(streams)
      if (answers.includes('json')) expect(answer, id).not.toBe(null)
    }
    const refs = types.flatMap((node) => children(node).map(([, ref]) => ref))
    expect([...refs, ...roots().map(([, ref]) => ref)].every((ref) => types[ref] !== undefined)).toBe(true)
  })

  test.each([
    ['responses.create', 'openai POST /v1/responses json stream'],
    [
      'responses.retrieve',
      'openai GET /v1/responses/{response_id} none stream include,include_obfuscation,starting_after,stream',
    ],
    ['chat.completions.list', 'openai GET /v1/chat/completions none after,limit,metadata,model,order'],
    ['embeddings.create', 'openai POST /v1/embeddings json'],
    ['files.create', 'openai POST /v1/files multipart'],
    ['containers.files.create', 'openai POST /v1/containers/{container_id}/files either'],
    ['uploads.parts.create', 'openai POST /v1/uploads/{upload_id}/parts multipart'],
    ['vectorStores.search', 'openai POST /v1/vector_stores/{vector_store_id}/search json'],
    ['beta.threads.runs.create', 'openai POST /v1/threads/{thread_id}/runs json stream include'],
    ['messages.create', 'anthropic POST /v1/messages json stream'],
    ['beta.messages.create', 'anthropic POST /v1/messages json stream beta'],
    ['messages.batches.results', 'anthropic GET /v1/messages/batches/{message_batch_id}/results none'],
    ['files.upload', 'anthropic POST /v1/files multipart'],
  ])('%s', (id, told) => {
    const { api, method, path, request, streams, query } = find(id)
    const names = Object.keys(query)
    const parts = [api, method, path, request, ...(streams ? ['stream'] : []), ...(names.length > 0 ? [names] : [])]
    expect(parts.join(' ')).toBe(told)
  })

  test('answers that are not JSON', () => {
    const kinds = (id: string) => find(id).answers
    expect(kinds('audio.speech.create')).toEqual(['file'])
    expect(kinds('files.content')).toEqual(['file'])
    expect(kinds('audio.transcriptions.create')).toEqual(['json', 'text'])
    expect(kinds('messages.batches.results')).toEqual(['lines'])
    expect(kinds('responses.delete')).toEqual(['none'])
  })

  test('files stand in forms only', () => {
    const hasFile = (ref: Ref | null) =>
      ref !== null && listSpots(census.types, ref).some(({ path }) => path.includes('$file'))
    for (const { id, request, body, answer, event } of census.endpoints) {
      if (hasFile(body)) expect(['multipart', 'either'], id).toContain(request)
      expect(hasFile(answer) || hasFile(event), id).toBe(false)
    }
  })

  test.each<[string, 'body' | 'answer' | 'event', readonly string[]]>([
    [
      'chat.completions.create',
      'body',
      [
        'string messages.*(role=developer).content',
        'string messages.*(role=system).content.*.text',
        'string messages.*(role=user).content',
        'string messages.*(role=user).content.*(type=text).text',
        'string messages.*(role=user).content.*(type=image_url).image_url.url',
        'string messages.*(role=user).content.*(type=input_audio).input_audio.data',
        'string messages.*(role=user).content.*(type=file).file.file_data',
        'string messages.*(role=user).content.*(type=file).file.filename',
        'string messages.*(role=user).name',
        'string messages.*(role=assistant).refusal',
        'string messages.*(role=assistant).audio.id',
        'string messages.*(role=assistant).tool_calls.*(type=function).function.arguments',
        'string messages.*(role=assistant).tool_calls.*(type=custom).custom.input',
        'string messages.*(role=tool).tool_call_id',
        'key tools.*(type=function).function.parameters.{}',
        'string tools.*(type=function).function.parameters.{}.{}',
        'number tools.*(type=function).function.parameters.{}.{}.*',
        'string response_format(type=json_schema).json_schema.name',
        'key response_format(type=json_schema).json_schema.schema.{}',
        'string prediction.content',
        'string stop',
        'string stop.*',
        'key metadata.{}',
        'string metadata.{}',
        'key logit_bias.{}',
        'number logit_bias.{}',
        'string model',
        'number n',
      ],
    ],
    [
      'chat.completions.create',
      'answer',
      [
        'string choices.*.message.content',
        'string choices.*.logprobs.content.*.token',
        'number choices.*.logprobs.content.*.bytes.*',
      ],
    ],
    [
      'chat.completions.create',
      'event',
      [
        'string (object=chat.completion.chunk).choices.*.delta.content',
        'string (object=chat.completion.chunk).choices.*.delta.tool_calls.*.function.arguments',
        'number (object=chat.completion.chunk).usage.total_tokens',
      ],
    ],
    [
      'embeddings.create',
      'body',
      ['string input', 'string input.*', 'number input.*', 'number input.*.*', 'string model', 'string user'],
    ],
    [
      'embeddings.create',
      'answer',
      ['number (object=list).data.*.embedding.*', 'string (object=list).data.*.embedding'],
    ],
    [
      'responses.create',
      'body',
      [
        'string instructions',
        'string input',
        'string input.*(type=function_call_output).output',
        'string input.*(type=reasoning).encrypted_content',
        'string input.*(type=item_reference).id',
        'string previous_response_id',
        'string tools.*(type=mcp).headers.{}',
        'key prompt.variables.{}',
        'string conversation',
      ],
    ],
    ['vectorStores.list', 'answer', ['string data.*.id', 'string data.*.name']],
    [
      'messages.create',
      'body',
      [
        'string system',
        'string system.*.text',
        'string messages.*(role=user).content',
        'string messages.*(role=user).content.*(type=text).text',
        'string messages.*(role=user).content.*(type=image).source(type=base64).data',
        'string messages.*(role=user).content.*(type=document).source(type=content).content.*(type=text).text',
        'string messages.*(role=user).content.*(type=tool_result).content',
        'string messages.*(role=user).content.*(type=tool_result).content.*(type=text).text',
        'string messages.*(role=user).content.*(type=tool_result).content.*(type=document).title',
        'string messages.*(role=user).content.*(type=thinking).signature',
        'key messages.*(role=user).content.*(type=tool_use).input.{}',
        'string stop_sequences.*',
        'string metadata.user_id',
      ],
    ],
    [
      'messages.create',
      'event',
      [
        'string (type=message_start).message.content.*(type=text).text',
        'string (type=content_block_delta).delta(type=input_json_delta).partial_json',
        'string (type=content_block_delta).delta(type=citations_delta).citation(type=char_location).cited_text',
        'string (type=message_delta).delta.stop_sequence',
      ],
    ],
    [
      'messages.batches.results',
      'answer',
      ['string custom_id', 'string result(type=succeeded).message.content.*(type=text).text'],
    ],
  ])('%s %s has every place that a hand-made list has', (id, direction, places) => {
    const spots = listSpots(census.types, find(id)[direction]!).map(({ kind, path }) => `${kind} ${path}`)
    expect(places.filter((place) => !spots.includes(place))).toEqual([])
  })

  test('responses take more than thirty kinds of items', () => {
    const spots = listSpots(census.types, find('responses.create').body!)
    const kinds = spots.map(({ path }) => /^input\.\*\(type=([a-z_]+)\)/.exec(path)?.[1])
    expect(new Set(kinds.filter((kind) => kind !== undefined)).size).toBeGreaterThan(30)
  })

  test('sockets: what both sides of Realtime and Responses say', () => {
    const spots = (id: string, side: 'client' | 'server') =>
      listSpots(census.types, census.sockets.find((socket) => socket.id === id)![side]).map(({ path }) => path)
    expect(spots('realtime', 'client')).toContain('(type=session.update).session(type=realtime).instructions')
    expect(spots('realtime', 'server')).toContain('(type=response.output_text.delta).delta')
    expect(spots('responses', 'client')).toContain('(type=response.create).instructions')
    expect(spots('responses', 'server')).toContain('(type=response.output_text.delta).delta')
    expect(spots('live', 'server').length).toBeGreaterThan(100)
  })
})

describe('types of the compiler', () => {
  test('unions, names that any string may take, recursion, functions', () => {
    const { types, ref } = compile(`
      type Tree = string | number | { [key: string]: Tree } | Tree[]
      interface T {
        model: 'a' | 'b' | (string & {})
        kind?: 'x' | 'y' | null
        flag: boolean
        one: 1
        tree: Tree
        kids: (T | string)[]
        pair: [number, 'z']
        free: unknown
        nothing?: never
        call?: () => void
        method(): void
        either: { run: () => void } | string
      }`)
    const { object } = types[ref] as { object: Record<string, Ref> }
    const field = (name: string) => types[object[name]!]
    expect(Object.keys(object)).toEqual(['model', 'kind', 'flag', 'one', 'tree', 'kids', 'pair', 'free', 'either'])
    expect(field('model')).toBe('string')
    expect(field('kind')).toEqual({ literals: ['x', 'y'] })
    expect(field('flag')).toBe('boolean')
    expect(field('one')).toEqual({ literals: [1] })
    expect(field('free')).toBe('unknown')
    const members = (node: TypeNode | undefined) => (node as { union: Ref[] }).union
    const tree = members(field('tree'))
    expect(tree.map((member) => types[member])).toContainEqual({ array: object.tree })
    const kids = types[(field('kids') as { array: Ref }).array]
    expect(members(kids)).toContain(ref)
  })

  test('code is no data', () => {
    expect(() => compile('class Client { key = "" } interface T { client: Client }')).toThrow(/code/)
    expect(() => compile('interface T { gone: Missing }')).toThrow(/not declared/)
  })

  function compile(source: string): { types: readonly TypeNode[]; ref: Ref } {
    const host = ts.createCompilerHost({})
    const read = host.getSourceFile
    host.getSourceFile = (name, version) =>
      name === 'a.ts' ? ts.createSourceFile(name, source, version, true) : read(name, version)
    const program = ts.createProgram(['a.ts'], { strict: true, lib: ['lib.es5.d.ts'], types: [] }, host)
    const checker = program.getTypeChecker()
    const table = buildTable(checker)
    const declared = program.getSourceFile('a.ts')!.statements.find((one) => ts.isInterfaceDeclaration(one))!
    return { types: table.types, ref: table.add(checker.getTypeAtLocation(declared)) }
  }
})

describe('bodies', () => {
  test('every body is of its type, and together they have every field, variant and element', {
    timeout: 120_000,
  }, () => {
    for (const [name, root] of roots()) {
      const edges = new Set<string>()
      for (const body of makeBodies(census.types, root, sow().plant)) {
        expect(cover(census.types, root, body, edges), name).toBe(true)
      }
      expect(
        [...reachable(census.types, root)].filter((edge) => !edges.has(edge)),
        name,
      ).toEqual([])
    }
  })

  test('every canary stands in one place of one body, and none is lost on the way', () => {
    for (const [name, root] of roots()) {
      const { plant, planted } = sow()
      const texts = makeBodies(census.types, root, plant).map((body) => JSON.stringify(body))
      const found = texts.flatMap((text) => text.match(/cnry\d{8}x|9913\d{10}/g) ?? [])
      expect(new Set(found).size, name).toBe(found.length)
      expect(found.length, name).toBe(planted.size)
      expect(Math.max(...texts.map((text) => text.length)), name).toBeLessThanOrEqual(LONGEST_BODY)
    }
  })

  test('smaller bodies hold the same places', () => {
    for (const id of ['responses.create', 'beta.messages.create']) {
      const root = find(id).body!
      const small = sow()
      const bodies = makeBodies(census.types, root, small.plant, { size: 20_000, again: 2 })
      const places = [...small.planted.values()].map(({ kind, path }) => `${kind} ${path}`)
      const all = listSpots(census.types, root).filter(({ kind }) => kind !== 'literal')
      expect(new Set(places)).toEqual(new Set(all.map(({ kind, path }) => `${kind} ${path}`)))
      // What keeps the shape of an object is not counted before it is split.
      expect(Math.max(...bodies.map((body) => JSON.stringify(body).length))).toBeLessThan(24_000)
    }
  })

  test('the same canaries in the same places, made again', () => {
    const root = find('responses.create').event!
    expect(makeBodies(census.types, root, sow().plant)).toEqual(makeBodies(census.types, root, sow().plant))
  })

  test('what is kept is kept', () => {
    const { plant, planted } = sow(({ path }) => ({ model: 'gpt-x', stream: false })[path])
    const bodies = makeBodies(census.types, find('chat.completions.create').body!, plant) as {
      model: string
      stream: boolean
    }[]
    expect(new Set(bodies.map(({ model, stream }) => `${model} ${stream}`))).toEqual(new Set(['gpt-x false']))
    expect([...planted.values()].map(({ path }) => path)).not.toContain('model')
  })

  // Some tables are large: it tries as many as there is time for.
  test('any types: of their type, all covered, every canary once, recursion bounded', { timeout: 90_000 }, () => {
    fc.assert(
      fc.property(tables, (types) => {
        const { plant, planted } = sow()
        const bodies = makeBodies(types, 0, plant)
        const edges = new Set<string>()
        for (const body of bodies) expect(cover(types, 0, body, edges)).toBe(true)
        const found = bodies.flatMap((body) => JSON.stringify(body).match(/cnry\d{8}x|9913\d{10}/g) ?? [])
        expect(new Set(found).size).toBe(found.length)
        expect(found.length).toBe(planted.size)
        expect([...reachable(types, 0)].filter((edge) => !edges.has(edge))).toEqual([])
      }),
      { numRuns: 300, interruptAfterTimeLimit: 10_000 },
    )
  })

  test('a type stands in itself once more, and not again', () => {
    const types: TypeNode[] = [{ object: { name: 1, kids: 2 } }, 'string', { array: 0 }]
    expect(makeBodies(types, 0, () => 'n')).toEqual([{ name: 'n', kids: [{ name: 'n', kids: [] }] }])
  })

  test('every spot has a small body of its own', () => {
    for (const id of ['chat.completions.create', 'messages.create', 'fineTuning.jobs.create']) {
      const root = find(id).body!
      const spots = listSpots(census.types, root).filter(({ kind }) => kind !== 'key')
      expect(spots.filter(({ kind }) => kind === 'literal').length).toBeGreaterThan(20)
      for (const one of spots) {
        const { path, kind } = one
        const { plant } = sow()
        const canary = literalCanary(1)
        let asked = 0
        const body = makeSpine(census.types, root, one, (spot) => {
          if (spot.path !== path || spot.kind !== kind) return plant(spot)
          asked++
          return canary
        })
        expect(JSON.stringify(body).split(canary).length, path).toBe(asked + 1)
        expect(asked, path).toBeGreaterThan(0)
        expect(JSON.stringify(body).length, path).toBeLessThan(5_000)
      }
    }
  })
})

describe('as they travel', () => {
  test('calls hold what is planted in path, query and body', () => {
    const { plant, planted, find: findCanaries } = sow()
    const calls = makeCalls(census, find('beta.threads.runs.create'), plant)
    const sent = calls.flatMap(({ path, query, body }) => [path, query, body]).join('\n')
    expect(findCanaries(sent).length).toBe(planted.size)
    expect(calls[0]?.path).toMatch(/^\/v1\/threads\/cnry\d{8}x\/runs$/)
    expect(JSON.parse(calls[0]!.body)).toHaveProperty('assistant_id')
    expect(calls[0]?.headers).toEqual({ 'content-type': 'application/json' })
  })

  test('methods of a route, whatever its ids are called', () => {
    const ids = methodsOf(census, { api: 'openai', method: 'GET', path: '/v1/responses/{id}' }).map(({ id }) => id)
    expect(ids).toEqual(['beta.responses.retrieve', 'responses.retrieve'])
  })

  test('queries and forms as the SDK writes them', async () => {
    const seen: Request[] = []
    const client = new OpenAI({
      apiKey: 'k',
      maxRetries: 0,
      fetch: async (url, init) => {
        seen.push(new Request(url, { ...init, duplex: 'half' } as RequestInit))
        return Response.json({ data: [] })
      },
    })
    await client.chat.completions.list({ metadata: { a: 'b c' }, limit: 3 })
    const included = ['message.output_text.logprobs', 'file_search_call.results'] as const
    await client.responses.retrieve('r', { include: [...included] })
    const file = new File(['text'], 'a.txt')
    await client.files.create({ file, purpose: 'batch', expires_after: { anchor: 'created_at', seconds: 60 } })
    const names = (query: string) => [...new URLSearchParams(query)]
    const call = (path: string) => seen.find(({ url }) => new URL(url).pathname === path)!
    expect(names(toQuery({ metadata: { a: 'b c' }, limit: 3 }))).toEqual(
      names(new URL(call('/v1/chat/completions').url).search),
    )
    expect(names(toQuery({ include: [...included] }))).toEqual(names(new URL(call('/v1/responses/r').url).search))
    const form = toMultipart({
      file: { $file: { name: 'a.txt', content: 'text' } },
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 60 },
    })
    const own = new Response(form, { headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } })
    expect(await entries(own)).toEqual(await entries(call('/v1/files')))
  })

  async function entries(message: Request | Response): Promise<unknown[]> {
    const read = async ([name, value]: [string, string | File]) =>
      typeof value === 'string' ? [name, value] : [name, value.name, await value.text()]
    return Promise.all([...(await message.formData())].map(read))
  }

  test('the detector finds every canary, however a text is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'cnry00000001x',
        '99130000000001',
        '99130000009913',
        '0000000000',
        'cnry0000',
        'c',
        '9913',
        ' ',
        'x',
        '9',
      ),
      fc.string({ maxLength: 4 }),
    )
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 4 }), (text, nats) => {
        const whole = toyCanaries.detect(text, { from: 0, final: true }).findings
        expect(whole.map(({ start, end }) => text.slice(start, end))).toEqual(
          text.match(/cnry\d{8}x|9913\d{10}/g) ?? [],
        )
        const cuts = nats.map((nat) => nat % (text.length + 1)).sort((a, b) => a - b)
        const findings: Finding[] = []
        let from = 0
        for (const [i, cut] of [...cuts, text.length].entries()) {
          const found = toyCanaries.detect(text.slice(0, cut), { from, final: i === cuts.length })
          expect(found.open).toBeGreaterThanOrEqual(from)
          expect(found.findings.filter(({ end }) => end > found.open)).toEqual([])
          findings.push(...found.findings)
          from = found.open
        }
        expect(findings).toEqual(whole)
      }),
      { numRuns: 1000 },
    )
  })
})

/** Tables of types at random; the first node is an object. Those before it in the list may be referred to, itself too. */
const tables: fc.Arbitrary<TypeNode[]> = fc.integer({ min: 2, max: 12 }).chain((size) => {
  const ref = fc.nat({ max: size - 1 })
  const leaf = fc.constantFrom<TypeNode>('string', 'number', 'boolean', 'unknown', { literals: ['l'] })
  const object = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }).chain((names) =>
    fc.tuple(fc.array(ref, { minLength: names.length, maxLength: names.length }), fc.option(ref)).map(
      ([refs, index]): TypeNode => ({
        object: Object.fromEntries(names.map((name, i) => [name, refs[i]!])),
        ...(index === null ? {} : { index }),
      }),
    ),
  )
  const array = ref.map((to): TypeNode => ({ array: to }))
  const others = fc.array(fc.oneof({ weight: 3, arbitrary: leaf }, object, array), {
    minLength: size - 1,
    maxLength: size - 1,
  })
  return fc
    .tuple(object, others)
    .map(([first, rest]) => withUnion([first, ...rest]))
    .filter(isSound)
})

/** Its last two nodes, as the variants of what the first array held. */
function withUnion(nodes: TypeNode[]): TypeNode[] {
  const at = nodes.findIndex((node) => typeof node === 'object' && 'array' in node)
  const [one, other] = [nodes.length - 2, nodes.length - 1]
  if (at < 0 || at >= one) return nodes
  return nodes.with(at, { array: nodes.length }).concat({ union: [one, other] })
}

/** Whether arrays and unions end somewhere without an object between: TypeScript has no others. */
function isSound(types: readonly TypeNode[]): boolean {
  const ends = (ref: Ref, seen: readonly Ref[]): boolean => {
    const node = types[ref]!
    if (typeof node === 'string' || 'literals' in node || 'object' in node) return true
    return !seen.includes(ref) && children(node).every(([, inner]) => ends(inner, [...seen, ref]))
  }
  return types.every((_, ref) => ends(ref, []))
}

function children(node: TypeNode): [string, Ref][] {
  if (typeof node === 'string' || 'literals' in node) return []
  if ('array' in node) return [['*', node.array]]
  if ('union' in node) return node.union.map((ref) => [`|${ref}`, ref])
  return [...Object.entries(node.object), ...(node.index === undefined ? [] : [['{}', node.index] as [string, Ref]])]
}

/** Every step from a type to a part of it, of all types below a root. */
function reachable(types: readonly TypeNode[], root: Ref): Set<string> {
  const edges = new Set<string>()
  const seen = new Set<Ref>()
  const visit = (ref: Ref): void => {
    if (seen.has(ref)) return
    seen.add(ref)
    for (const [step, inner] of children(types[ref]!)) {
      edges.add(`${ref} ${step}`)
      visit(inner)
    }
  }
  visit(root)
  return edges
}

/** Whether a value is of a type, written independently of what makes the values; adds the steps that it takes. */
function cover(types: readonly TypeNode[], ref: Ref, value: Json, edges: Set<string>): boolean {
  const node = types[ref]!
  if (node === 'unknown') return true
  if (node === 'null') return value === null
  if (node === 'binary') return typeof value === 'object' && value !== null && '$file' in value
  if (typeof node === 'string') return typeof value === node
  if ('literals' in node) return (node.literals as Json[]).includes(value)
  if ('union' in node) {
    const taken = node.union.filter((variant) => {
      const steps = new Set<string>()
      if (!cover(types, variant, value, steps)) return false
      for (const step of steps) edges.add(step)
      edges.add(`${ref} |${variant}`)
      return true
    })
    return taken.length > 0
  }
  if ('array' in node) {
    if (!Array.isArray(value)) return false
    if (value.length > 0) edges.add(`${ref} *`)
    return value.every((one) => cover(types, node.array, one, edges))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(([name, one]) => {
    const known = Object.hasOwn(node.object, name)
    const inner = known ? node.object[name] : node.index
    if (inner === undefined) return false
    edges.add(`${ref} ${known ? name : '{}'}`)
    return cover(types, inner, one, edges)
  })
}
