/** What the model says, by what it is asked. Ids have a known form and counts are given, so that answers can be compared. */
import type { ChatCompletionRequest, Fixture, FixtureResponse } from '@copilotkit/aimock'

/** Prompts that the model knows. */
export const ASK = {
  story: 'Tell me a story of the sea.',
  echo: 'Repeat after me:',
  weather: 'What is the weather in Paris and in Oslo?',
  person: 'Describe a person as JSON.',
  slow: 'Count slowly.',
  cut: 'Begin, and break off.',
  fail: (status: 400 | 401 | 404 | 429 | 500 | 503) => `Fail with ${status}.`,
  failOnce: 'Fail once, then answer.',
  think: 'Think, then answer.',
  shell: 'Use the shell to add forty and two.',
} as const

export const STORY =
  'Der alte Käpt’n — 船長 — sah aufs Meer: „Nix los heute!“ 🌊⚓ Вдалеке кричали чайки. ' +
  'Then the wind turned, and the small boat went out past the harbour wall, over the long grey swell, and did not come back until spring. ' +
  'नमस्ते, said the sailor 👩🏽‍🚀, e tutti risero.'
export const PERSON = { name: 'Zoë Ångström', age: 41, tags: ['näive', '数学'] }
export const CITIES = ['Paris', 'Oslo']
export const TEMPERATURES: Record<string, number> = { Paris: 21, Oslo: -3 }
export const FAILURE = 'The model said no.'

const USAGE = { prompt_tokens: 11, completion_tokens: 7, input_tokens: 11, output_tokens: 7, total_tokens: 18 }
let answered = 0
/** An id that no other answer has: what is stored belongs to who made it. */
const given = () => ({ id: `answer_${++answered}_${Date.now()}`, created: 1_700_000_000, usage: USAGE })
const say = (content: string, reasoning?: string) => (): FixtureResponse => ({
  ...given(),
  content,
  ...(reasoning !== undefined && { reasoning }),
})

export function answers(): Fixture[] {
  return [
    ...[400, 401, 404, 429, 500, 503].map(fail),
    {
      match: { userMessage: ASK.failOnce, sequenceIndex: 0 },
      response: { error: { message: FAILURE, type: 'server_error' }, status: 500 },
    },
    { match: { userMessage: ASK.failOnce }, response: say('Now it works.') },
    { match: { userMessage: ASK.weather, predicate: hasResults }, response: reportResults },
    // A thread that the model's side keeps: only the results are sent.
    { match: { predicate: (request) => hasResults(request) && !isAsked(request) }, response: reportResults },
    { match: { userMessage: ASK.weather }, response: callTools },
    { match: { userMessage: ASK.person, predicate: hasTool }, response: answerByTool },
    { match: { userMessage: ASK.person }, response: say(JSON.stringify(PERSON)), chunkSize: 5 },
    { match: { userMessage: ASK.slow }, response: say(count(400)), latency: 25, chunkSize: 8 },
    { match: { userMessage: ASK.cut }, response: say(STORY), truncateAfterChunks: 8, latency: 5 },
    { match: { userMessage: ASK.think }, response: say('Six.', 'Twice three is six.') },
    { match: { userMessage: ASK.shell, predicate: hasSum }, response: reportSum },
    { match: { userMessage: ASK.shell, predicate: hasShell }, response: callShell },
    // Agents have their conversations named.
    {
      match: { systemMessage: /title/i, predicate: (request) => !hasTool(request) },
      response: say('Sums'),
    },
    { match: { userMessage: ASK.echo }, response: echo },
    { match: { userMessage: ASK.story }, response: say(STORY) },
    { match: { endpoint: 'embedding' }, response: { embedding: [0.25, -0.5, 0.125] } },
  ]
}

function fail(status: number): Fixture {
  const type = status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error'
  const error = { message: FAILURE, type, code: `code_${status}` }
  return { match: { userMessage: `Fail with ${status}.` }, response: { error, status } }
}
function count(to: number): string {
  return Array.from({ length: to }, (_, i) => `number ${i} `).join('')
}

const textOf = (content: ChatCompletionRequest['messages'][number]['content'] | undefined): string =>
  typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('')
function results({ messages }: ChatCompletionRequest): string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => textOf(content))
}
const hasResults = (request: ChatCompletionRequest): boolean => results(request).length > 0
const isAsked = ({ messages }: ChatCompletionRequest): boolean => messages.some(({ role }) => role === 'user')
const hasTool = ({ tools }: ChatCompletionRequest): boolean => (tools ?? []).length > 0

/** Two calls at once, of the tool that was offered. */
function callTools({ tools }: ChatCompletionRequest): FixtureResponse {
  const name = nameOf(tools?.[0])
  return {
    ...given(),
    toolCalls: CITIES.map((city, i) => ({
      id: `call_${i}`,
      name,
      arguments: JSON.stringify({ city, note: 'grüße 🌍' }),
    })),
  }
}
/** What the tools gave: it shows that their results came back. */
function reportResults(request: ChatCompletionRequest): FixtureResponse {
  return { ...given(), content: `The tools say: ${results(request).join(' / ')}` }
}
function answerByTool({ tools }: ChatCompletionRequest): FixtureResponse {
  return { ...given(), toolCalls: [{ id: 'call_0', name: nameOf(tools?.[0]), arguments: JSON.stringify(PERSON) }] }
}
function echo({ messages }: ChatCompletionRequest): FixtureResponse {
  const asked = messages.findLast(({ role }) => role === 'user')
  return { ...given(), content: textOf(asked?.content).split(ASK.echo).at(-1)!.trim() }
}
/** The Responses API names a tool at its top level. */
function nameOf(tool: unknown): string {
  const { name, function: inner } = tool as { name?: string; function?: { name: string } }
  return inner?.name ?? name ?? 'none'
}

/** What a coding agent is asked to run: only a shell can answer it. With whom it was asked to greet, as the model knows them. */
function commandFor({ messages }: ChatCompletionRequest): string {
  const asked = textOf(messages.findLast(({ role }) => role === 'user')?.content)
  return `echo sum-$((40 + 2)) 'for ${/Greet (\S+) too/.exec(asked)?.[1]}'`
}
const SUM = /sum-42 for [^\s"\\]+/
const sumOf = (request: ChatCompletionRequest): string | undefined =>
  results(request)
    .map((text) => SUM.exec(text)?.[0])
    .findLast((found) => found !== undefined)
const hasSum = (request: ChatCompletionRequest): boolean => sumOf(request) !== undefined
function reportSum(request: ChatCompletionRequest): FixtureResponse {
  return { ...given(), content: `The shell says ${sumOf(request)} indeed.` }
}
const SHELLS = ['Bash', 'bash', 'shell', 'exec_command', 'shell_command', 'local_shell']
const shellOf = ({ tools }: ChatCompletionRequest) => (tools ?? []).find((tool) => SHELLS.includes(nameOf(tool)))
const hasShell = (request: ChatCompletionRequest): boolean => shellOf(request) !== undefined
/** Each agent has names of its own for what it takes, and refuses others. */
function callShell(request: ChatCompletionRequest): FixtureResponse {
  const tool = shellOf(request)
  const { parameters = {} } = tool!.function as { parameters?: { properties?: object } }
  const taken = Object.keys(parameters.properties ?? {})
  const command = commandFor(request)
  const possible = { command, cmd: command, description: 'Adds two numbers' }
  const input = Object.fromEntries(Object.entries(possible).filter(([name]) => taken.includes(name)))
  const name = nameOf(tool)
  // With a thought: a model that was told to think must begin with one, and has it sent back.
  const reasoning = 'I shall ask the shell.'
  return { ...given(), reasoning, toolCalls: [{ id: 'call_0', name, arguments: JSON.stringify(input) }] }
}
