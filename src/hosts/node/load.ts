/** Reads a folder of guardrails. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { BundleSource } from '../../bundle.ts'
import { PACKS } from '../../rules.ts'
import type { Settings } from '../../types.ts'
import { checkUrl, type UpstreamSource } from '../../upstreams.ts'
import { loadAccess } from './access-loader.ts'
import { ConfigurationError } from './errors.ts'
import { loadRules } from './rules-loader.ts'
import { didYouMean } from './suggest.ts'
import { readYaml } from './yaml-file.ts'

const bytes = z
  .int()
  .min(1024)
  .max(1024 ** 3)
const milliseconds = z
  .int()
  .min(1)
  .max(24 * 3600_000)
const ORIGIN = z
  .string()
  .refine(
    (text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text),
    'must be an origin, such as https://app.example.com, or *',
  )
const NAME = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, `.`, `_` or `-`')
const SETTINGS = z.strictObject({
  limits: z
    .strictObject({
      requestBytes: bytes.default(8 * 1024 ** 2),
      answerBytes: bytes.default(16 * 1024 ** 2),
      eventCharacters: bytes.default(16 * 1024 ** 2),
      fileBytes: bytes.default(512 * 1024 ** 2),
      pendingUploads: z.int().min(1).max(1000).default(16),
      choices: z.int().min(1).max(128).default(8),
      depth: z.int().min(8).max(1000).default(64),
      firstByteMs: milliseconds.default(600_000),
      idleMs: milliseconds.default(120_000),
      sessionMs: milliseconds.default(3_600_000),
      sessionIdleMs: milliseconds.default(900_000),
    })
    .prefault({}),
  canary: z
    .string()
    .max(500)
    .refine((line) => line.includes('{canary}'), 'the line must hold {canary}, which the marker takes the place of')
    .nullable()
    .default(null),
  cors: z
    .strictObject({ origins: z.array(ORIGIN).min(1) })
    .nullable()
    .default(null),
  refusal: z.string().min(1).max(1000).nullable().default(null),
  padding: z.int().min(0).max(4096).default(0),
  remote: z
    .strictObject({
      url: z.string().superRefine((url, context) => {
        try {
          checkUrl(url, 'url')
        } catch (error) {
          context.addIssue((error as Error).message.replace(/^url: /, ''))
        }
      }),
      language: z
        .string()
        .regex(/^[a-z]{2}$/, 'must be two letters, such as en')
        .default('en'),
      timeoutMs: milliseconds.default(2000),
      threshold: z.number().min(0).max(1).default(0.5),
      entities: z
        .record(
          z.string().regex(/^[A-Z][A-Z0-9_]{1,39}$/, 'must be capital letters, digits and underscores'),
          z.string(),
        )
        .refine((entities) => Object.keys(entities).length > 0, 'name at least one entity, such as PERSON: pii.name'),
    })
    .nullable()
    .default(null),
  packs: z.array(NAME).default([...PACKS]),
})

const VARIABLE = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable, such as OPENAI_API_KEY')
const UPSTREAMS = z.strictObject({
  upstreams: z
    .array(
      z.strictObject({
        id: NAME,
        api: z.enum(['openai', 'anthropic']),
        url: z.string().superRefine((url, context) => {
          try {
            checkUrl(url, 'url')
          } catch (error) {
            context.addIssue((error as Error).message.replace(/^url: /, ''))
          }
        }),
        urlFrom: VARIABLE.optional(),
        keyFrom: VARIABLE.optional(),
        zone: NAME,
        models: z.array(z.string().min(1).max(128)).min(1),
      }),
    )
    .min(1)
    .superRefine((upstreams, context) => {
      const seen = new Set<string>()
      upstreams.forEach(({ id }, i) => {
        if (seen.has(id))
          context.addIssue({ code: 'custom', message: `there is another upstream \`${id}\``, path: [i, 'id'] })
        seen.add(id)
      })
    }),
})

/** @throws ConfigurationError with a line per fault, `file:line: message` */
export function loadBundle(folder: string): BundleSource {
  if (!existsSync(folder)) throw new ConfigurationError(`${folder}: there is no such folder; see PARAPET_GUARDRAILS`)
  const { packs, ...settings } = readYaml(join(folder, 'parapet.yaml'), SETTINGS, {})
  const access = loadAccess(folder)
  const labels = access.labels.map(({ name }): string => name)
  for (const [entity, label] of Object.entries(settings.remote?.entities ?? {})) {
    if (labels.includes(label)) continue
    const file = join(folder, 'parapet.yaml')
    throw new ConfigurationError(
      `${file}: remote.entities.${entity}: unknown label ${label}${didYouMean(label, labels)}`,
    )
  }
  return {
    ruleset: loadRules(folder, packs),
    access,
    upstreams: readYaml(join(folder, 'upstreams.yaml'), UPSTREAMS).upstreams satisfies UpstreamSource[],
    settings: settings satisfies Settings,
  }
}
