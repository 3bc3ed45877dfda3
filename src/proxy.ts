import { addressPlaces } from './address.ts'
import { authenticate } from './authenticate.ts'
import { authorize, checkOpen, mayInspect, mayReadAll } from './authorize.ts'
import { createNamed, makerOf } from './claims.ts'
import { apiOf, classify, findEndpoint } from './classify.ts'
import { decide, describeBlock, isAllowed } from './decide.ts'
import { deliver, deny } from './deliver.ts'
import { detect } from './detect.ts'
import { besidePseudonyms } from './detectors/pseudonyms.ts'
import { addRemote } from './detectors/remote.ts'
import { Denial, describeFailure } from './errors.ts'
import { extract } from './extract.ts'
import { noteSpools } from './files/forms.ts'
import { keepUpload, writeForm } from './files/parts.ts'
import { createSummary } from './files/upload-judging.ts'
import { uuid } from './ids.ts'
import { indexLeaks, systemTexts } from './leaks.ts'
import { checkReferences, findOwner, isOwn } from './own.ts'
import type { Host } from './ports.ts'
import { decisionRecord, type Entry } from './record.ts'
import { buildHeaders, buildRequest, route } from './route.ts'
import { moveOffsets, plantCanary, recallSurrogates, transform } from './transform.ts'
import { translateAtRim, translates } from './translation.ts'
import { checkTuned } from './tuned.ts'
import type { Answer, Call, Segment } from './types.ts'
import { callUpstream } from './upstream.ts'

/** THE PIPELINE: one call to a model, from the credential to the record of how it ended. */
export async function proxy(call: Call, host: Host): Promise<Answer> {
  const { ruleset, access, upstreams, settings } = host.bundle
  const started = host.now()
  const entry: Entry = { id: uuid(started, host.random(10)), started, api: apiOf(call), spools: [] }
  try {
    const principal = (entry.principal = await authenticate(call, host.directory, host.sha256, started))
    const called = findEndpoint(call)
    if (called.endpoint.answer === 'socket')
      throw new Denial('unmapped_operation', 'this is served over a WebSocket only')
    checkOpen(principal, called.endpoint, access)
    const { address } = called
    const { operation, body, files } = await classify(call, called, settings.limits, noteSpools(host, entry.spools))
    entry.operation = operation
    const findIn = (text: string) => ruleset.detector.detect(text, { from: 0, final: true }).findings
    entry.modelIsClean = findIn(operation.model).length === 0
    const owner = await findOwner(address, operation.format.api, host.owners)
    const grant = (entry.grant = authorize(principal, operation, owner, access))

    const { format } = operation
    const detector = besidePseudonyms(ruleset.detector)
    const { shortest } = detector
    const source = (keys: readonly (string | number)[]) => format.source(keys, body ?? {})
    const documents = [
      extract(body ?? null, { places: format.requestPlaces, source, inner: true, shortest }),
      extract({ ...address }, { places: addressPlaces(address), source: () => 'unknown', inner: true, shortest }),
    ]
    const segments = documents.flatMap((document) => document.segments)
    entry.segments = segments
    entry.total = sum(documents.map((document) => document.total))
    entry.blobs = sum(documents.map((document) => document.blobs))
    const owned = await checkReferences(segments, grant, access, host.owners)
    await checkTuned(segments, grant, host.owners)
    if (owner && isOwn(owner, principal)) owned.unshift(owner)
    const pause = async () => {
      await host.pause()
      if (call.signal.aborted) throw new Denial('client_gone', 'the client went away')
    }
    const found = await detect(segments, detector, pause)
    const seen = await addRemote(found, segments, host, call.signal)
    const decision = (entry.decision = decide(grant, seen))
    if (decision.action === 'block') throw describeBlock('request', decision)
    const upstream = (entry.upstream = route(operation, owned, upstreams, translates))

    const scope = { tenant: principal.tenant, scope: principal.id }
    const keeps = operation.endpoint.creates.length > 0 && format.keeps(body ?? {})
    const chain = owned[0]?.chain ?? (keeps ? entry.id : undefined)
    const earlier = await recallSurrogates(host.vault, scope, owned[0]?.chain)
    const look = async (texts: readonly Segment[]) => decide(grant, await detect(texts, detector, pause))
    const means = { vault: host.vault, scope, chain, earlier, look, pause }
    let sent = await transform(documents, seen, decision, means)
    entry.decision = { ...decision, edits: sent.edits }
    const cited = moveOffsets(sent, documents[0]!, format)
    if (settings.canary !== null) {
      const system = systemTexts(segments, sent)
      sent = await plantCanary(sent, system, settings.canary, format, host.vault, scope, host.sha256)
      entry.planted = sent.canary !== undefined
    }
    if (chain !== undefined && sent.minted.size > 0) await host.vault.link(scope, chain, [...sent.minted.keys()])
    const asked = { grant, body: sent.body ?? {}, files, path: address.path, owner }
    const here = keepUpload(asked, host)
    if (files || operation.endpoint.upload === 'complete') entry.file = createSummary()
    const form = await writeForm(asked, entry.file, { scope, chain }, call, host)
    entry.spools.push(...(form?.made ?? []))
    const isClean = (text: string) => isAllowed(grant, 'send', findIn(text))
    const headers = buildHeaders(upstream, call, grant, isClean, host.sha256)
    const rim = form?.rim ?? translateAtRim(operation, upstream, sent.body, headers, settings.limits, host.now())
    const request = buildRequest(upstream, operation, address, headers, form?.form ?? rim?.body ?? sent.body, rim?.path)

    const facts = { now: host.now(), ruleset: ruleset.digest, access: access.digest, unrecorded: 0 }
    await host.decisions.append(decisionRecord(entry, facts)) // INVARIANT: nothing leaves before its record is durable.
    entry.recorded = true
    const leaks = indexLeaks(segments, decision, sent, ruleset.detector)
    const caller = {
      tenant: principal.tenant,
      principal: principal.id,
      upstream: upstream.id,
      chain: chain ?? entry.id,
    }
    const maker = keeps ? makerOf(operation, owner, caller) : undefined
    const named = createNamed(shortest)
    if (keeps) named.add(segments)
    delete entry.segments // A streamed answer can last: the request's texts must not.
    const answer = await (here?.() ?? callUpstream(upstream, request, operation, rim, call, host))
    const may = { inspects: mayInspect(grant, access), readsAll: mayReadAll(grant, access) }
    return await deliver(
      answer,
      entry,
      { grant, leaks, scope, chain, cited, maker, named, purpose: form?.purpose, ignored: rim?.ignored ?? [], ...may },
      call,
      host,
    )
  } catch (error) {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    return await deny(Denial.from(error), entry, call, host)
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
