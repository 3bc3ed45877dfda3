/** What a word can be, as bits: first what `tables.ts` knows of it, then what `words.ts` says. */

export const GIVEN = 1 << 0
/** A given name of many: 5,000 births or more in the United States. */
export const GIVEN_OFTEN = 1 << 1
export const SURNAME = 1 << 2
/** One of the thousand most common family names of the United States. */
export const SURNAME_OFTEN = 1 << 3
/** A country, a part of one, or a large city. */
export const PLACE = 1 << 4
export const TOWN = 1 << 5
/** An ordinary English word. */
export const WORD = 1 << 6
export const WORD_OFTEN = 1 << 7
/** A nationality, a religion, a people. */
export const NATION = 1 << 8

/** Never in a name, and ends one. */
export const PLAIN = 1 << 9
/** Mr, Dr. */
export const TITLE = 1 << 10
/** Jr, III, MD. */
export const SUFFIX = 1 << 11
/** Stands in small letters between the parts of a name: van, de, bin. */
export const PARTICLE = 1 << 12
/** Inc, University: what it stands in is an organisation. */
export const FIRM = 1 << 13
/** Lake, San, North: what it stands in is a place. */
export const LAND = 1 << 14
export const STREET = 1 << 15
/** Apt, Suite, Floor. */
export const UNIT = 1 << 16
/** Said, asks: a person does it. */
export const SAYS = 1 << 17
/** Singer, wife, patient: whoever is named next is one. */
export const ROLE = 1 << 18
/** Hi, Dear, Sincerely. */
export const GREETS = 1 << 19
/** In, from: what follows may be a place. */
export const WHERE = 1 << 20
/** Name, Nombre: a label for a person. */
export const WHO_LABEL = 1 << 21
/** City, País: a label for a place. */
export const PLACE_LABEL = 1 << 22
/** Is, had, will: follows what does something, which may be a person. */
export const DOES = 1 << 23
/** Products, programs, works: a name, but nobody's and no place's. */
export const THING = 1 << 24
/** A company of a name that everybody knows. */
export const BRAND = 1 << 25
/** Of a state of the United States, or a province of Canada: CA, ON. */
export const STATE = 1 << 26
/** The, a, this: what follows is a thing more often than a person. */
export const ARTICLE = 1 << 27
/** By, with, and, told: a person may follow. */
export const BESIDE = 1 << 28
/** Calle, rue: a street's name follows. */
export const STREET_FIRST = 1 << 29
/** Hospital, Universidad: the name of an organisation that follows its kind. */
export const FIRM_FIRST = 1 << 30
/** Several words, looked up as one. */
export const PHRASE = 1 << 31
/** The same bit in tables.ts, whose kinds have 16 bits. */
export const PHRASE_IN_TABLES = 1 << 15
