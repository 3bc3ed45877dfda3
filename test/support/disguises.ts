/** Ways to write a value so that its characters are not there, and readers read it all the same. */

const each = (value: string, write: (char: string) => string) => Array.from(value, write).join('')
const between = (value: string, what: string) => Array.from(value).join(what)
const code = (char: string) => char.charCodeAt(0)
const hex = (char: string, places = 2) => code(char).toString(16).padStart(places, '0')
const isAscii = (char: string) => char > ' ' && char < '\x7f'
const shift = (value: string, digits: number | undefined, capitals?: number, small?: number) =>
  each(value, (char) => {
    if (/[0-9]/.test(char) && digits !== undefined) return String.fromCodePoint(digits + code(char) - 0x30)
    if (/[A-Z]/.test(char) && capitals !== undefined) return String.fromCodePoint(capitals + code(char) - 0x41)
    if (/[a-z]/.test(char) && small !== undefined) return String.fromCodePoint(small + code(char) - 0x61)
    return char
  })
const CYRILLIC: Readonly<Record<string, string>> = {
  ...{ A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', I: 'І', J: 'Ј', K: 'К', M: 'М', O: 'О', P: 'Р', S: 'Ѕ', T: 'Т', X: 'Х' },
  ...{ a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у', d: 'ԁ', h: 'һ', q: 'ԛ', w: 'ԝ' },
}
const GREEK: Readonly<Record<string, string>> = {
  ...{ A: 'Α', B: 'Β', E: 'Ε', H: 'Η', I: 'Ι', K: 'Κ', M: 'Μ', N: 'Ν', O: 'Ο', P: 'Ρ', T: 'Τ', X: 'Χ', Y: 'Υ', Z: 'Ζ' },
  ...{ o: 'ο', v: 'ν', u: 'υ', p: 'ρ' },
}
const utf8 = (char: string) => [...new TextEncoder().encode(char)]
const fullWidth = (value: string) =>
  each(value, (char) => (isAscii(char) ? String.fromCharCode(code(char) + 0xfee0) : char))
const percent = (value: string) =>
  each(value, (char) =>
    utf8(char)
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
const binary = (value: string) => String.fromCharCode(...utf8(value))

/** Each character by itself: what is written stands where the value stood. */
export const WRITTEN: Readonly<Record<string, (value: string) => string>> = {
  'full width': fullWidth,
  'Arabic-Indic digits': (value) => shift(value, 0x660),
  'Devanagari digits': (value) => shift(value, 0x966),
  'mathematical bold': (value) => shift(value, 0x1d7ce, 0x1d400, 0x1d41a),
  'mathematical monospace': (value) => shift(value, 0x1d7f6, 0x1d670, 0x1d68a),
  circled: (value) => shift(value, undefined, 0x24b6, 0x24d0),
  'circled digits': (value) =>
    each(value, (char) => (/[1-9]/.test(char) ? String.fromCharCode(0x2460 + code(char) - 0x31) : char)),
  'zero-width spaces': (value) => between(value, '\u200b'),
  'zero-width joiners': (value) => between(value, '\u200d'),
  'zero-width non-joiners': (value) => between(value, '\u200c\u200c'),
  'byte order marks': (value) => between(value, '\ufeff'),
  'word joiners': (value) => between(value, '\u2060'),
  'soft hyphens': (value) => between(value, '\u00ad'),
  'bidi controls': (value) => between(value, '\u202a\u202c'),
  'variation selectors': (value) => between(value, '\ufe0f'),
  'more variation selectors': (value) => between(value, '\u{e0101}'),
  tags: (value) => between(value, '\u{e0041}'),
  'Hangul fillers': (value) => between(value, '\u3164'),
  nulls: (value) => between(value, '\0'),
  'many of them': (value) => between(value, '\u200b\u2060\u200d\ufeff\u00ad\u200e'.repeat(5)),
  'combining marks': (value) => each(value, (char) => `${char}\u0336`),
  'Cyrillic letters': (value) => each(value, (char) => CYRILLIC[char] ?? char),
  'Greek letters': (value) => each(value, (char) => GREEK[char] ?? char),
  'non-breaking hyphens': (value) => value.replaceAll('-', '\u2011'),
  'minus signs': (value) => value.replaceAll('-', '\u2212'),
  'thin spaces': (value) => value.replaceAll(' ', '\u2009'),
  'ideographic spaces': (value) => value.replaceAll(' ', '\u3000'),
  'ideographic stops': (value) => value.replaceAll('.', '\u3002'),
  percent,
  'percent twice': (value) => percent(percent(value)),
  'decimal entities': (value) => each(value, (char) => `&#${char.codePointAt(0)};`),
  'hex entities': (value) => each(value, (char) => `&#x${char.codePointAt(0)!.toString(16)};`),
  'padded entities': (value) => each(value, (char) => `&#x${char.codePointAt(0)!.toString(16).padStart(12, '0')};`),
  'entities twice': (value) => each(value, (char) => `&amp;#${char.codePointAt(0)};`),
  'escapes of JSON': (value) => each(value, (char) => `\\u${hex(char, 4)}`),
  'escapes of JSON in JSON': (value) => each(value, (char) => `\\\\u${hex(char, 4)}`),
  'escapes of JavaScript': (value) => each(value, (char) => `\\u{${hex(char)}}`),
  'escapes of C': (value) => each(value, (char) => (isAscii(char) ? `\\x${hex(char)}` : char)),
  'full width and zero-width': (value) => between(fullWidth(value), '\u200b'),
  'percent of full width': (value) => percent(fullWidth(value)),
  'entities of escapes of percent': (value) =>
    each(value, (char) => (isAscii(char) ? each(`%${hex(char)}`, (one) => (one === '%' ? '&#37;' : one)) : char)),
  'percent with zero-width': (value) =>
    each(value, (char) => (isAscii(char) ? between(`%${hex(char)}`, '\u200b') : char)),
}

/** All of a text in other letters. */
export const ENCODED: Readonly<Record<string, (text: string) => string>> = {
  base64: (text) => btoa(binary(text)),
  base64url: (text) => btoa(binary(text)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  'base64 in lines': (text) => btoa(binary(text)).replace(/.{76}/g, '$&\r\n'),
  'base64 behind letters': (text) => `x/${btoa(binary(text))}`,
  'base64 twice': (text) => btoa(btoa(binary(text))),
  'base64 of full width': (text) => btoa(binary(fullWidth(text))),
  'percent of base64': (text) => percent(btoa(binary(text))),
  'base64 of percent': (text) => btoa(percent(text)),
  hex: (text) =>
    utf8(text)
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
  'hex with \\x': (text) =>
    utf8(text)
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join(''),
}
