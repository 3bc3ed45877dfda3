/** Forms on their way out: the files in them, each by what it is for. */
import { authorize } from '../authorize.ts'
import { besidePseudonyms } from '../detectors/pseudonyms.ts'
import { addRemote } from '../detectors/remote.ts'
import { Denial } from '../errors.ts'
import { hex, id } from '../ids.ts'
import { findOperation } from '../operations/index.ts'
import { linesOf } from '../operations/lines.ts'
import { checkReferences } from '../own.ts'
import type { Host, Spool, SpoolWriter, VaultScope } from '../ports.ts'
import { checkTuned } from '../tuned.ts'
import type { Call, Grant, Id, JsonObject, Operation, Stored } from '../types.ts'
import { writeMultipart } from './multipart.ts'
import type { FileSummary } from './upload-judging.ts'
import { type FileKind, rewriteFile, type Uploading } from './uploads.ts'

export interface Form {
  readonly type: string
  readonly content: Stored
}
/** A form as it may be sent. Whoever has it must discard `made`. */
export interface RewrittenForm {
  readonly form: Form
  /** What the lines of its files were scanned for; `undefined` if they were not scanned as lines. */
  readonly purpose: string | undefined
  readonly made: readonly Spool[]
}

/** Opens spools, and notes each that is finished, so that none is left behind whatever happens to the call. */
export function noteSpools(host: Host, spools: Spool[]): () => Promise<SpoolWriter> {
  return async () => {
    const writer = await host.spool()
    return {
      write: (bytes) => writer.write(bytes),
      discard: () => writer.discard(),
      async finish() {
        const spool = await writer.finish()
        spools.push(spool)
        return spool
      },
    }
  }
}

/**
 * Rewrites the files of a form, and writes it. `sent`: its fields as they go out; the objects that stand for its files are in it.
 * `summary` is filled in with what was found in the files, until one is refused.
 * @throws Denial that names the line of a file, and never quotes it
 */
export async function rewriteForm(
  sent: JsonObject,
  files: ReadonlyMap<JsonObject, Spool>,
  summary: FileSummary,
  way: { readonly grant: Grant; readonly scope: VaultScope; readonly chain: Id | undefined },
  call: Call,
  host: Host,
): Promise<RewrittenForm> {
  const made: Spool[] = []
  const rewritten = new Map<JsonObject, Spool>()
  try {
    for (const [value, spool] of files) {
      const clean = await rewriteFile(spool, kindOf(sent, way.grant), uploadingOf(way, call, host), summary)
      if (clean !== spool) made.push(clean)
      rewritten.set(value, clean)
    }
    const purpose = linesOf(sent.purpose) === undefined ? undefined : String(sent.purpose)
    return { form: writeMultipart(sent, rewritten, hex(host.random(16))), purpose, made }
  } catch (error) {
    for (const spool of made) await spool.discard()
    throw error
  }
}

/** What the operation, and the purpose that the form gives, make of a file. */
function kindOf({ purpose }: JsonObject, { operation }: Grant): FileKind {
  if (operation.action === 'audio') return { is: 'any', expected: 'audio' }
  const lines = linesOf(purpose)
  if (lines === undefined) return { is: 'any' }
  return lines === 'batch' ? { is: 'batch' } : { is: 'records', format: lines }
}

function uploadingOf(
  { grant, scope, chain }: { readonly grant: Grant; readonly scope: VaultScope; readonly chain: Id | undefined },
  call: Call,
  host: Host,
): Uploading {
  const { ruleset, access, settings } = host.bundle
  const { principal, operation } = grant
  const { limits } = settings
  return {
    grant,
    scope,
    chain,
    limits,
    detector: besidePseudonyms(ruleset.detector),
    vault: host.vault,
    spool: () => host.spool(),
    async pause() {
      await host.pause()
      if (call.signal.aborted) throw new Denial('client_gone', 'the client went away')
    },
    addRemote: (seen, segments) => addRemote(seen, segments, host, call.signal),
    async authorizeLine({ method, url, body }) {
      const found = findOperation(operation.format.api, method, url)
      // What works on stored things, streams or takes a file cannot be asked for in a batch.
      if (found?.endpoint.on !== 'model' || found.endpoint.request !== 'json') {
        throw new Denial('unmapped_operation', 'this method and url cannot be called in a batch')
      }
      const { endpoint } = found
      if (Object.hasOwn(body, 'parapet')) {
        throw new Denial('unreadable_body', '`parapet` has no meaning in a line of a batch')
      }
      if (body.stream !== undefined && body.stream !== false) {
        throw new Denial('unreadable_body', '`stream` cannot be asked for in a batch')
      }
      const model = typeof body.model === 'string' ? id(body.model) : undefined
      if (model === undefined || model !== body.model) {
        throw new Denial('unreadable_body', '`model` must be a name of letters, digits and . _ : / @ + -')
      }
      const { format, domain, action } = endpoint
      const needs = format.needs(body, limits)
      const line: Operation = {
        ...operation,
        id: endpoint.id,
        endpoint,
        format,
        domain,
        action,
        needs,
        model,
        stream: false,
      }
      return authorize(principal, line, undefined, access)
    },
    async checkReferences(segments, of) {
      await checkReferences(segments, of, access, host.owners)
      await checkTuned(segments, of, host.owners)
    },
    async keepTokens(tokens) {
      if (chain !== undefined) await host.vault.link(scope, chain, tokens)
    },
  }
}
