/** Numbers of documents and files that have no check digit, or none that is published. */
import type { Validator } from './index.ts'
import { SIGHT } from './neighbours.ts'
import { code, number } from './sums.ts'

/** Letters and digits, two of these at least: no word, and no plain number. */
const document: Validator = code((code) => /\d.*\d/.test(code) && /[A-Z]/.test(code))

/**
 * A number right behind its label, or at the start of a text, as where the label is the key of an object. So the label of the next
 * field, which stands behind a number as near as its own, does not count.
 */
function labelled(label: RegExp, least: number, most: number): Validator {
  const loose = number(least, () => true, most)
  return {
    sees: SIGHT,
    check(text, start, end) {
      if (!loose.check(text, start, end)) return false
      return start === 0 || label.test(text.slice(Math.max(0, start - SIGHT), start))
    },
  }
}

export const DOCUMENTS: Readonly<Record<string, Validator>> = {
  document,
  'de-tax-number-labelled': labelled(
    /(?:steuernummer|steuer[ -]?nr|\bst[. -]{0,2}nr|tax n(?:umber|o))[.:\s]{0,3}$/i,
    10,
    11,
  ),
  // Spanish clinical records: labels as forms of the national health service have them (Real Decreto 1093/2010).
  'es-affiliation': labelled(/(?:\bN\.?A?\.?S\.?S|social|afiliaci[oó]n)[.:]?(?: ?n[.º°]*)?[.:º°\s#-]{0,5}$/i, 7, 14),
  'es-clinical-record': labelled(
    /(?:\bN\.?H\.?C|CIPA|cl[ií]nica|historia|expediente)[.:]?(?: ?n[.º°]*)?[.:º°\s#-]{0,5}$/i,
    4,
    12,
  ),
  'es-clinical-episode': labelled(/episodio[.:]?(?: ?n[.º°]*)?[.:º°\s#-]{0,5}$/i, 4, 14),
  // `cap` is an English word, too.
  'it-postcode': labelled(/(?:\bCAP|\bC\.A\.P|\bcap:|postale)[.:\s]{0,3}$/, 5, 5),
  'es-medical-licence': labelled(/(?:\bcol|colegiad[oa]|colegiaci[oó]n)[.:]?(?: ?n[.º°]*)?[.:º°\s#-]{0,5}$/i, 4, 10),
}
