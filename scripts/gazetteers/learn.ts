/** Learns by letters which words are names: logistic regression, the samples always in the same order. */
import { eachFeature, STEP, WEIGHT_BITS } from '../../src/detectors/names/letters.ts'

const ROUNDS = 6
const RATE = 0.12
const SHRINK = 1e-6

export interface Sample {
  readonly word: string
  readonly name: boolean
  readonly weight: number
}

export interface Learned {
  readonly weights: Int8Array<ArrayBuffer>
  readonly bias: number
}

/** How much a word looks like a name, in sixteenths of a logit. */
export function weigh({ weights, bias }: Learned, word: string): number {
  let score = bias
  eachFeature(word, 0, word.length, (place) => {
    score += weights[place]!
  })
  return score
}

export function learn(samples: readonly Sample[]): Learned {
  const weights = new Float64Array(1 << WEIGHT_BITS)
  let bias = 0
  const features = samples.map(({ word }) => {
    const places: number[] = []
    eachFeature(word, 0, word.length, (place) => places.push(place))
    return places
  })
  const order = shuffle(samples.length)
  for (let round = 0; round < ROUNDS; round++) {
    const rate = RATE / (1 + round)
    for (const i of order) {
      const { name, weight } = samples[i]!
      const places = features[i]!
      const score = places.reduce((sum, place) => sum + weights[place]!, bias)
      const step = rate * weight * ((name ? 1 : 0) - 1 / (1 + Math.exp(-score)))
      bias += step / 4
      for (const place of places) weights[place] = weights[place]! * (1 - SHRINK) + step
    }
  }
  const told = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight * STEP))))
  report(samples, features, told, Math.round(bias * STEP))
  return { weights: told, bias: Math.round(bias * STEP) }
}

function report(samples: readonly Sample[], features: readonly number[][], weights: Int8Array, bias: number): void {
  const share = { true: [0, 0], false: [0, 0] }
  samples.forEach(({ name }, i) => {
    const score = features[i]!.reduce((sum, place) => sum + weights[place]!, bias)
    const seen = share[`${name}`]
    seen[0]!++
    if (score > 0) seen[1]!++
  })
  const rate = ([all, some]: number[]): string => (some! / all!).toFixed(3)
  console.error(`letters: ${rate(share.true)} of names, ${rate(share.false)} of other words look like names`)
}

/** The same order at every run. */
function shuffle(length: number): number[] {
  const order = Array.from({ length }, (_, i) => i)
  let seed = 1
  for (let i = length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    const j = Math.floor((seed / 4294967296) * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
