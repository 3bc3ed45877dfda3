// Installs what is missing, so that `npm start` and `npm test` work on a fresh clone.
// Plain JavaScript without dependencies: it runs before anything is installed, on whatever Node the machine has.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}node_modules/.parapet-lock`
const lock = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .digest('hex')

/** Whether what is installed is what the lock file says. */
function isCurrent() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lock
}

// `npm ci` empties the folder that is there: where that is a link, it would be somebody else's.
if (lstatSync(`${root}node_modules`, { throwIfNoEntry: false })?.isSymbolicLink() && !isCurrent()) {
  console.error('parapet: node_modules is a link to packages of another version: remove the link, then try again')
  process.exit(1)
}
if (!isCurrent()) {
  console.error('parapet: installing dependencies (npm ci), about half a minute the first time …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // engine-strict off: the machine's Node may be older than what the packages ask for; they run on the pinned Node 24.
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false']
  const done = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  if (done.status !== 0) {
    console.error('parapet: `npm ci` failed; see the lines above. Is the package registry reachable?')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}
