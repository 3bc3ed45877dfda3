import { authenticate } from './authenticate.ts'
import { authorize, mayInspect } from './authorize.ts'
import { apiOf, classify, findEndpoint } from './classify.ts'
import { decide } from './decide.ts'
import { deliver, deny } from './deliver.ts'
import { detect } from './detect.ts'
import { combine } from './detectors/combine.ts'
import { pseudonyms } from './detectors/pseudonyms.ts'
import { Denial, describeFailure } from './errors.ts'
import { extract } from './extract.ts'
import { uuid } from './ids.ts'
import { indexLeaks, systemTexts } from './leaks.ts'
import type { Host } from './ports.ts'
import { decisionRecord, type Entry } from './record.ts'
import { buildRequest, route } from './route.ts'
import { plantCanary, transform } from './transform.ts'
import type { Answer, Call } from './types.ts'
import { callUpstream } from './upstream.ts'

/** THE PIPELINE: one call to a model, from the credential to the record of how it ended. */
export async function proxy(call: Call, host: Host): Promise<Answer> {
  const { ruleset, access, upstreams, settings } = host.bundle
  const started = host.now()
  const entry: Entry = { id: uuid(started, host.random(10)), started, api: apiOf(call) }
  try {
    const principal = (entry.principal = await authenticate(call, host.directory, host.sha256, started))
    const endpoint = findEndpoint(call)
    const { operation, body } = await classify(call, endpoint, settings.limits)
    entry.operation = operation
    const isClean = (text: string) => ruleset.detector.detect(text, { from: 0, final: true }).findings.length === 0
    entry.modelIsClean = isClean(operation.model)
    const grant = (entry.grant = authorize(principal, operation, access))

    const { format } = operation
    const detector = combine([ruleset.detector, pseudonyms])
    const { shortest } = detector
    const source = (keys: readonly (string | number)[]) => format.source(keys, body)
    const document = extract(body, { places: format.requestPlaces, source, inner: true, shortest })
    entry.segments = document.segments
    entry.total = document.total
    const seen = await detect(document.segments, detector, async () => {
      await host.pause()
      if (call.signal.aborted) throw new Denial('client_gone', 'the client went away')
    })
    const decision = (entry.decision = decide(grant, seen))
    if (decision.action === 'block') {
      throw new Denial('guardrail_blocked', 'the request holds data that may not go to this model', {
        policies: decision.reasons,
      })
    }
    const upstream = (entry.upstream = route(operation, upstreams))

    const scope = { tenant: principal.tenant, scope: principal.id }
    let sent = await transform(document, seen, decision, host.vault, scope)
    if (settings.canary !== null) {
      const system = systemTexts(document.segments, sent)
      sent = await plantCanary(sent, system, settings.canary, format, host.vault, scope, host.sha256)
      entry.planted = sent.canary !== undefined
    }
    const request = buildRequest(upstream, endpoint, call, operation, sent.body, isClean)

    const facts = { now: host.now(), ruleset: ruleset.digest, access: access.digest, unrecorded: 0 }
    await host.decisions.append(decisionRecord(entry, facts)) // INVARIANT: nothing leaves before its record is durable.
    entry.recorded = true
    delete entry.segments // A streamed answer can last: the request's texts must not.
    const answer = await callUpstream(upstream, request, operation, call, host)
    const inspects = mayInspect(grant, access)
    const leaks = indexLeaks(document.segments, decision, sent, ruleset.detector)
    return await deliver(answer, entry, { grant, leaks, scope, inspects }, call, host)
  } catch (error) {
    if (!(error instanceof Denial)) host.warn(describeFailure(error))
    return await deny(Denial.from(error), entry, call, host)
  }
}
