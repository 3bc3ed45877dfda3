/**
 * Memory and time of one upload: form data is read, its file spooled, rewritten with the shipped rules, and written as form data
 * again. `node bench/upload.ts 200 batch` is one measurement; a process of its own, so that nothing else is in its memory.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { request } from 'undici'
import { compileBundle } from '../src/bundle.ts'
import { combine } from '../src/detectors/combine.ts'
import { pseudonyms } from '../src/detectors/pseudonyms.ts'
import { readMultipart, writeMultipart } from '../src/files/multipart.ts'
import { createSummary } from '../src/files/upload-judging.ts'
import { type FileKind, rewriteFile } from '../src/files/uploads.ts'
import { openaiChat } from '../src/formats/openai-chat.ts'
import { random } from '../src/hosts/node/crypto.ts'
import { loadBundle } from '../src/hosts/node/load.ts'
import { openSpool } from '../src/hosts/node/spool.ts'
import { openStores } from '../src/hosts/node/stores.ts'
import { id } from '../src/ids.ts'
import { importMasterKey } from '../src/stores/vault-crypto.ts'
import type { Grant, JsonObject, Label } from '../src/types.ts'
import { startNode } from './proxy.ts'

const MB = 1024 * 1024

export interface UploadFigures {
  readonly seconds: number
  readonly found: number
  /** Of the process, in megabytes: before the upload, and the most while it ran. */
  readonly before: number
  readonly peak: number
  /** In use, garbage taken away, in megabytes: what an upload needs, exactly. */
  readonly idle: number
  readonly live: number
}

/** Uploads of 20 and 200 MB, as a batch and as a text: the second pair must not need more memory than the first. */
export async function benchUpload(print: (line: string) => void): Promise<void> {
  await measureServer(print)
  for (const kind of ['batch', 'text'] as const) {
    for (const megabytes of [20, 200]) {
      const { seconds, found, before, peak, idle, live } = await measureUpload(megabytes, kind)
      print(
        `${kind}, ${megabytes} MB: ${seconds.toFixed(1)} s, ${(megabytes / seconds).toFixed(1)} MB/s, ${found} findings; ` +
          `in use ${idle.toFixed(1)} MB before, ${live.toFixed(1)} at most; process ${before.toFixed(0)} MB, ${peak.toFixed(0)}`,
      )
    }
  }
}

/** An upload over sockets, to the server and on to an upstream: the most memory of the server's process. Linux only. */
async function measureServer(print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-bench-'))
  const upstream = await startNode('bench/upstream.ts', {})
  const server = await startNode('src/hosts/node/main.ts', {
    PORT: '0',
    PARAPET_DATA: folder,
    OPENAI_BASE_URL: `http://127.0.0.1:${upstream.port}/v1`,
    OPENAI_API_KEY: 'bench',
  })
  try {
    const key = /^PARAPET_INVOKE_KEY=(.*)$/m.exec(readFileSync(join(folder, 'dev.env'), 'utf8'))![1]!
    const memory = (what: string) =>
      Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))![1]) / 1024
    for (const megabytes of [2, 20, 200]) {
      const before = memory('VmRSS')
      const started = performance.now()
      const answer = await request(`http://127.0.0.1:${server.port}/v1/files`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=b' },
        body: Readable.from(makeForm(megabytes, LINE), { objectMode: false }),
        headersTimeout: 0,
      })
      const text = await answer.body.text()
      if (answer.statusCode !== 200) throw new Error(`the server answered ${answer.statusCode}: ${text}`)
      const seconds = (performance.now() - started) / 1000
      print(
        `over sockets, batch, ${megabytes} MB: ${seconds.toFixed(1)} s; server ${before.toFixed(0)} MB before, ` +
          `${memory('VmHWM').toFixed(0)} MB at most so far`,
      )
    }
  } finally {
    server.child.kill()
    upstream.child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One upload in a process of its own. */
export async function measureUpload(megabytes: number, kind: 'batch' | 'text'): Promise<UploadFigures> {
  const script = fileURLToPath(import.meta.url)
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, String(megabytes), kind])
  return JSON.parse(stdout) as UploadFigures
}

const LINE = (i: number): string => {
  const content = `Customer ${i} wrote from user${i % 5000}@example.com: ${'the parcel has not come yet, and nobody answers. '.repeat(12)}`
  const body = {
    model: 'mirror',
    messages: [
      { role: 'system', content: 'Answer briefly.' },
      { role: 'user', content },
    ],
  }
  return `${JSON.stringify({ custom_id: `r${i}`, method: 'POST', url: '/v1/chat/completions', body })}\n`
}
const TEXT = (i: number): string =>
  `${i};user${i % 5000}@example.com;${'a remark of no interest whatever, '.repeat(12)}\n`

/** Form data with one file, made as it is read. */
async function* makeForm(megabytes: number, line: (i: number) => string): AsyncGenerator<Uint8Array, void, void> {
  yield Buffer.from('--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n')
  yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="f.jsonl"\r\n\r\n')
  let made = 0
  for (let i = 0; made < megabytes * MB; ) {
    let some = ''
    // As much as a socket gives at once.
    while (some.length < 64 * 1024) some += line(i++)
    made += some.length
    if (i % 4096 < 64) sample()
    yield Buffer.from(some)
    await new Promise((resolve) => setImmediate(resolve))
  }
  yield Buffer.from('\r\n--b--\r\n')
}

async function upload(megabytes: number, kind: 'batch' | 'text', folder: string): Promise<UploadFigures> {
  const bundle = compileBundle(loadBundle(fileURLToPath(new URL('../guardrails', import.meta.url))), () => undefined)
  const { limits } = bundle.settings
  const stores = openStores(join(folder, 'parapet.db'), {
    master: await importMasterKey(randomBytes(32).toString('base64')),
    random,
    now: Date.now,
  })
  const on = (_: unknown, label: Label) => ({
    action: label.startsWith('pii') ? ('pseudonymise' as const) : ('allow' as const),
    policies: [],
  })
  const grant = {
    on,
    policies: [],
    operation: { format: openaiChat },
    principal: { id: id('key') },
  } as unknown as Grant
  let pauses = 0
  const uploading = {
    grant,
    limits,
    detector: combine([bundle.ruleset.detector, pseudonyms]),
    vault: stores.vault,
    scope: { tenant: id('acme'), scope: id('key') },
    spool: async () => openSpool(folder),
    pause: () => {
      if (++pauses % 50 === 0) sample()
      return new Promise<void>((resolve) => setImmediate(resolve))
    },
    authorizeLine: async () => grant,
    addRemote: async <T>(seen: T) => seen,
    checkReferences: async () => {},
    chain: undefined,
    keepTokens: async () => {},
  }
  const rewritten: FileKind = kind === 'batch' ? { is: 'batch' } : { is: 'any' }
  async function run(size: number): Promise<number> {
    const type = 'multipart/form-data; boundary=b'
    const chunks = makeForm(size, kind === 'batch' ? LINE : TEXT)
    const form = await readMultipart(chunks, type, { spool: uploading.spool, limits })
    const summary = createSummary()
    const file = form.body.file as JsonObject
    const raw = form.files.get(file)!
    const clean = await rewriteFile(raw, rewritten, uploading, summary)
    const { content } = writeMultipart(form.body, new Map([[file, clean]]), randomBytes(16).toString('hex'))
    let sent = 0
    for await (const chunk of content.chunks()) sent += chunk.length
    if (sent !== content.size) throw new Error('the form is not as long as it says')
    await raw.discard()
    await clean.discard()
    return summary.tally.found
  }

  await run(2) // So that code is compiled and pages are loaded.
  live = 0
  sample()
  const idle = live
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 5)
  const started = performance.now()
  const found = await run(megabytes)
  const seconds = (performance.now() - started) / 1000
  clearInterval(watch)
  stores.close()
  return { seconds, found, before: before / MB, peak: peak / MB, idle, live }
}

/** The most that was in use. */
let live = 0
function sample(): void {
  // Twice: what the first finds of buffers is freed by the second.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  live = Math.max(live, (heapUsed + external) / MB)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), 'parapet-bench-'))
  try {
    console.log(JSON.stringify(await upload(Number(process.argv[2]), process.argv[3] as 'batch' | 'text', folder)))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
