/**
 * The models that a body names beside the one that its operation is on: policy is asked about each, so that one which is
 * forbidden cannot be had by way of a fallback, a tool, a grader or a judge.
 */
import { Denial } from '../errors.ts'
import { id } from '../ids.ts'
import type { Format, Id, Json, JsonObject, Need } from '../types.ts'
import { asObject } from './shapes.ts'
import { checkSpelling } from './spelling.ts'

/** Bounds the questions to policy. */
const MOST_MODELS = 100

/** Below these the caller's own names stand, which mean nothing to the vendor. */
const OWN = new Set([
  ...['arguments', 'attributes', 'env', 'headers', 'logit_bias', 'metadata', 'state_variables', 'variables'],
  ...['guided_json', 'input_examples', 'input_schema', 'item_schema', 'output_schema', 'parameters', 'schema'],
])
/** Rows of an evaluation are the caller's own, too, where they stand in the body. */
const ROW = new Set(['item', 'sample'])

/** `model`, `models`. With another case, or with spaces or brackets around it, it is one for some readers. */
const EXACT = /^\W*models?\W*$/iu
/** `fallback_model`, `allowed_models`, `model_id`: an option of one server or another. */
const LOOSE = /^\W*(?:\w*_)?models?(?:_(?:id|name|slug)s?)?\W*$/iu
const FALLBACKS = /^\W*(?:\w*_)?fallbacks?\W*$/iu

/** `rows`: whether `item` and the like are the caller's own at the top, too. @throws Denial that names the field */
export function modelNeeds(body: JsonObject, main: Json | undefined, rows = false): readonly Need[] {
  const found = new Map<string, Need>()
  see(body, rows)
  return [...found.values()]

  function see(here: Json, inRows: boolean): void {
    if (Array.isArray(here)) for (const one of here) see(one, inRows)
    else if (typeof here === 'object' && here !== null) {
      for (const [key, value] of Object.entries(here)) {
        if (value === main || value === null || isOwn(key, here, inRows)) continue
        const name = lastPart(key)
        if (EXACT.test(name)) readNames(value, 'model')
        else if (FALLBACKS.test(name)) readFallbacks(value)
        else if (LOOSE.test(name)) readLoose(value)
        else see(value, key === 'content')
      }
    }
  }
  function readNames(value: Json, field: string): void {
    if (Array.isArray(value)) for (const one of value) readNames(one, field)
    else {
      const object = asObject(value)
      if (object) see(object, false)
      add(object ? (object.id ?? object.name ?? object.model) : value, field)
    }
  }
  function readLoose(value: Json): void {
    if (typeof value === 'string') add(value, 'model')
    else if (Array.isArray(value)) for (const one of value) readLoose(one)
    else see(value, false)
  }
  /** Names, or objects with a `model`; or, by each model, the names of those that stand in for it. */
  function readFallbacks(value: Json): void {
    // The vendor chooses: nobody can ask policy about that one.
    if (value === 'default') administer('fallbacks')
    else if (typeof value === 'string') add(value, 'fallbacks')
    else if (Array.isArray(value)) for (const one of value) readFallbacks(one)
    else {
      const lists = Object.values(asObject(value) ?? {}).filter(Array.isArray)
      if (typeof asObject(value)?.model !== 'string' && lists.length === 0 && asObject(value)) administer('fallbacks')
      for (const list of lists) for (const one of list) if (typeof one === 'string') add(one, 'fallbacks')
      see(value, false)
    }
  }
  function administer(field: string): void {
    found.set(CHOSEN, { action: 'administer', field })
  }
  function add(name: Json | undefined, field: string): void {
    if (name === main) return
    const model = typeof name === 'string' ? id(name) : undefined
    if (model === undefined || model !== name) {
      throw new Denial('unreadable_body', `\`${field}\` must be a name of letters, digits and . _ : / @ + -`, {
        param: field,
      })
    }
    if (found.size === MOST_MODELS) {
      throw new Denial('body_too_large', `the body names more than ${MOST_MODELS} models`, { param: field })
    }
    found.set(model, needOf(model, field))
  }
}
/** No model's name. */
const CHOSEN = ' '
function needOf(model: Id, field: string): Need {
  return { action: 'useModel', field, model }
}

function isOwn(key: string, { type }: JsonObject, inRows: boolean): boolean {
  if (OWN.has(key) || (inRows && ROW.has(key))) return true
  // What a tool was called with.
  return key === 'input' && typeof type === 'string' && type.endsWith('tool_use')
}
/** Forms nest by names: `session[model]`. */
function lastPart(key: string): string {
  const name = key.trim()
  if (name.length > 64) return ''
  const parts = name.split(/[[\]]+/).filter((part) => part !== '')
  return parts.at(-1) ?? ''
}

/** A format that asks for the models that a body names, and refuses fields that are misspelt; `rows`: see above. */
export function withNames(format: Format, rows = false): Format {
  return {
    ...format,
    needs(body, limits) {
      checkSpelling(body)
      return [...format.needs(body, limits), ...modelNeeds(body, format.model(body), rows)]
    },
  }
}
