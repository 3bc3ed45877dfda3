/** The files below what a command line names. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Why something below a folder is not looked at. */
export type Skip = 'symbolic link' | '.git' | 'node_modules' | 'not a file' | 'binary'
export type Entry =
  /** `named`: by the caller, so that symbolic links are followed. */
  | { readonly is: 'file'; readonly path: string; readonly named: boolean }
  | { readonly is: 'skipped'; readonly path: string; readonly why: Skip }
  | { readonly is: 'failed'; readonly path: string; readonly why: string }

/** Folders with files that somebody else wrote, or that nobody reads. A folder that is named itself is looked at all the same. */
const SKIPPED: ReadonlySet<string> = new Set<Skip>(['.git', 'node_modules'])

/**
 * Files in a settled order. Symbolic links below a folder are not followed: they could lead out of it, or in circles, and
 * what they lead to inside is met anyway.
 */
export async function* listFiles(paths: readonly string[]): AsyncGenerator<Entry, void, void> {
  for (const path of paths) {
    try {
      if ((await stat(path)).isDirectory()) yield* walk(path)
      else yield { is: 'file', path, named: true }
    } catch (error) {
      yield { is: 'failed', path, why: describeFault(error) }
    }
  }
}

async function* walk(top: string): AsyncGenerator<Entry, void, void> {
  // A stack of our own: folders may be nested deeper than calls.
  const waiting = [top]
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    let entries: Dirent[]
    try {
      entries = await readdir(folder, { withFileTypes: true })
    } catch (error) {
      yield { is: 'failed', path: folder, why: describeFault(error) }
      continue
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const folders: string[] = []
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isFile()) yield { is: 'file', path, named: false }
      else if (entry.isSymbolicLink()) yield { is: 'skipped', path, why: 'symbolic link' }
      else if (!entry.isDirectory()) yield { is: 'skipped', path, why: 'not a file' }
      else if (SKIPPED.has(entry.name)) yield { is: 'skipped', path, why: entry.name as Skip }
      else folders.push(path)
    }
    waiting.push(...folders.reverse())
  }
}

/** What is wrong with a file, in words. */
export function describeFault(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  switch (code) {
    case 'ENOENT':
      return 'there is no such file or folder'
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read'
    case 'EISDIR':
      return 'it is a folder'
    case 'ELOOP':
      return 'it is a symbolic link by now, or leads in circles'
    default:
      return `it could not be read (${code ?? 'unknown'})`
  }
}
