/** Checks the types of every project: the core without any host's types, each host with its own, and the tests. */
import { pathToFileURL } from 'node:url'
import { writeBundle } from '../src/hosts/node/bundle.ts'
import { writeCensus } from './census.ts'
import { ROOT, run } from './run.ts'

const PROJECTS = ['.', 'src/hosts/node', 'src/hosts/workers', 'test', 'test/hosts/workers']

/** The errors of all projects, as the compiler tells them; empty if there are none. */
export async function checkTypes(): Promise<string> {
  writeBundle(`${ROOT}guardrails`) // The Worker imports it.
  await writeCensus() // A test imports it.
  const done = await Promise.all(
    PROJECTS.map((project) => run('node_modules/typescript/bin/tsc', ['-p', project, '--pretty', 'false'])),
  )
  const lines = done.flatMap(({ code, output }, i) => {
    if (code === 0) return []
    return output.trim() === '' ? [`${PROJECTS[i]}: tsc failed without a word`] : output.trim().split('\n')
  })
  // The core is part of every project, so its errors come several times.
  return [...new Set(lines)].join('\n')
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const errors = await checkTypes()
  if (errors !== '') console.error(errors)
  process.exitCode = errors === '' ? 0 : 1
}
