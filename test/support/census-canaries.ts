/** Canaries for the census: values that are unique, easy to find, and in no ordinary text. */

import type { Value } from '../../scripts/census/nodes.ts'
import { id } from '../../src/ids.ts'
import type { Detector, Finding, Rule } from '../../src/types.ts'
import type { Plant, Spot } from './census.ts'

export const CANARY: Rule = { ref: id('toy-canary@1'), entity: id('SECRET'), label: id('secret.canary') }
const SHAPE = /cnry\d{8}x|9913\d{10}/g
const START = /(?:c|cn|cnr|cnry\d{0,8}|9|99|991|9913\d{0,9})$/
const LONGEST = 14

export interface Sowing {
  readonly plant: Plant
  /** Where each canary was planted. */
  readonly planted: ReadonlyMap<string, Spot>
  /** The canaries in a text, each once. */
  find(text: string): string[]
}

/** Plants a canary wherever one can stand. `keep` says what stands at the spots that must hold something else. */
export function sow(keep: (spot: Spot) => Value | undefined = () => undefined): Sowing {
  const planted = new Map<string, Spot>()
  const plant: Plant = (spot) => {
    const kept = keep(spot) ?? spot.values?.[0]
    if (kept !== undefined) return kept
    const number = planted.size + 1
    const canary = spot.kind === 'number' ? `9913${pad(number, 10)}` : `cnry${pad(number, 8)}x`
    planted.set(canary, spot)
    return spot.kind === 'number' ? Number(canary) : canary
  }
  return { plant, planted, find: (text) => [...new Set(text.match(SHAPE) ?? [])] }
}

/** A canary that takes the place of a literal, for spots that `sow` leaves as they are. */
export function literalCanary(number: number): string {
  return `cnry9${pad(number, 7)}x`
}

/** One that is a number. */
export function numberCanary(number: number): string {
  return `99139${pad(number, 9)}`
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}

/** Finds every canary. */
export const toyCanaries: Detector = {
  reach: LONGEST,
  context: 0,
  shortest: 13,
  detect(text, { from, final }) {
    const findings: Finding[] = []
    let settled = from
    SHAPE.lastIndex = from
    for (let found = SHAPE.exec(text); found !== null; found = SHAPE.exec(text)) {
      settled = found.index + found[0].length
      findings.push({ start: found.index, end: settled, rule: CANARY, score: 1 })
    }
    if (final) return { findings, open: text.length }
    const tail = text.slice(Math.max(settled, text.length - LONGEST))
    return { findings, open: text.length - (START.exec(tail)?.[0].length ?? 0) }
  },
}
