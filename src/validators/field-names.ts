/**
 * What stands right before a number, as the name of its field does, and says that it is something else than what it looks like:
 * `order no. 212-555-0142`, `part number 536-90-4399`.
 */

/** How far back such a name is read. */
export const NAME_SIGHT = 24

/** Names of things that are counted. */
const THING =
  /(?:^|[^A-Za-z])(?:order|orders|invoice|ticket|part|parts|serial|sku|model|tracking|isbn|issn|reference|ref|catalog|product|item|confirmation|version|build|batch|lot|receipt|transaction|flight|revision|release|patent|bestellung|rechnung|pedido|factura)(?: ?(?:no|nr|num|number|code|is|was|nº|n°|#|id)\.?){0,2} ?[:#=]? ?["']?$/i
/** Names of other numbers about a person or a firm. */
const NUMBER =
  /(?:^|[^A-Za-z])(?:n[ºo°.] ?col|colegiado|nass|nhc|nss|dni|nif|nie|nip|regon|pesel|c\.?p|zip|ssn|iban|issue|case|account|acct|member|policy|license|licence|passport|npi|dea|vin|imei|pin|id|ids|uuid|routing|kundennummer)(?: ?(?:no|nr|num|number|code|is|was|nº|n°|#|id)\.?){0,2} ?[:#=]? ?["']?$/i

/** Whether what starts here is named as a thing. */
export function isThing(text: string, start: number): boolean {
  return THING.test(text.slice(Math.max(0, start - NAME_SIGHT), start))
}
/** Whether what starts here is named as a thing or as another number. */
export function isOther(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - NAME_SIGHT), start)
  return THING.test(before) || NUMBER.test(before)
}
