/** Reads what a method gives back off the types that it and its call declare. */
import ts from 'typescript-api'
import type { CensusEndpoint } from './nodes.ts'
import type { Table } from './types.ts'

/** What the server sends: one answer, or a stream of events, or either. */
export function readAnswer(
  checker: ts.TypeChecker,
  method: ts.MethodDeclaration,
  call: ts.CallExpression,
  table: Table,
): Pick<CensusEndpoint, 'answers' | 'answer' | 'event'> {
  const symbol = checker.getSymbolAtLocation(method.name)
  const declared = symbol?.declarations?.filter(ts.isMethodDeclaration) ?? [method]
  const returned = declared.flatMap(({ type }) => (type === undefined ? [] : [checker.getTypeFromTypeNode(type)]))
  // What is on the wire, where the SDK makes something else of it.
  const wired = call.typeArguments?.map((type) => checker.getTypeFromTypeNode(type)) ?? []
  const answers = new Set<CensusEndpoint['answers'][number]>()
  const bodies = new Set<ts.Type>()
  const events = new Set<ts.Type>()
  const sort = (type: ts.Type): void => {
    if (type.isUnion()) {
      for (const member of type.types) sort(member)
      return
    }
    if (type.isIntersection()) {
      const stream = type.types.find(({ symbol }) => symbol?.name === 'Stream')
      if (stream !== undefined) {
        sort(stream) // The SDK hung functions on it.
        return
      }
    }
    const name = type.symbol?.name
    const [inner] =
      (type.aliasSymbol ? type.aliasTypeArguments : undefined) ?? checker.getTypeArguments(type as ts.TypeReference)
    if (/^(APIPromise|PagePromise|Promise)$/.test(name ?? '') && inner !== undefined) sort(inner)
    else if (name === 'Stream' && inner !== undefined) {
      if (!(inner.flags & ts.TypeFlags.Unknown)) events.add(inner)
    } else if (name === 'JSONLDecoder' && inner !== undefined) {
      answers.add('lines')
      bodies.add(inner)
    } else if (type.flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) answers.add('none')
    else if (type.flags & ts.TypeFlags.String) answers.add('text')
    else if (table.types[table.add(type)] === 'binary') answers.add('file')
    else {
      answers.add('json')
      bodies.add(type)
    }
  }
  for (const type of [...returned, ...wired]) sort(type)
  return {
    answers: [...answers].sort(),
    answer: bodies.size === 0 ? null : table.unite([...bodies]),
    event: events.size === 0 ? null : table.unite([...events]),
  }
}
