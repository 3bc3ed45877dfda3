/**
 * Reads the subset of RE2 syntax that rules may use. What is left out has no finite automaton (back-references,
 * look-around) or no meaning here (captures, lazy quantifiers: a match is always the longest).
 */
import { ANY, type Charset, contains, DIGIT, foldCase, isWord, negate, SPACE, union, WORD } from './charset.ts'

export type Node =
  | { readonly kind: 'set'; readonly set: Charset }
  | { readonly kind: 'cat'; readonly parts: readonly Node[] }
  | { readonly kind: 'alt'; readonly parts: readonly Node[] }
  | { readonly kind: 'rep'; readonly node: Node; readonly min: number; readonly max: number }

/** A pattern: its tree, and whether it begins and ends with `\b`. */
export interface Pattern {
  readonly node: Node
  readonly before: boolean
  readonly after: boolean
}

/** RE2's own limit on a counted repetition. */
const MAX_REPEAT = 1000
const MAX_DEPTH = 50
const LOOK_AROUND = 'look-around is not RE2: match wider and use a validator instead'

const CONTROL: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, a: 7 }
const CLASSES: Readonly<Record<string, Charset>> = {
  d: DIGIT,
  D: negate(DIGIT),
  w: WORD,
  W: negate(WORD),
  s: SPACE,
  S: negate(SPACE),
}

/** Parses a pattern. Throws an Error that says where, why, and what to write instead. */
export function parsePattern(source: string): Pattern {
  const flags = /^\(\?([is]+)\)/.exec(source)
  let body = flags ? source.slice(flags[0].length) : source
  let skipped = source.length - body.length
  const before = body.startsWith('\\b')
  if (before) {
    body = body.slice(2)
    skipped += 2
  }
  const after = /(?:^|[^\\])(?:\\\\)*\\b$/.test(body)
  if (after) body = body.slice(0, -2)
  const { node, branches } = parse(body, skipped, flags?.[1] ?? '')
  if (branches > 1 && (before || after)) {
    throw new Error('`\\b` beside a top-level `|` holds for one branch only: write \\b(?:a|b)\\b')
  }
  return { node, before, after }
}

/** Parses one character class, such as `[A-Za-z0-9_-]`. */
export function parseClass(source: string): Charset {
  const { node } = parse(source, 0, '')
  if (node.kind !== 'set') throw new Error('one character class is needed here, such as [^A-Za-z0-9]')
  return node.set
}

/** `branches`: how many there are at the top level. */
function parse(source: string, skipped: number, flags: string): { readonly node: Node; readonly branches: number } {
  let at = 0
  let branches = 1
  const fail = (message: string, where = at): never => {
    throw new Error(`${message} (at character ${where + skipped + 1})`)
  }
  const set = (chars: Charset): Node => ({ kind: 'set', set: flags.includes('i') ? fold(chars) : chars })
  const fold = (chars: Charset): Charset => {
    if (chars.length && chars[chars.length - 1]! > 0x7f) fail('under (?i) only ASCII is folded: write both cases')
    return foldCase(chars)
  }
  const unit = (): number => {
    const code = source.charCodeAt(at++)
    if (code >= 0xd800 && code <= 0xdfff) fail('characters beyond U+FFFF are two code units: leave them out', at - 1)
    return code
  }

  function alternation(depth: number): Node {
    if (depth > MAX_DEPTH) fail('groups are nested too deeply')
    const parts = [sequence(depth)]
    while (source[at] === '|') {
      at++
      parts.push(sequence(depth))
      if (depth === 0) branches++
    }
    return parts.length === 1 ? parts[0]! : { kind: 'alt', parts }
  }

  function sequence(depth: number): Node {
    const parts: Node[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') {
      const node = quantified(atom(depth))
      if (node.kind === 'cat') parts.push(...node.parts)
      else parts.push(node)
    }
    return parts.length === 1 ? parts[0]! : { kind: 'cat', parts }
  }

  function quantified(node: Node): Node {
    const sign = source[at]
    const counted = sign === '{' ? /^\{(\d+)(?:(,)(\d*))?\}/.exec(source.slice(at, at + 16)) : null
    let range: readonly [number, number]
    if (counted) {
      const min = Number(counted[1])
      range = [min, !counted[2] ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY]
      if (min > MAX_REPEAT || (Number.isFinite(range[1]) && range[1] > MAX_REPEAT)) {
        fail(`RE2 repeats at most ${MAX_REPEAT} times: use + and let reach bound it`)
      }
      if (range[1] < min) fail('the bounds of this repetition are the wrong way round')
      at += counted[0].length
    } else if (sign === '*' || sign === '+' || sign === '?') {
      range = [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY]
      at++
    } else {
      if (sign === '{') fail('`{` must be a repetition such as {2,4}; for the character write \\{')
      return node
    }
    if (source[at] === '?') fail('lazy quantifiers mean nothing here, a match is the longest: drop the ?')
    if (source[at] === '+' || source[at] === '*') fail('two quantifiers in a row: group the first with (?:…)')
    return { kind: 'rep', node, min: range[0], max: range[1] }
  }

  function atom(depth: number): Node {
    const start = at
    const sign = source[at]!
    if (sign === '(') return group(depth)
    if (sign === '[') return bracket()
    if (sign === '\\') {
      const read = escaped()
      return set(typeof read === 'number' ? [read, read] : read)
    }
    if (sign === '^' || sign === '$') fail('anchors have no place in a rule: use \\b at the edge, or `alone`')
    if (sign === '*' || sign === '+' || sign === '?' || sign === '{') fail(`nothing to repeat before \`${sign}\``)
    if (sign === '.') {
      at++
      return { kind: 'set', set: flags.includes('s') ? ANY : negate([10, 10]) }
    }
    const code = unit()
    if (sign === ']' || sign === '}') fail(`write \\${sign} for the character`, start)
    return set([code, code])
  }

  function group(depth: number): Node {
    const start = at++
    if (source[at] === '?') {
      if (/^\?<?[=!]/.test(source.slice(at, at + 3))) fail(LOOK_AROUND, start)
      if (source.startsWith('?>', at)) fail('atomic groups are not RE2: use (?:…)', start)
      if (!source.startsWith('?:', at)) fail('only (?:…) groups, and the flags (?i) and (?s) at the very start', start)
      at += 2
    }
    const node = alternation(depth + 1)
    if (source[at] !== ')') fail('this group is not closed', start)
    at++
    return node
  }

  /** After a backslash: one code unit, or a class. */
  function escaped(): number | Charset {
    const start = at++
    const sign = source[at++]
    if (sign === undefined) return fail('a backslash at the end', start)
    const set = CLASSES[sign]
    if (set) return set
    if (CONTROL[sign] !== undefined) return CONTROL[sign]
    const code = sign.charCodeAt(0)
    if (code < 0x80 && !isWord(code)) return code
    if (sign === 'x') {
      const hex = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,4})\})/.exec(source.slice(at, at + 6))
      if (!hex) return fail('write \\xHH or \\x{HHHH}, up to FFFF', start)
      at += hex[0].length
      return Number.parseInt(hex[1] ?? hex[2]!, 16)
    }
    if (/[1-9]/.test(sign)) fail('back-references are not RE2: match wider and use a validator instead', start)
    if (sign === 'b') fail('\\b may stand only at the very start or end of a pattern', start)
    if (/[A-Za-z0-9]/.test(sign)) fail(`\\${sign} is not in the subset of RE2 that rules use`, start)
    return fail('only ASCII punctuation is escaped', start)
  }

  function bracket(): Node {
    const start = at++
    const negated = source[at] === '^'
    if (negated) at++
    let chars: Charset = []
    const item = (): number | Charset => {
      if (source.startsWith('[:', at)) fail('POSIX classes are not in the subset: write the range, such as A-Za-z')
      return source[at] === '\\' ? escaped() : unit()
    }
    if (source[at] === ']') fail('an empty class; for the character write \\]')
    while (at < source.length && source[at] !== ']') {
      const first = item()
      if (source[at] !== '-' || source[at + 1] === ']' || at + 1 >= source.length) {
        chars = union(chars, typeof first === 'number' ? [first, first] : first)
        continue
      }
      at++
      const last = item()
      if (typeof first !== 'number' || typeof last !== 'number') return fail('a range needs a character on both sides')
      if (last < first) return fail('this range is the wrong way round')
      chars = union(chars, [first, last])
    }
    if (source[at] !== ']') fail('this class is not closed', start)
    at++
    const folded = flags.includes('i') ? fold(chars) : chars
    const all = negated ? negate(folded) : folded
    if (all.length === 0) fail('this class contains no character', start)
    return { kind: 'set', set: all }
  }

  const node = alternation(0)
  if (at < source.length) fail('this `)` closes nothing; for the character write \\)')
  return { node, branches }
}

// ── What can be read off a tree ──

/** The fewest characters a match has. */
export function minLength(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1
    case 'cat':
      return node.parts.reduce((sum, part) => sum + minLength(part), 0)
    case 'alt':
      return Math.min(...node.parts.map(minLength))
    case 'rep':
      return node.min === 0 ? 0 : node.min * minLength(node.node)
  }
}

/** The most characters a match has; Infinity if nothing bounds it. */
export function maxLength(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1
    case 'cat':
      return node.parts.reduce((sum, part) => sum + maxLength(part), 0)
    case 'alt':
      return Math.max(...node.parts.map(maxLength))
    case 'rep': {
      const one = maxLength(node.node)
      return one === 0 || node.max === 0 ? 0 : one * node.max
    }
  }
}

const NOTHING: Charset = []
/** Every character that some match contains. */
export function alphabet(node: Node): Charset {
  switch (node.kind) {
    case 'set':
      return node.set
    case 'cat':
    case 'alt':
      return node.parts.reduce((set, part) => union(set, alphabet(part)), NOTHING)
    case 'rep':
      return node.max === 0 ? [] : alphabet(node.node)
  }
}

/**
 * Whether an endless repetition stands right inside of another, as in `(a+)+`: it says nothing more than the inner one, and takes other
 * engines a time that doubles with each character.
 */
export function hasNest(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'cat':
    case 'alt':
      return node.parts.some(hasNest)
    case 'rep':
      return hasNest(node.node) || (node.max === Number.POSITIVE_INFINITY && repeats(node.node))
  }
}
/** Whether a match of a node can be an endless repetition and nothing else. */
function repeats(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'cat':
      return node.parts.some(
        (part, i) => repeats(part) && node.parts.every((other, k) => k === i || minLength(other) === 0),
      )
    case 'alt':
      return node.parts.some(repeats)
    case 'rep':
      return node.max === Number.POSITIVE_INFINITY || repeats(node.node)
  }
}

/** The tree of the same words read backwards. */
export function reverse(node: Node): Node {
  switch (node.kind) {
    case 'set':
      return node
    case 'cat':
      return { kind: 'cat', parts: node.parts.map(reverse).reverse() }
    case 'alt':
      return { kind: 'alt', parts: node.parts.map(reverse) }
    case 'rep':
      return { ...node, node: reverse(node.node) }
  }
}

/**
 * Cuts a tree before its trigger, a literal that every match contains.
 * INVARIANT: the part before cannot contain the trigger's first character, so a match has one place to be cut.
 */
export function splitAt(node: Node, trigger: string): { readonly head: Node; readonly tail: Node } {
  const parts = node.kind === 'cat' ? node.parts : [node]
  const is = (part: Node | undefined, unit: number) =>
    part?.kind === 'set' && part.set.length === 2 && part.set[0] === unit && part.set[1] === unit
  const cut = parts.findIndex((_, from) => [...trigger].every((_, i) => is(parts[from + i], trigger.charCodeAt(i))))
  if (cut < 0) throw new Error(`the trigger ${trigger} must stand outside of groups, in every pattern of the rule`)
  const head: Node = { kind: 'cat', parts: parts.slice(0, cut) }
  if (contains(alphabet(head), trigger.charCodeAt(0))) {
    throw new Error(`what stands before the trigger ${trigger} must not match its first character`)
  }
  return { head, tail: { kind: 'cat', parts: parts.slice(cut) } }
}

/**
 * The ways a match may begin: for each, which characters stand at its first `count` positions, or fewer if it ends before. `undefined` if
 * there are more than `most`.
 */
export function beginnings(root: Node, count: number, most: number): readonly (readonly Charset[])[] | undefined {
  const extend = (ways: readonly (readonly Charset[])[], node: Node): readonly (readonly Charset[])[] => {
    switch (node.kind) {
      case 'set':
        return ways.map((way) => (way.length < count ? [...way, node.set] : way))
      case 'cat':
        return node.parts.reduce((some, part) => (some.every(isFull) ? some : extend(some, part)), ways)
      case 'alt':
        return limit([...ways.filter(isFull), ...node.parts.flatMap((part) => extend(open(ways), part))])
      case 'rep': {
        let some = open(ways)
        const out = [...ways.filter(isFull)]
        for (let i = 0; i < node.max && some.length > 0; i++) {
          if (i >= node.min) out.push(...some)
          const after = extend(some, node.node)
          out.push(...after.filter(isFull))
          const left = open(after)
          // What read nothing reads nothing the next time.
          some = left.every((way, k) => some[k] === way) && left.length === some.length ? [] : left
          limit(out)
        }
        if (node.max !== Number.POSITIVE_INFINITY) out.push(...some)
        return limit(unique(out))
      }
    }
  }
  const isFull = (way: readonly Charset[]) => way.length >= count
  const open = (ways: readonly (readonly Charset[])[]) => ways.filter((way) => !isFull(way))
  const limit = (ways: readonly (readonly Charset[])[]) => {
    if (ways.length > 20 * most) throw TOO_MANY
    return ways
  }
  const unique = (ways: readonly (readonly Charset[])[]) => [
    ...new Map(ways.map((way) => [way.join(' '), way])).values(),
  ]
  try {
    const ways = unique(extend([[]], root))
    return ways.length > most ? undefined : ways
  } catch (error) {
    if (error === TOO_MANY) return undefined
    throw error
  }
}
const TOO_MANY = Symbol('too many')

/** For each of the first `count` positions of a match, which characters may stand there. */
export function leadingSets(node: Node, count: number): readonly Charset[] {
  const sets: Charset[] = Array.from({ length: count }, () => [])
  const all = (1 << count) - 1
  /** `from`: a bit for each position at which the node may begin. Answers those at which it may end. */
  const place = (of: Node, from: number): number => {
    switch (of.kind) {
      case 'set':
        for (let i = 0; i < count; i++) if (from & (1 << i)) sets[i] = union(sets[i]!, of.set)
        return (from << 1) & all
      case 'cat':
        return of.parts.reduce((at, part) => place(part, at), from)
      case 'alt':
        return of.parts.reduce((ends, part) => ends | place(part, from), 0)
      case 'rep': {
        let at = from
        for (let i = 0; i < of.min && at; i++) at = place(of.node, at)
        let ends = at
        for (let i = of.min; i < of.max && at; i++) {
          at = place(of.node, at) & ~ends
          ends |= at
        }
        return ends
      }
    }
  }
  place(node, 1)
  return sets
}
