/** Parts of uploads as rows of a Durable Object, one object for each upload; what they announced, in their tenant's. */
import type { FoundUpload, PartRows } from '../../stores/part-rows.ts'
import type { Env } from './env.ts'
import type { TenantStore, UploadStore } from './objects.ts'

export function openPartRows(env: Env, prefix: string): PartRows {
  // A stub belongs to the request that made it, so each call makes its own.
  const store = (upload: string): DurableObjectStub<UploadStore> => env.UPLOADS.getByName(prefix + upload)
  const rooms = (tenant: string): DurableObjectStub<TenantStore> => env.TENANTS.getByName(prefix + tenant)
  return {
    take: (row, most, now) => rooms(row.tenant).takeRoom(row, most, now),
    free: (tenant, upload) => rooms(tenant).freeRoom(upload),
    create: (row) => store(row.id).create(row),
    find: async (upload) => (await store(upload).find(upload)) as FoundUpload | undefined,
    put: (upload, part, n, block) => store(upload).put(part, n, block),
    keep: (upload, part, room, now) => store(upload).keep(upload, part, room, now),
    get: (upload, part, n) => store(upload).get(part, n),
    drop: (upload, part) => store(upload).drop(part),
    clear: (upload) => store(upload).clear(upload),
    move: (upload, from, to, now) => store(upload).move(upload, [...from], to, now),
  }
}
