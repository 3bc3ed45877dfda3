/**
 * What stands right before a number, as the name of its field does, and says that it is something else than what it looks like:
 * `order no. 212-555-0142`, `part number 536-90-4399`.
 */

/** How far back such a name is read. */
export const NAME_SIGHT = 24

const BEFORE_NUMBER = String.raw`(?: ?(?:no|nr|num|number|code|is|was|nº|n°|#|id)\.?){0,2} ?[:#=]? ?["'«»]?$`
/** Names of things that are counted. */
const THINGS =
  'order|orders|invoice|ticket|part|parts|serial|sku|model|tracking|isbn|issn|reference|ref|catalog|product|item|confirmation|version|build|batch|lot|receipt|transaction|flight|revision|release|patent|bestellung|rechnung|pedido|factura'
/** Names of other numbers about a person or a firm. */
const NUMBERS =
  'n[ºo°.] ?col|colegiado|nass|nhc|nss|dni|nif|nie|nip|regon|pesel|c\\.?p|zip|ssn|iban|issue|case|account|acct|member|policy|license|licence|passport|npi|dea|vin|imei|pin|id|ids|uuid|routing|kundennummer'
const THING = new RegExp(`(?:^|[^A-Za-z])(?:${THINGS})${BEFORE_NUMBER}`, 'i')
const OTHER = new RegExp(`(?:^|[^A-Za-z])(?:${THINGS}|${NUMBERS})${BEFORE_NUMBER}`, 'i')

/** Whether what starts here is named as a thing. */
export function isThing(text: string, start: number): boolean {
  return THING.test(text.slice(Math.max(0, start - NAME_SIGHT), start))
}
/** Whether what starts here is named as a thing or as another number. */
export function isOther(text: string, start: number): boolean {
  return OTHER.test(text.slice(Math.max(0, start - NAME_SIGHT), start))
}
