/** The policies in guardrails/access, as they are shipped. */
import { expect, test } from 'vitest'
import source from '../../generated/bundle.json' with { type: 'json' }
import { id } from '../../src/ids.ts'
import { DOMAINS, type Domain, type Label } from '../../src/types.ts'
import { ownBundle } from '../support/bundle.ts'
import { operation, principal } from './est.ts'

const { access } = ownBundle()
/** What is done to a model or to what is stored; and what is done to the log. */
const IN: Readonly<Record<Domain, { readonly upstream: readonly string[]; readonly log: readonly string[] }>> = {
  invoke: {
    upstream: [
      ...['invoke', 'useOwn', 'putFile', 'keep', 'chat', 'embed', 'moderate', 'image', 'audio', 'video', 'batch'],
      'realtime',
    ],
    log: [],
  },
  train: { upstream: ['train', 'useOwn', 'putFile', 'upload', 'createJob', 'shape', 'evaluate'], log: [] },
  inspect: {
    upstream: [
      ...['inspect', 'readLogprobs', 'biasLogits', 'includeHidden', 'sampleMany', 'readStored', 'readFiles'],
      ...['readJobs', 'readCatalog', 'readUsage', 'deleteStored', 'readUnowned'],
    ],
    log: ['inspect', 'readDecisions', 'simulate'],
  },
  admin: {
    upstream: ['admin', 'administer', 'runUnscanned'],
    log: ['admin', 'reveal', 'tuneRules', 'manageKeys', 'simulate'],
  },
}
/** Of what shipped policy keeps to one tenant. */
const ONE_TENANT = ['readUnowned']
const NAMES = [...new Set(DOMAINS.flatMap((domain) => [...IN[domain].upstream, ...IN[domain].log]))]

test('no action of the schema is forgotten here', () => {
  const data = ['send', 'receive', 'restore']
  const names = source.access.actions.map(({ name }) => name).filter((name) => !data.includes(name))
  expect(names.toSorted()).toEqual(NAMES.toSorted())
})

/** All sets of domains, the empty one too. */
const KEYS = Array.from({ length: 2 ** DOMAINS.length }, (_, bits) => DOMAINS.filter((_, i) => bits & (2 ** i)))
test.each(KEYS.map((domains) => [domains.join(' + ') || 'no domain', domains] as const))(
  'a key for %s may do what is in it, and nothing else',
  (_, domains) => {
    for (const tenant of ['acme', 'default'])
      for (const type of ['Model', 'Collection', 'Log'] as const) {
        const allowed = NAMES.filter((action) => {
          const resource = { type, id: id('x') }
          return access.ask({
            principal: principal({ domains, tenant: id(tenant) }),
            action,
            resource,
            context: { purpose: undefined, stream: false },
          }).allowed
        })
        const expected = new Set(domains.flatMap((domain) => IN[domain][type === 'Log' ? 'log' : 'upstream']))
        if (tenant !== 'default') for (const action of ONE_TENANT) expected.delete(action)
        expect(allowed.toSorted()).toEqual([...expected].toSorted())
      }
  },
)

const RULINGS: readonly (readonly [string, string, string, string])[] = [
  // label, send, receive, restore
  ...['pii.payment-card', 'pii.bank-account', 'pii.national-id'].map(
    (name) => [name, 'pseudonymise', 'redact', 'allow'] as const,
  ),
  ...['pii', 'pii.email', 'pii.phone', 'pii.ip-address', 'pii.new'].map(
    (name) => [name, 'pseudonymise', 'allow', 'allow'] as const,
  ),
  ...['secret', 'secret.openai-key', 'secret.private-key', 'secret.jwt', 'secret.new'].map(
    (name) => [name, 'redact', 'redact', 'allow'] as const,
  ),
  ['leak.system-prompt', 'allow', 'redact', 'allow'],
  ['leak.redacted', 'allow', 'redact', 'allow'],
  ['leak.canary', 'allow', 'block', 'allow'],
  ['internal.pseudonym', 'allow', 'allow', 'block'],
  ['unheard-of', 'block', 'block', 'block'],
]
test.each(RULINGS)('%s: sent %s, received %s, restored %s', (name, ...expected) => {
  const on = access.residual(principal(), operation())
  const rulings = (['send', 'receive', 'restore'] as const).map((direction) => on(direction, name as Label, id('ANY')))
  expect(rulings.map(({ action }) => action)).toEqual(expected)
  for (const { action, policies } of rulings)
    if (name !== 'unheard-of') expect(policies.length, action).toBeGreaterThan(0)
})
