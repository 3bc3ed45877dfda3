import { expect, test } from 'vitest'
import { checkUrl, resolveUpstreams, type UpstreamSource } from '../src/upstreams.ts'

const OPENAI: UpstreamSource = {
  id: 'openai',
  api: 'openai',
  url: 'https://api.openai.com/v1',
  urlFrom: 'OPENAI_BASE_URL',
  keyFrom: 'OPENAI_API_KEY',
  zone: 'us',
  models: ['*'],
}
const LOCAL: UpstreamSource = {
  id: 'local',
  api: 'openai',
  url: 'http://127.0.0.1:11434/v1',
  zone: 'local',
  models: ['*'],
}
const MIRROR: UpstreamSource = { id: 'mirror', api: 'openai', url: 'mirror:', zone: 'local', models: ['*'] }

function ids(sources: readonly UpstreamSource[], environment: Record<string, string>): string[] {
  return resolveUpstreams(sources, (variable) => environment[variable]).map(({ id }) => id)
}

test('an upstream is there when its key or its own base URL is; the mirror when no other is', () => {
  expect(ids([OPENAI, MIRROR], {})).toEqual(['mirror'])
  expect(ids([OPENAI, MIRROR], { OPENAI_API_KEY: 'sk' })).toEqual(['openai'])
  expect(ids([OPENAI, MIRROR], { OPENAI_BASE_URL: 'http://localhost:1/v1' })).toEqual(['openai'])
  expect(ids([OPENAI, LOCAL, MIRROR], {})).toEqual(['local'])
  expect(ids([OPENAI], {})).toEqual([])
})

test('credential and base URL come from the environment', () => {
  const environment: Record<string, string> = {
    OPENAI_API_KEY: 'sk',
    OPENAI_BASE_URL: 'https://gateway.example/openai/v1/',
  }
  expect(resolveUpstreams([OPENAI], (variable) => environment[variable])).toEqual([
    {
      id: 'openai',
      api: 'openai',
      url: 'https://gateway.example/openai/v1',
      credential: 'sk',
      zone: 'us',
      models: ['*'],
    },
  ])
})

test.for([
  'https://api.openai.com',
  'http://localhost:8080',
  'http://127.0.0.1:1/v1',
  'http://127.9.9.9',
  'http://[::1]:3000',
  'mirror:',
])('%s may be used', (url) => {
  expect(checkUrl(url, 'X')).toBe(url)
})
test.for([
  'http://api.openai.com',
  'http://localhost.evil.example',
  'http://127.0.0.1.evil.example',
  'http://10.0.0.1',
  'ftp://localhost',
  'file:///etc/passwd',
  'https://user:secret@api.openai.com',
  'https://api.openai.com?key=1',
  'https://api.openai.com#x',
  'api.openai.com',
  'mirror:x',
  '',
])('%j may not be used, and is not quoted', (url) => {
  expect(() => checkUrl(url, 'OPENAI_BASE_URL')).toThrow(/^OPENAI_BASE_URL: /)
  expect(() => checkUrl(url, 'OPENAI_BASE_URL')).not.toThrow(/evil|secret|passwd/)
})
