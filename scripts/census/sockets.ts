/** The WebSockets of an SDK, by the unions of events that it exports. */
import ts from 'typescript-api'
import type { CensusSocket } from './nodes.ts'
import type { Table } from './types.ts'

/** The module that declares both unions, what they begin with, and where the socket is: told here, since the SDK computes it. */
const SOCKETS = [
  ['responses/responses.ts', 'Responses', 'responses', '/v1/responses'],
  ['beta/responses/responses.ts', 'BetaResponses', 'beta.responses', '/v1/responses'],
  ['realtime/realtime.ts', 'Realtime', 'realtime', '/v1/realtime'],
  ['realtime/realtime.ts', 'RealtimeTranslation', 'realtime.translations', '/v1/realtime/translations'],
  ['beta/realtime/realtime.ts', 'Realtime', 'beta.realtime', '/v1/realtime'],
  ['live/live.ts', '', 'live', '/v1/live/sessions'],
  ['live/sideband/sideband.ts', 'Sideband', 'live.sideband', '/v1/live/sessions/{session_id}/attach'],
  ['live/forks/forks.ts', 'Fork', 'live.forks', '/v1/live/sessions/{session_id}/fork'],
] as const
/** Other names of the unions above. */
const ALIASES = /websocket-binding\.ts$|^Connect(?:Client|Server)Event$/

export function readSockets(program: ts.Program, table: Table): CensusSocket[] {
  const checker = program.getTypeChecker()
  const unions = new Map<string, ts.Type>()
  for (const file of program.getSourceFiles()) {
    const module = file.fileName.split('/src/resources/')[1]
    if (module === undefined || ALIASES.test(module)) continue
    for (const statement of file.statements) {
      if (!ts.isTypeAliasDeclaration(statement)) continue
      const name = statement.name.text
      if (/(?:Client|Server)Event$/.test(name) && !ALIASES.test(name)) {
        unions.set(`${module} ${name}`, checker.getTypeAtLocation(statement))
      }
    }
  }
  const take = (key: string) => {
    const type = unions.get(key)
    if (type === undefined) throw new Error(`the SDK has no ${key}`)
    unions.delete(key)
    return table.add(type)
  }
  const sockets = SOCKETS.map(([module, start, id, path]) => ({
    api: 'openai' as const,
    id,
    path,
    client: take(`${module} ${start}ClientEvent`),
    server: take(`${module} ${start}ServerEvent`),
  }))
  const [missed] = unions.keys()
  if (missed !== undefined) throw new Error(`the census knows no socket for ${missed}`)
  return sockets
}
