import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strongerAction } from '../src/actions.ts'
import { decide } from '../src/decide.ts'
import { joinOverlaps } from '../src/edits.ts'
import { extract } from '../src/extract.ts'
import { id } from '../src/ids.ts'
import { ACTIONS, type Action, type Finding, type Grant } from '../src/types.ts'
import { COMES_BACK, TOLD } from './support/actions.ts'

const text = 'x'.repeat(40)
const document = extract(
  { a: text, model: text },
  { places: { model: 'identifier' }, source: () => 'user', inner: true, shortest: 1 },
)
const segment = document.segments.find((one) => one.kind === 'string')!
const identifier = document.segments.find((one) => one.kind === 'identifier')!

/** A grant whose ruling is in the label's name. */
const grant = {
  on: (_direction: string, label: string) => ({ action: label as Action, policies: [id(`because-${label}`)] }),
} as unknown as Grant

const finding = fc
  .record({ start: fc.nat(38), length: fc.integer({ min: 1, max: 20 }), action: fc.constantFrom(...ACTIONS) })
  .map(({ start, length, action }): Finding => {
    const end = Math.min(40, start + length)
    return { start, end, score: 1, rule: { ref: id('r@1'), entity: id('E'), label: id(action) } }
  })
const strength = { allow: 0, transform: 1, block: 2 }

test('edits never overlap, and cover every character of every finding that is not allowed', () => {
  fc.assert(
    fc.property(fc.array(finding, { size: 'max', maxLength: 12 }), (findings) => {
      const sorted = [...findings].sort((a, b) => a.start - b.start)
      const decision = decide(grant, [{ segment, findings: sorted }])
      if (findings.some((one) => one.rule.label === 'block')) {
        expect(decision.action).toBe('block')
        return
      }
      const edits = decision.edits.get(segment) ?? []
      let last = 0
      for (const { start, end } of edits) {
        expect(start).toBeGreaterThanOrEqual(last)
        last = end
      }
      for (const { start, end, rule } of findings) {
        if (rule.label === 'allow') continue
        const cover = edits.find((edit) => edit.start <= start && edit.end >= end)
        expect(cover).toBeDefined()
        // Nothing is told of a value that its own ruling keeps, and what must go for good does not come back.
        const action = rule.label as Action
        expect(TOLD[cover!.action]).toBeLessThanOrEqual(TOLD[action])
        if (!COMES_BACK.has(action)) expect(COMES_BACK.has(cover!.action)).toBe(false)
        // A mask leaves a part: of all that it covers no more than of each.
        if (cover?.action === 'mask') expect(cover.keeps).toBeLessThanOrEqual(Math.floor((end - start) / 3))
      }
      expect(decision.findings.length).toBe(findings.length)
    }),
    { numRuns: 2000 },
  )
})

test('one more finding never weakens a decision, nor what is done to any character', () => {
  fc.assert(
    fc.property(fc.array(finding), finding, (findings, more) => {
      const before = decide(grant, [{ segment, findings }])
      const after = decide(grant, [{ segment, findings: [...findings, more] }])
      expect(strength[after.action]).toBeGreaterThanOrEqual(strength[before.action])
      if (after.action === 'block') return
      const at = (decision: typeof before, i: number) =>
        decision.edits.get(segment)?.find(({ start, end }) => start <= i && i < end)
      for (let i = 0; i < text.length; i++) {
        const { action: was = 'allow', keeps: left = 40 } = at(before, i) ?? {}
        const { action = 'allow', keeps = 0 } = at(after, i) ?? {}
        expect(TOLD[action]).toBeLessThanOrEqual(TOLD[was])
        if (!COMES_BACK.has(was)) expect(COMES_BACK.has(action)).toBe(false)
        if (action === 'mask') expect(keeps).toBeLessThanOrEqual(left)
      }
    }),
    { numRuns: 3000 },
  )
})

test('what two actions make does not depend on their order or number, and is as strong as both in each way', () => {
  const action = fc.constantFrom(...ACTIONS)
  fc.assert(
    fc.property(action, action, action, (a, b, c) => {
      const both = strongerAction(a, b)
      expect(strongerAction(b, a)).toBe(both)
      expect(strongerAction(a, a)).toBe(a)
      expect(strongerAction(both, c)).toBe(strongerAction(a, strongerAction(b, c)))
      expect(TOLD[both]).toBeLessThanOrEqual(Math.min(TOLD[a], TOLD[b]))
      if (!COMES_BACK.has(a) || !COMES_BACK.has(b)) expect(COMES_BACK.has(both)).toBe(false)
    }),
    { numRuns: 1000 },
  )
  expect(strongerAction('mask', 'pseudonymise')).toBe('hash')
})

test('a finding in an identifier blocks, since it cannot be taken out', () => {
  const one: Finding = { start: 0, end: 4, score: 1, rule: { ref: id('r@1'), entity: id('E'), label: id('redact') } }
  expect(decide(grant, [{ segment: identifier, findings: [one] }]).action).toBe('block')
  const allowed: Finding = { ...one, rule: { ...one.rule, label: id('allow') } }
  expect(decide(grant, [{ segment: identifier, findings: [allowed] }]).action).toBe('allow')
})

test('reasons are the policies that decided, allowed findings have none', () => {
  const of = (label: string): Finding => ({
    start: 0,
    end: 4,
    score: 1,
    rule: { ref: id('r@1'), entity: id('E'), label: id(label) },
  })
  expect(decide(grant, [{ segment, findings: [of('allow'), of('redact'), of('pseudonymise')] }]).reasons).toEqual([
    'because-redact',
    'because-pseudonymise',
  ])
})

test('joined spans lose no character', () => {
  fc.assert(
    fc.property(fc.array(finding, { maxLength: 20 }), (findings) => {
      const covered = (spans: readonly { start: number; end: number }[]) =>
        Array.from({ length: 40 }, (_, i) => spans.some(({ start, end }) => start <= i && i < end))
      expect(covered(joinOverlaps(findings, (a) => a))).toEqual(covered(findings))
    }),
  )
})
