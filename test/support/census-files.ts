/** The census of files: uploaded, in parts too, and read back, with all that their lines can hold. */
import type { Census } from '../../scripts/census/nodes.ts'
import { ENDPOINTS } from '../../src/operations/index.ts'
import type { Endpoint, Format, Json, JsonObject } from '../../src/types.ts'
import { listSpots, type Spot } from './census.ts'
import { makeAnswer, sowAnswers } from './census-answers.ts'
import { type Sowing, sow } from './census-canaries.ts'
import { countLeak, type Figures, type Kind, merge, noFigures } from './census-figures.ts'
import { type CensusHost, toldTo } from './census-host.ts'
import { kindsIn } from './census-kinds.ts'
import { asMade, plain, readKinds, sendAlone, sowTexts } from './census-requests.ts'
import { text } from './census-rest.ts'
import type { Subject } from './census-subjects.ts'
import { BOUNDARY, makeAnswers, makeCalls, methodsOf, toLines, toMultipart, writeBody } from './census-wire.ts'

/** Answers that files of batches hold, as lines. */
const IN_LINES = ['chat.completions.create', 'responses.create', 'embeddings.create', 'completions.create']

/** What a file holds, and what the walk takes each canary's place for; `format` is that of what its lines hold. */
interface Content {
  readonly content: string
  readonly sowing: Sowing
  readonly kinds: ReadonlyMap<string, Kind>
  readonly format: Format
}

/** Contents of a file: text, a document, and lines of results. */
export async function tellFiles(
  { row, method }: Subject,
  census: Census,
  host: CensusHost,
  subjects: readonly Subject[],
): Promise<Figures> {
  const figures = noFigures()
  const [call] = makeCalls(census, method, plain)
  const made = [makeText, makeDocument].map((make): Content => {
    const sowing = sow()
    return { content: make(sowing), sowing, kinds: new Map(), format: row.format }
  })
  const results = row.id === 'files.content' ? listResults(census, subjects) : []
  for (const { content, sowing, kinds, format } of [...made, ...results]) {
    const { planted, find } = sowing
    figures.planted += planted.size
    const { got } = await host.ask(asMade(call!), () => makeAnswer('application/octet-stream', content))
    if (got.status !== 200 || !got.text.includes('[SECRET]')) figures.wrong.push(`${method.id}: ${got.status}`)
    for (const leak of find(toldTo(got))) {
      countLeak(figures, method.id, planted.get(leak), kinds.get(leak), format, 'answer')
    }
  }
  return figures
}
function makeText(sowing: Sowing): string {
  return `${text(sowing, 'a')}, b: ${text(sowing, 'b')}\n\n${text(sowing, 'c')}`
}
function makeDocument(sowing: Sowing): string {
  return JSON.stringify(
    { [text(sowing, '{}')]: [text(sowing, 'a'), { b: sowing.plant({ path: 'b', kind: 'number' }) }] },
    null,
    2,
  )
}
/** Results of a batch: of each kind of call that one may ask for. */
function listResults(census: Census, subjects: readonly Subject[]): readonly Content[] {
  return IN_LINES.map((id) => {
    const { row, method } = subjects.find((one) => one.row.id === id && one.method.id === id)!
    const root = method.answer!
    const { format } = row
    const sowing = sowAnswers({ root, streamed: false, formatOf: () => format }, census)
    const bodies = makeAnswers(census, root, sowing.plant).map((body) => JSON.parse(body) as Json)
    const lines = bodies.map((body) => ({
      ...{ id: text(sowing, 'id'), custom_id: text(sowing, 'custom_id') },
      response: { status_code: 200, request_id: text(sowing, 'request_id'), body },
      error: { code: text(sowing, 'code'), message: text(sowing, 'message') },
    }))
    const kinds = new Map(bodies.flatMap((body) => [...kindsIn(body, format.responsePlaces, false)]))
    return { content: toLines(lines), sowing, kinds, format }
  })
}

/** What lines of a batch ask for. */
const BATCHED = [...IN_LINES, 'moderations.create']
interface File extends Content {
  readonly purpose: string
}

/** Files as they are uploaded for each purpose, with all that their lines can hold. */
export async function sendFiles(subjects: readonly Subject[], census: Census, host: CensusHost): Promise<Figures> {
  const figures = noFigures()
  const { row, method } = subjects.find((one) => one.row.id === 'files.create')!
  for (const { purpose, content, sowing, kinds, format } of await makeFiles(row, subjects, census, host)) {
    figures.planted += sowing.find(content).length
    const form = { purpose, file: { $file: { name: 'a.jsonl', content } } }
    const { got, sent } = await host.ask(
      asMade({ method: 'POST', path: row.path, query: '', ...writeBody(method, form) }),
    )
    if (got.status !== 200 || !sent.join().includes('[SECRET]')) {
      figures.wrong.push(`a file for ${purpose}: ${got.status} ${got.text}`)
    }
    for (const leak of sowing.find(`${sent.join('\n')}\n${toldTo(got)}`)) {
      countLeak(figures, `a file for ${purpose}`, sowing.planted.get(leak), kinds.get(leak), format, 'request')
    }
  }
  return figures
}

async function makeFiles(
  row: Endpoint,
  subjects: readonly Subject[],
  census: Census,
  host: CensusHost,
): Promise<readonly File[]> {
  const files: File[] = []
  for (const id of BATCHED) {
    const subject = subjects.find(({ row, method }) => row.id === id && method.id === id)!
    const { calls, sowing } = await sowTexts(subject, census, host)
    const kinds = new Map((await Promise.all(calls.map((call) => readKinds(call, host)))).flatMap((one) => [...one]))
    const bodies = calls.map(({ body }) => JSON.parse(body) as JsonObject)
    const url = subject.row.path
    const lines = bodies.map((body, i) => ({ custom_id: `call-${i}`, method: 'POST', url, body }))
    const { format } = subject.row
    files.push({ purpose: 'batch', content: toLines(lines), sowing, kinds, format })
    if (id !== 'chat.completions.create') continue
    const examples = bodies.map(({ messages = [], tools = [] }) => ({ messages, tools }))
    files.push({ purpose: 'fine-tune', content: toLines(examples), sowing, kinds, format })
    files.push({ purpose: 'evals', content: toLines(bodies.map((item) => ({ item }))), sowing, kinds, format })
  }
  for (const purpose of ['assistants', 'user_data', 'vision']) {
    for (const make of [makeText, makeDocument]) {
      const sowing = sow()
      files.push({ purpose, content: make(sowing), sowing, kinds: new Map(), format: row.format })
    }
  }
  return files
}

/** The same files in two parts, cut in the middle of a canary: what goes out is the file, when it is complete. */
export async function sendParts(subjects: readonly Subject[], census: Census, host: CensusHost): Promise<Figures> {
  const figures = noFigures()
  const row = ENDPOINTS.find(({ upload }) => upload === 'complete')!
  for (const { purpose, content, sowing, kinds, format } of await makeFiles(row, subjects, census, host)) {
    const told: string[] = []
    const left: string[] = []
    const post = async (
      path: string,
      call: { body: JsonObject } | { headers: Record<string, string>; raw: string },
    ) => {
      const { got, sent } = await host.ask({ path: `/v1/uploads${path}`, ...call }, () =>
        makeAnswer('application/json', '{"id":"file-1","object":"file"}'),
      )
      told.push(toldTo(got))
      left.push(...sent)
      if (got.status !== 200) figures.wrong.push(`a file for ${purpose}: ${path} ${got.status} ${got.text}`)
      return (JSON.parse(got.text) as { id: string }).id
    }
    const named = { filename: 'a.jsonl', mime_type: 'application/jsonl', purpose }
    const upload = await post('', { body: { ...named, bytes: new TextEncoder().encode(content).length } })
    const parts: string[] = []
    const middle = content.indexOf('cnry') + 6
    for (const part of [content.slice(0, middle), content.slice(middle)]) {
      const raw = toMultipart({ data: { $file: { name: 'blob', content: part } } })
      const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` }
      parts.push(await post(`/${upload}/parts`, { headers, raw }))
    }
    if (left.length > 0) figures.wrong.push(`a file for ${purpose}: a part left alone`)
    await post(`/${upload}/complete`, { body: { part_ids: parts } })
    figures.planted += sowing.find(content).length
    if (!left.join().includes('[SECRET]')) figures.wrong.push(`a file for ${purpose} in parts: nothing was masked`)
    for (const leak of sowing.find([...left, ...told].join('\n'))) {
      countLeak(figures, `a file for ${purpose} in parts`, sowing.planted.get(leak), kinds.get(leak), format, 'request')
    }
  }
  return figures
}

/** What else calls about parts say. Of the file that they make, only the texts are taken out, when it is complete. */
export async function sendAroundParts(census: Census, host: CensusHost): Promise<Figures> {
  const figures = noFigures()
  for (const row of ENDPOINTS.filter(({ upload }) => upload !== undefined)) {
    const [method] = methodsOf(census, row)
    const inPath = [...row.path.matchAll(/\{(\w+)\}/g)].map(
      ([, name]): Spot => ({ path: `path.${name}`, kind: 'string' }),
    )
    const inBody = method!.body === null ? [] : listSpots(census.types, method!.body)
    merge(figures, await sendAlone({ row, method: method! }, census, host, [...inPath, ...inBody]))
  }
  return figures
}
