import type { DirectoryStore, OwnerStore, SpoolStore, TenantStore, UploadStore } from './objects.ts'

/** What wrangler.toml binds, and the variables and secrets that may be set. */
export interface Env {
  readonly TENANTS: DurableObjectNamespace<TenantStore>
  readonly DIRECTORY: DurableObjectNamespace<DirectoryStore>
  readonly SPOOLS: DurableObjectNamespace<SpoolStore>
  readonly UPLOADS: DurableObjectNamespace<UploadStore>
  readonly OWNERS: DurableObjectNamespace<OwnerStore>
  /** 32 bytes, base64. */
  readonly PARAPET_MASTER_KEY?: string
  /** Keys beside those in the directory's object: a JSON array of StoredKey, so hashes only. */
  readonly PARAPET_KEYS?: string
  /** Upstreams name their credentials and base URLs by variable. */
  readonly [variable: string]: unknown
}
