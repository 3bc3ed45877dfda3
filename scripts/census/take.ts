/** Reads both vendors' SDKs, which carry their TypeScript sources. */
import { join } from 'node:path'
import ts from 'typescript-api'
import { readEndpoints } from './endpoints.ts'
import type { Census, Ref, TypeNode } from './nodes.ts'
import { readSockets } from './sockets.ts'
import { buildTable } from './types.ts'

export interface Sdk {
  readonly api: 'openai' | 'anthropic'
  /** The package, its folder, and the class that all resources hang on. */
  readonly name: string
  readonly folder: string
  readonly client: string
  readonly version: string
}

export function takeCensus(sdks: readonly Sdk[]): Census {
  const program = ts.createProgram(
    sdks.map(({ folder }) => join(folder, 'src/index.ts')),
    {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    },
  )
  const checker = program.getTypeChecker()
  const table = buildTable(checker)
  const endpoints = sdks.flatMap(({ api, name, folder, client }) => {
    const file = program.getSourceFile(join(folder, 'src/client.ts'))
    const declared = file?.statements.filter(ts.isClassDeclaration).find((found) => found.name?.text === client)
    if (declared === undefined) throw new Error(`${name} has no class ${client}`)
    return readEndpoints(checker, declared, api, table)
  })
  const sockets = readSockets(program, table)
  const versions = Object.fromEntries(sdks.map(({ name, version }) => [name, version]))
  return compact({ versions, endpoints, sockets, types: table.types })
}

/** The same census without the nodes that nothing refers to, numbered as they are met. */
function compact({ versions, endpoints, sockets, types }: Census): Census {
  const kept: TypeNode[] = []
  const renumbered = new Map<Ref, Ref>()
  const move = (ref: Ref): Ref => {
    const found = renumbered.get(ref)
    if (found !== undefined) return found
    const moved = kept.push('unknown') - 1
    renumbered.set(ref, moved)
    kept[moved] = moveNode(types[ref] ?? 'unknown')
    return moved
  }
  const moveNode = (node: TypeNode): TypeNode => {
    if (typeof node === 'string' || 'literals' in node) return node
    if ('array' in node) return { array: move(node.array) }
    if ('union' in node) return { union: node.union.map(move) }
    return { ...node, object: moveAll(node.object), ...(node.index === undefined ? {} : { index: move(node.index) }) }
  }
  const moveAll = (refs: Readonly<Record<string, Ref>>) =>
    Object.fromEntries(Object.entries(refs).map(([name, ref]) => [name, move(ref)]))
  const moveSome = (ref: Ref | null) => (ref === null ? null : move(ref))
  return {
    versions,
    endpoints: endpoints.map(({ query, body, answer, event, ...rest }) => ({
      ...rest,
      query: moveAll(query),
      body: moveSome(body),
      answer: moveSome(answer),
      event: moveSome(event),
    })),
    sockets: sockets.map(({ client, server, ...rest }) => ({ ...rest, client: move(client), server: move(server) })),
    types: kept,
  }
}
