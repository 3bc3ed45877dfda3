/** Reads every HTTP call of an SDK off the sources of its resource classes. */
import ts from 'typescript-api'
import { readAnswer } from './answers.ts'
import type { CensusEndpoint, Ref } from './nodes.ts'
import type { Table } from './types.ts'

type Api = CensusEndpoint['api']
const VERBS = new Set(['get', 'post', 'put', 'patch', 'delete', 'getAPIList'])
const CLIENTS = new Set(['OpenAI', 'Anthropic', 'BaseAnthropic'])
/** How many functions a call may be behind the method that makes it. */
const DEEPEST = 3

/** Every call of every resource that hangs on the client class, sorted by path. */
export function readEndpoints(
  checker: ts.TypeChecker,
  client: ts.ClassDeclaration,
  api: Api,
  table: Table,
): CensusEndpoint[] {
  const found: CensusEndpoint[] = []
  const visited = new Set<ts.ClassDeclaration>()
  const reached = new Set<ts.CallExpression>()
  readResources(client, [])
  requireAll(checker, client, visited, reached)
  return found.sort((a, b) => compare(a.path, b.path) || compare(a.method, b.method) || compare(a.id, b.id))

  function readResources(owner: ts.ClassDeclaration, names: readonly string[]): void {
    for (const member of owner.members) {
      if (!ts.isPropertyDeclaration(member) || member.modifiers?.some((m) => m.kind === ts.SyntaxKind.StaticKeyword))
        continue
      const resource = resourceOf(checker, member)
      if (resource === undefined) continue
      const inner = [...names, member.name.getText()]
      visited.add(resource)
      for (const method of resource.members) {
        if (ts.isMethodDeclaration(method) && method.body !== undefined) readMethod(method, inner)
      }
      readResources(resource, inner)
    }
  }

  function readMethod(method: ts.MethodDeclaration, names: readonly string[]): void {
    for (const call of callsIn(checker, method, DEEPEST)) {
      reached.add(call)
      const id = [...names, method.name.getText()].join('.')
      try {
        found.push(readCall(checker, method, call, { api, id, table }))
      } catch (error) {
        throw new Error(`${api} ${id}`, { cause: error })
      }
    }
  }
}

interface Told {
  readonly api: Api
  readonly id: string
  readonly table: Table
}

function readCall(
  checker: ts.TypeChecker,
  method: ts.MethodDeclaration,
  call: ts.CallExpression,
  told: Told,
): CensusEndpoint {
  const { api, id, table } = told
  const verb = (call.expression as ts.PropertyAccessExpression).name.text
  const options = optionsOf(checker, call)
  const named = options.get('method')
  const body = options.get('body')
  const bodyType = body && typeOf(checker, body)
  const query = options.get('query')
  const qualifiers = options.get('__qualifiers')
  const { answers, answer, event } = readAnswer(checker, method, call, table)
  const queried: [string, Ref][] = [query, qualifiers].flatMap((part) => (part === undefined ? [] : fieldsOf(part)))
  const [path, fixed] = pathOf(call, options).split('?')
  if (fixed !== undefined)
    queried.push(...[...new URLSearchParams(fixed)].map(([name, value]): [string, Ref] => [name, table.literal(value)]))
  return {
    api,
    id,
    method:
      named && ts.isStringLiteral(named)
        ? named.text.toUpperCase()
        : verb === 'getAPIList'
          ? 'GET'
          : verb.toUpperCase(),
    path: (api === 'openai' ? '/v1' : '') + path,
    request: bodyType === undefined ? 'none' : kindOf(call),
    answers,
    streams: event !== null,
    query: Object.fromEntries(queried.sort(([a], [b]) => compare(a, b))),
    body: bodyType === undefined ? null : table.body(bodyType),
    answer,
    event,
  }

  function fieldsOf(part: ts.Expression): [string, Ref][] {
    const node = table.types[table.unite([typeOf(checker, part)])]
    if (typeof node !== 'object') throw new Error(`${id}: the query is no object`)
    if ('object' in node) return Object.entries(node.object)
    if (!('union' in node)) throw new Error(`${id}: the query is no object`)
    return node.union.flatMap((ref) => {
      const member = table.types[ref]
      return typeof member === 'object' && 'object' in member ? Object.entries(member.object) : []
    })
  }
}

/** The calls of the client's own verbs in a function, and in the functions of the SDK that it hands the client to. */
function callsIn(checker: ts.TypeChecker, within: ts.SignatureDeclaration, depth: number): ts.CallExpression[] {
  const calls: ts.CallExpression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      if (isClientCall(checker, node)) calls.push(node)
      else if (
        depth > 0 &&
        ts.isIdentifier(node.expression) &&
        node.arguments.some((given) => isClient(checker, given))
      ) {
        const called = checker.getResolvedSignature(node)?.declaration
        if (called !== undefined && ts.isFunctionDeclaration(called))
          calls.push(...callsIn(checker, implementation(checker, called), depth - 1))
      }
    }
    node.forEachChild(visit)
  }
  ;(within as ts.FunctionLikeDeclaration).body?.forEachChild(visit)
  return calls
}

function implementation(checker: ts.TypeChecker, declared: ts.FunctionDeclaration): ts.FunctionDeclaration {
  const symbol = declared.name && checker.getSymbolAtLocation(declared.name)
  return (
    symbol?.declarations?.find(
      (d): d is ts.FunctionDeclaration => ts.isFunctionDeclaration(d) && d.body !== undefined,
    ) ?? declared
  )
}

function isClientCall(checker: ts.TypeChecker, call: ts.CallExpression): boolean {
  const { expression } = call
  return (
    ts.isPropertyAccessExpression(expression) &&
    VERBS.has(expression.name.text) &&
    isClient(checker, expression.expression)
  )
}

function isClient(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  if (!/client/i.test(expression.getText())) return false
  return CLIENTS.has(checker.getTypeAtLocation(expression).symbol?.name ?? '')
}

/** The class of a property that holds a resource. */
function resourceOf(checker: ts.TypeChecker, member: ts.PropertyDeclaration): ts.ClassDeclaration | undefined {
  const declared = checker.getTypeAtLocation(member).symbol?.declarations?.find(ts.isClassDeclaration)
  const isResource = declared?.heritageClauses?.some((clause) =>
    clause.types.some((type) => type.getText() === 'APIResource'),
  )
  return isResource ? declared : undefined
}

/** What the options of a call are made of, by name: literals within it, and constants that it spreads. */
function optionsOf(checker: ts.TypeChecker, call: ts.CallExpression): Map<string, ts.Expression> {
  const options = new Map<string, ts.Expression>()
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      for (const property of node.properties) {
        if (ts.isPropertyAssignment(property)) options.set(property.name.getText(), property.initializer)
        else if (ts.isShorthandPropertyAssignment(property)) options.set(property.name.text, property.name)
        else if (ts.isSpreadAssignment(property)) visit(property.expression)
      }
    } else if (ts.isIdentifier(node)) {
      const initializer = initializerOf(checker, node)
      if (initializer !== undefined) visit(initializer)
    } else if (ts.isCallExpression(node)) node.arguments.forEach(visit)
    else if (ts.isArrowFunction(node)) visit(node.body)
    else if (ts.isParenthesizedExpression(node)) visit(node.expression)
  }
  call.arguments.slice(1).forEach(visit)
  return options
}

function initializerOf(checker: ts.TypeChecker, identifier: ts.Identifier): ts.Expression | undefined {
  const declared = checker.getSymbolAtLocation(identifier)?.valueDeclaration
  return declared !== undefined && ts.isVariableDeclaration(declared) ? declared.initializer : undefined
}

function typeOf(checker: ts.TypeChecker, expression: ts.Expression): ts.Type {
  if (!ts.isIdentifier(expression)) return checker.getTypeAtLocation(expression)
  const { parent } = expression
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(expression)
  if (symbol === undefined) throw new Error(`${expression.text} is not declared`)
  return castOf(checker, symbol) ?? checker.getTypeOfSymbolAtLocation(symbol, expression)
}

/** `query = query as T`: the SDK takes request options in the query's place, and tells them apart at run time. */
function castOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Type | undefined {
  const declared = symbol.valueDeclaration
  if (declared === undefined || !ts.isParameter(declared)) return undefined
  let cast: ts.Type | undefined
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && ts.isAsExpression(node.right) && node.left.getText() === symbol.name) {
      cast = checker.getTypeAtLocation(node.right)
    }
    node.forEachChild(visit)
  }
  ;(declared.parent as ts.FunctionLikeDeclaration).body?.forEachChild(visit)
  return cast
}

function kindOf(call: ts.CallExpression): CensusEndpoint['request'] {
  const text = call.getText()
  if (text.includes('maybeMultipartFormRequestOptions(')) return 'either'
  return text.includes('multipartFormRequestOptions(') ? 'multipart' : 'json'
}

/** The path template, in the API's spelling of names: `{file_id}`. */
function pathOf(call: ts.CallExpression, options: ReadonlyMap<string, ts.Expression>): string {
  const [given] = call.arguments
  if (given !== undefined && ts.isStringLiteralLike(given)) return given.text
  if (given !== undefined && ts.isTaggedTemplateExpression(given)) {
    const { template } = given
    if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text
    const rest = template.templateSpans.map(
      ({ expression, literal }) => `{${snakeCase(expression.getText())}}${literal.text}`,
    )
    return template.head.text + rest.join('')
  }
  // A URL that an earlier answer named: what it looks like is told for tracing.
  const route = /route: '([^']+)'/.exec(options.get('__span')?.getText() ?? '')?.[1]
  if (route === undefined) throw new Error(`no path in ${call.getText().slice(0, 100)}`)
  return route
}

function snakeCase(name: string): string {
  return name
    .replace(/^.*\./, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

/** Every call in a resource's file must have been found from the client: a call that nobody reached is an endpoint missed. */
function requireAll(
  checker: ts.TypeChecker,
  client: ts.ClassDeclaration,
  visited: ReadonlySet<ts.ClassDeclaration>,
  reached: ReadonlySet<ts.CallExpression>,
): void {
  if (reached.size === 0) throw new Error(`no calls found below ${client.name?.text}`)
  for (const resource of visited) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isClientCall(checker, node) && !reached.has(node)) {
        throw new Error(`the census did not reach ${node.getText().slice(0, 100)}`)
      }
      node.forEachChild(visit)
    }
    visit(resource.getSourceFile())
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
