/** Uploads in parts, over rows and blocks that hold nothing but ciphertext. */
import { inBlocks } from '../bytes.ts'
import type { KeptUpload, Parts, Upload, UploadRoom } from '../ports.ts'
import type { Id, JsonObject } from '../types.ts'
import type { PartRows, UploadRow } from './part-rows.ts'
import { decrypt, encrypt, frame, type SecretKey } from './vault-crypto.ts'

/** A row of a Durable Object may have 2 MB. */
const BLOCK = 1024 * 1024

export interface PartsParts {
  readonly rows: PartRows
  readonly master: SecretKey
  readonly random: (bytes: number) => Uint8Array
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/**
 * Each upload has a random key of its own, wrapped by the master key: when its row is gone, what may be left of its blocks
 * is noise. Upload, part and number are bound to each block, so that none can be moved.
 */
export function makeParts({ rows, master, random, now }: PartsParts): Parts {
  /** `undefined` too if it has expired, whether or not it is swept. */
  async function findRow(id: string) {
    const found = await rows.find(id)
    return found && found.row.expires > now() ? found : undefined
  }
  async function find(id: string): Promise<KeptUpload | undefined> {
    const found = await findRow(id)
    if (!found) return undefined
    const { row } = found
    const fields = await open(await keyOf(row), row.fields, frame('upload fields', id))
    return {
      id,
      tenant: row.tenant as Id,
      status: row.status,
      bytes: row.bytes,
      created: row.created,
      expires: row.expires,
      fields: JSON.parse(new TextDecoder().decode(fields)) as JsonObject,
      parts: found.parts.map(({ part, size }) => ({ id: part, size })),
    }
  }
  async function keyOf({ id, tenant, wrapped }: UploadRow): Promise<SecretKey> {
    return importKey(await open(master, wrapped, frame('upload key', tenant, id)))
  }

  return {
    async create({ id, tenant, fields, bytes, created, expires }: Upload, { principal, ...most }: UploadRoom) {
      if (!(await rows.take({ upload: id, tenant, principal, bytes, expires }, most, now()))) return false
      const raw = new Uint8Array(random(32))
      const wrapped = await encrypt(master, raw, frame('upload key', tenant, id), random)
      const text = new Uint8Array(new TextEncoder().encode(JSON.stringify(fields)))
      const sealed = await encrypt(await importKey(raw), text, frame('upload fields', id), random)
      try {
        await rows.create({ id, tenant, status: 'pending', wrapped, fields: sealed, bytes, created, expires })
      } catch (error) {
        await rows.free(tenant, id)
        throw error
      }
      return true
    },
    find,
    async add(upload, part, content, room) {
      const found = await findRow(upload)
      if (found?.row.status !== 'pending') return false
      const key = await keyOf(found.row)
      let blocks = 0
      let size = 0
      let kept = false
      try {
        for await (const block of inBlocks(content.chunks(), BLOCK)) {
          const place = frame('upload block', upload, part, `${blocks}`)
          await rows.put(upload, part, blocks, await encrypt(key, block, place, random))
          blocks++
          size += block.length
        }
        kept = await rows.keep(upload, { part, size, blocks }, room, now())
      } finally {
        // INVARIANT: what was not put here is not dropped: it may be another's.
        if (!kept && blocks > 0) await rows.drop(upload, part)
      }
      return kept
    },
    async *read(upload, part) {
      const found = await findRow(upload)
      const known = found?.parts.find((one) => one.part === part)
      if (!found || !known) throw new Error('this part is not kept any more')
      const key = await keyOf(found.row)
      let size = 0
      for (let n = 0; n < known.blocks; n++) {
        const place = frame('upload block', upload, part, `${n}`)
        const block = await open(key, await rows.get(upload, part, n), place)
        size += block.length
        yield block
      }
      // A part taken for the whole must not pass for it.
      if (size !== known.size) throw new Error('a part of an upload is not as long as it was')
    },
    move: (id, from, to) => rows.move(id, from, to, now()),
    async clear(id) {
      await rows.clear(id)
      const row = (await rows.find(id))?.row
      // INVARIANT: what may still take parts is counted, with parts or without.
      if (row && (row.status === 'completed' || row.status === 'cancelled')) await rows.free(row.tenant, id)
    },
  }
}

function importKey(raw: Uint8Array<ArrayBuffer>): Promise<SecretKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
async function open(
  key: SecretKey,
  sealed: Uint8Array,
  place: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await decrypt(key, sealed, place)
  } catch {
    throw new Error('a part of an upload does not open: it was altered or moved, or the master key is another')
  }
}
