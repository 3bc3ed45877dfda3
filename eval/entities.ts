/** What data sets call things, and what the rules call them. */

/** Entities of a data set, with those of ours that are right for them; the first is what they are reported as. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  PER: ['PERSON'],
  NAME: ['PERSON'],
  FIRST_NAME: ['PERSON'],
  LAST_NAME: ['PERSON'],
  FULL_NAME: ['PERSON'],
  NOMBRE_SUJETO_ASISTENCIA: ['PERSON'],
  NOMBRE_PERSONAL_SANITARIO: ['PERSON'],
  GPE: ['LOCATION'],
  // A set that has no name for a street's address calls it a place.
  LOC: ['LOCATION', 'STREET_ADDRESS'],
  CITY: ['LOCATION'],
  COUNTRY: ['LOCATION'],
  PAIS: ['LOCATION'],
  // Postal codes among them.
  TERRITORIO: ['LOCATION', 'ES_POSTCODE', 'POSTCODE'],
  ADDRESS: ['STREET_ADDRESS'],
  CALLE: ['STREET_ADDRESS'],
  ORG: ['ORGANIZATION'],
  HOSPITAL: ['ORGANIZATION'],
  INSTITUCION: ['ORGANIZATION'],
  CENTRO_SALUD: ['ORGANIZATION'],
  ORGANISATION: ['ORGANIZATION'],
  COMPANY: ['ORGANIZATION'],
  EMAIL: ['EMAIL_ADDRESS'],
  CORREO_ELECTRONICO: ['EMAIL_ADDRESS'],
  PHONE: ['PHONE_NUMBER'],
  TELEPHONE: ['PHONE_NUMBER'],
  NUMERO_TELEFONO: ['PHONE_NUMBER'],
  NUMERO_FAX: ['PHONE_NUMBER'],
  DOMAIN_NAME: ['URL'],
  URL_WEB: ['URL'],
  IBAN: ['IBAN_CODE'],
  SSN: ['US_SSN'],
  SOCIAL_SECURITY_NUMBER: ['US_SSN'],
  IP: ['IP_ADDRESS'],
  IPV4: ['IP_ADDRESS'],
  IPV6: ['IP_ADDRESS'],
  CREDIT_CARD_NUMBER: ['CREDIT_CARD'],
  DRIVER_LICENSE: ['US_DRIVER_LICENSE'],
  DRIVERS_LICENSE: ['US_DRIVER_LICENSE'],
  PASSPORT: ['US_PASSPORT'],
  PASSPORT_NUMBER: ['US_PASSPORT'],
  BANK_ACCOUNT: ['US_BANK_NUMBER'],
  BANK_ACCOUNT_NUMBER: ['US_BANK_NUMBER'],
  ROUTING_NUMBER: ['ABA_ROUTING_NUMBER'],
  ZIP: ['US_ZIP_CODE', 'POSTCODE'],
  ZIP_CODE: ['US_ZIP_CODE', 'POSTCODE'],
  DIREC_PROT_INTERNET: ['IP_ADDRESS'],
  PESEL: ['PL_PESEL'],
  NIP: ['PL_NIP'],
  REGON: ['PL_REGON'],
  DOWOD: ['PL_ID_CARD', 'PL_IDENTITY_CARD'],
  POSTAL: ['PL_POSTCODE', 'POSTCODE'],
  DOB: ['DATE_OF_BIRTH', 'DATE_TIME'],
  BIRTH_DATE: ['DATE_OF_BIRTH', 'DATE_TIME'],
  DATE: ['DATE_TIME', 'DATE_OF_BIRTH'],
  FECHAS: ['DATE_TIME', 'DATE_OF_BIRTH'],
  DATE_TIME: ['DATE_TIME', 'DATE_OF_BIRTH'],
  EDAD_SUJETO_ASISTENCIA: ['AGE'],
  PREFIX: ['TITLE'],
  ID_ASEGURAMIENTO: ['ES_NSS'],
  ID_SUJETO_ASISTENCIA: ['ES_CLINICAL_RECORD', 'MEDICAL_RECORD_NUMBER'],
  ID_CONTACTO_ASISTENCIAL: ['ES_CLINICAL_EPISODE', 'MEDICAL_RECORD_NUMBER'],
  ID_TITULACION_PERSONAL_SANITARIO: ['ES_MEDICAL_LICENSE', 'MEDICAL_LICENSE'],
}

/** What a secret of any kind is reported as. */
export const SECRET = 'SECRET'
const SECRETS: ReadonlySet<string> = new Set(
  'SECRET SECRETS CREDENTIAL CREDENTIALS API_KEY TOKEN PASSWORD ACCESS_TOKEN PRIVATE_KEY_BLOCK'.split(' '),
)

/** Types with a form of their own, which one line of the report is about. */
export const STRUCTURED: readonly string[] = [
  'EMAIL_ADDRESS',
  'PHONE_NUMBER',
  'US_SSN',
  'CREDIT_CARD',
  'IBAN_CODE',
  'IP_ADDRESS',
  'URL',
  'US_DRIVER_LICENSE',
]
/** The identifiers that Polish sets are judged by. */
export const POLISH: readonly string[] = ['PL_PESEL', 'PL_NIP', 'PL_REGON', 'PL_ID_CARD', 'IBAN_CODE']

/** Labels that ordinary texts may well have: what is found there is no mistake by itself. */
const UNSTRUCTURED: ReadonlySet<string> = new Set(
  'name title location postcode organisation group date age url company-id'.split(' ').map((name) => `pii.${name}`),
)
export function isStructured(label: string): boolean {
  return !UNSTRUCTURED.has(label)
}
export function isSecret(label: string): boolean {
  return label === 'secret' || label.startsWith('secret.')
}
export function namesSecret(entity: string): boolean {
  return SECRETS.has(nameOf(entity))
}
/** `Credit card` as data sets may write CREDIT_CARD. */
function nameOf(entity: string): string {
  return entity.trim().toUpperCase().replace(/[ -]/g, '_')
}

/** The entities of ours that are right for one of a data set. */
export function meaningsOf(entity: string): readonly string[] {
  const name = nameOf(entity)
  if (SECRETS.has(name)) return [SECRET]
  return (Object.hasOwn(MEANINGS, name) ? MEANINGS[name] : undefined) ?? [name]
}

/**
 * For the entities of one data set: as which of them a finding of ours counts, if as any. A name that the set has itself goes
 * before one that is only right as well; a secret of any kind is one.
 */
export function readFindingsAs(
  entities: Iterable<string>,
): (rule: { entity: string; label: string }) => string | undefined {
  const names = new Map<string, string>()
  const all = [...entities].map(meaningsOf)
  for (const [first] of all) names.set(first!, first!)
  for (const [first, ...others] of all) for (const other of others) if (!names.has(other)) names.set(other, first!)
  return ({ entity, label }) => names.get(entity) ?? (isSecret(label) ? names.get(SECRET) : undefined)
}

/** Packs whose country speaks a language; a set in it is measured with them. English is no one country's. */
const PACKS: Readonly<Record<string, readonly string[]>> = {
  cs: ['cz'],
  da: ['dk'],
  de: ['de'],
  el: ['gr'],
  es: ['es'],
  et: ['ee'],
  fi: ['fi'],
  fr: ['fr'],
  hr: ['hr'],
  hu: ['hu'],
  it: ['it'],
  ja: ['jp'],
  ko: ['kr'],
  kr: ['kr'],
  nl: ['nl'],
  no: ['no'],
  pl: ['pl'],
  pt: ['pt'],
  ro: ['ro'],
  sv: ['se'],
  th: ['th'],
  tr: ['tr'],
  zh: ['cn'],
}
export function packsOf(language: string): readonly string[] {
  return PACKS[language.toLowerCase()] ?? []
}
