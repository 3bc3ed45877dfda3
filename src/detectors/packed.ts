/** Compiled rules as JSON, small and quick to read: a Worker is built with them, since compiling takes longer than it may start. */
import type { CompiledGroup, CompiledRules } from './compile.ts'

/** Plain JSON. Lists of numbers are base64 of variable-length numbers: each value, and how often it stands there. */
export interface PackedRules {
  /** Rows of eight, each once; and which of them stands where. */
  readonly heads: readonly [rows: string, at: string]
  readonly telling: PackedGroup
  readonly needy: PackedGroup
  readonly wide: PackedGroup
  readonly inner: PackedGroup
  readonly needySieve: string
  readonly buckets: string
  /** null: there are no rules. */
  readonly shortest: number | null
}
interface PackedGroup {
  /** Rule, pattern, and 1 for `before`, 2 for `after`, of each. */
  readonly patterns: string
  readonly nodes: readonly [set: string, out: string, other: string, owners: string]
  readonly ascii: string
  readonly bounds: string
  readonly of: string
  readonly member: string
  readonly count: number
  readonly firsts: readonly string[]
  readonly behind: readonly [bounds: string, of: string]
  readonly beginFirst: number
}

const GROUPS = ['telling', 'needy', 'wide', 'inner'] as const

export function packRules(rules: CompiledRules): PackedRules {
  const [telling, needy, wide, inner] = GROUPS.map((name) => packGroup(rules[name]))
  const { shortest } = rules
  return {
    heads: packRows(rules.heads),
    ...{ telling: telling!, needy: needy!, wide: wide!, inner: inner! },
    needySieve: pack(rules.needySieve),
    buckets: pack(rules.buckets),
    shortest: Number.isFinite(shortest) ? shortest : null,
  }
}
export function unpackRules(packed: PackedRules): CompiledRules {
  const [telling, needy, wide, inner] = GROUPS.map((name) => unpackGroup(packed[name]))
  return {
    heads: unpackRows(packed.heads),
    ...{ telling: telling!, needy: needy!, wide: wide!, inner: inner! },
    needySieve: unpack(packed.needySieve),
    buckets: unpack(packed.buckets),
    shortest: packed.shortest ?? Number.POSITIVE_INFINITY,
  }
}

function packGroup({ patterns, nfa, classes, firsts, behind, beginFirst }: CompiledGroup): PackedGroup {
  const flat = patterns.flatMap(({ rule, pattern, before, after }) => [
    rule,
    pattern,
    (before ? 1 : 0) | (after ? 2 : 0),
  ])
  // Most nodes go on to the one that was made before them.
  const near = (to: Int32Array) => pack(to.map((node, i) => node - i))
  return {
    patterns: pack(flat),
    nodes: [
      pack(nfa.set),
      near(nfa.out),
      pack(nfa.other.map((node, i) => (node < 0 ? 0 : i - node + 1))),
      pack(steps(nfa.owners)),
    ],
    ascii: pack(classes.ascii),
    bounds: pack(steps(classes.bounds)),
    of: pack(classes.of),
    member: pack(classes.member.flatMap((row) => [...row])),
    count: classes.count,
    firsts: firsts.map((some) => pack(steps(some))),
    behind: [pack(steps(behind.bounds)), pack(behind.of)],
    beginFirst,
  }
}
function unpackGroup({ patterns, nodes, count, firsts, behind, beginFirst, ...classes }: PackedGroup): CompiledGroup {
  const flat = unpack(patterns)
  const [set, out, other, owners] = nodes.map(unpack)
  const member = unpack(classes.member)
  return {
    patterns: Array.from({ length: flat.length / 3 }, (_, p) => {
      const flags = flat[3 * p + 2]!
      return { rule: flat[3 * p]!, pattern: flat[3 * p + 1]!, before: (flags & 1) !== 0, after: (flags & 2) !== 0 }
    }),
    nfa: {
      set: set!,
      out: out!.map((far, i) => far + i),
      other: other!.map((far, i) => (far === 0 ? -1 : i - far + 1)),
      owners: sums(owners!),
    },
    classes: {
      ascii: Uint8Array.from(unpack(classes.ascii)),
      bounds: [...sums(unpack(classes.bounds))],
      of: [...unpack(classes.of)],
      member: Array.from({ length: member.length / count }, (_, s) =>
        Uint8Array.from(member.subarray(s * count, (s + 1) * count)),
      ),
      count,
    },
    firsts: firsts.map((some) => [...sums(unpack(some))]),
    behind: { bounds: [...sums(unpack(behind[0]))], of: [...unpack(behind[1])] },
    beginFirst,
  }
}

const ROW = 8
function packRows(values: Int32Array): readonly [rows: string, at: string] {
  const rows: number[] = []
  const known = new Map<string, number>()
  const at = Array.from({ length: values.length / ROW }, (_, i) => {
    const row = values.subarray(i * ROW, (i + 1) * ROW)
    const key = row.join()
    const same = known.get(key) ?? known.size
    if (same === known.size) rows.push(...row)
    known.set(key, same)
    return same
  })
  return [pack(rows), pack(at)]
}
function unpackRows([packed, places]: readonly [rows: string, at: string]): Int32Array {
  const rows = unpack(packed)
  const at = unpack(places)
  const values = new Int32Array(at.length * ROW)
  for (let i = 0; i < at.length; i++) {
    const from = at[i]! * ROW
    for (let k = 0; k < ROW; k++) values[i * ROW + k] = rows[from + k]!
  }
  return values
}

/** Differences of neighbours, and back. */
function steps(values: ArrayLike<number>): Int32Array {
  return Int32Array.from(values, (value, i) => value - (i === 0 ? 0 : values[i - 1]!))
}
function sums(values: Int32Array): Int32Array {
  let sum = 0
  return values.map((value) => (sum += value))
}

/** Numbers of 32 bits in runs: a value, in zigzag so that small ones below zero are short, and its count. */
function pack(values: ArrayLike<number>): string {
  let bytes = ''
  const put = (number: number): void => {
    let rest = number >>> 0
    for (; rest > 127; rest >>>= 7) bytes += String.fromCharCode((rest & 127) | 128)
    bytes += String.fromCharCode(rest)
  }
  put(values.length)
  for (let i = 0; i < values.length; ) {
    const value = values[i]! | 0
    let end = i + 1
    while (end < values.length && (values[end]! | 0) === value) end++
    put((value << 1) ^ (value >> 31))
    put(end - i)
    i = end
  }
  return btoa(bytes)
}
function unpack(packed: string): Int32Array {
  const bytes = atob(packed)
  let at = 0
  const take = (): number => {
    let number = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes.charCodeAt(at++)
      number |= (byte & 127) << shift
      if (byte < 128) return number
    }
  }
  const values = new Int32Array(take() >>> 0)
  for (let i = 0; i < values.length; ) {
    const zigzag = take()
    const count = take() >>> 0
    const value = (zigzag >>> 1) ^ -(zigzag & 1)
    if (value === 0) i += count
    else for (const end = i + count; i < end; i++) values[i] = value
  }
  return values
}
