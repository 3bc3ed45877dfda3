/** Laws of what becomes of what was found. */
import { type Mutant, mutant } from './mutant.ts'

export const acted: readonly Mutant[] = [
  mutant(
    'a mask beside what comes back',
    'src/actions.ts',
    "if ((a === 'mask' && RESTORED.has(b)) || (b === 'mask' && RESTORED.has(a))) return 'hash'",
    '',
    'decide',
  ),
  mutant(
    'masks that overlap keep least',
    'src/decide.ts',
    'keeps: Math.min(a.keeps ?? 0, b.keeps ?? 0)',
    'keeps: a.keeps ?? 0',
    'decide',
  ),
  mutant(
    'so they do in answers',
    'src/holdback.ts',
    'return one.mask ? { ...one, keeps: Math.min(a.keeps ?? 0, b.keeps ?? 0) } : one',
    'return one',
    'detectors/surrogates',
  ),
  mutant(
    'a mask keeps few',
    'src/masks.ts',
    'return count(masked) > keeps ? BULLETS : masked',
    'return masked',
    'actions-values',
  ),
  mutant(
    'surrogates stand alone',
    'src/detectors/surrogates.ts',
    'if (!node || !beginsAlone(text, at)) continue',
    'if (!node) continue',
    'detectors/surrogates',
  ),
  mutant(
    'rules do not find our tokens',
    'src/detectors/inside.ts',
    'return !(one && one.start <= start && end <= one.end)',
    'return true',
    'detectors/surrogates',
  ),
  mutant(
    'surrogates are not found again',
    'src/surrogates/choose.ts',
    'if (!unfit.has(text) && taken.add(text)) chosen',
    'if (taken.add(text)) chosen',
    'actions',
  ),
  mutant(
    'what is taken out for good is not known',
    'src/leaks.ts',
    'for (const value of sent.redacted) known.delete(squeeze(value))',
    '',
    'actions',
  ),
  mutant(
    'what is gone for good is watched',
    'src/transform.ts',
    'if (isForGood(edit.action)) redacted',
    "if (edit.action === 'redact') redacted",
    'actions',
  ),
  mutant(
    'numbers stay numbers',
    'src/edits.ts',
    'return Number.isFinite(number) && String(number) === text ? number : text',
    'return text',
    'actions',
  ),
  mutant(
    'surrogates are kept',
    'src/stores/vault.ts',
    'surrogates.map((one, i) => kept[i] === writeSurrogate(one))',
    'surrogates.map(() => true)',
    'contract/vault',
  ),
  mutant(
    'surrogates are of a chain',
    'src/stores/vault-crypto.ts',
    "frame('surrogate', scope, chain, ",
    "frame('surrogate', scope, '', ",
    'contract/vault',
  ),
]
