import { constants, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { LineError } from '../../../files/lines.ts'
import type { Finding } from '../../../types.ts'
import { UsageError } from '../errors.ts'
import { readText } from '../scan/decode.ts'
import { scanLines } from '../scan/jsonl.ts'
import { isAmong, readScanOptions, type ScanOptions } from '../scan/options.ts'
import { createOutput, type Output } from '../scan/output.ts'
import { loadScanRules, type ScanRules } from '../scan/ruleset.ts'
import { writeSarif } from '../scan/sarif.ts'
import { clean, countOf, sizeOf } from '../scan/show.ts'
import { describeFault, type Entry, listFiles } from '../scan/walk.ts'
import { findInText } from '../scan/windows.ts'
import { type Notice, type Summary, type Writer, writeJson, writeText } from '../scan/writers.ts'
import type { Command } from './command.ts'

const FOUND = 1
const COULD_NOT = 2

export const scan: Command = {
  help: `Usage: parapet scan [FILE|FOLDER|-]... [OPTIONS]

Looks for what the rules describe, in files, in all files below folders, or in standard input (\`-\`, or nothing where text is piped
in). Calls nothing and changes nothing. Not looked at, but counted: \`.git\` and \`node_modules\`, symbolic links below a folder, and
files that are no text. Text is UTF-8, or UTF-16; bytes that are neither are read as U+FFFD, and that is told.

Options
  --format FORMAT   text: \`path:line:column entity rule score\` and a masked preview, a line each (the default)
                    json: {"findings":[…],"notices":[…],"summary":{…}}
                    sarif: SARIF 2.1.0, for code hosts and editors
  --jsonl           read {"id","text"} lines, write {"id","findings":[{"rule","entity","start","end","score"}]} lines
  --packs A,B|all   turn these packs on besides those of parapet.yaml, such as \`us,uk\`
  --threshold N     report what scores at least this, such as 0.3 (0.5)
  --labels A,B      report these labels only; \`secret\` stands for \`secret.aws-access-key\` and so on, too
  --fail-on A,B     end with 1 for these labels only; others are reported all the same
  --show            show what was found, too. Without it nothing of a text is in the output but a masked preview

Offsets and columns count UTF-16 code units of the text, without a byte order mark; lines and columns from 1.

Ends with
  0  nothing was found
  1  something was found
  2  something could not be scanned, whatever was found in the rest: a file that cannot be read, a line that is not JSON, a mistake
     in the options or in the rules

Environment
  PARAPET_GUARDRAILS   the folder with the rules (guardrails/)
  NO_COLOR             no colours; there are none either where the output is not a terminal

Examples
  parapet scan src --labels secret
  parapet scan . --format sarif > parapet.sarif
  git diff --staged | parapet scan --fail-on secret
  parapet scan --jsonl < prompts.jsonl > findings.jsonl`,
  async run(args, environment) {
    let output: Output | undefined
    try {
      const options = readScanOptions(args, !process.stdin.isTTY)
      const rules = loadScanRules(environment.guardrails, options)
      output = createOutput(process.stdout, process.stderr)
      return await (options.format === undefined ? runLines(options, rules, output) : runFiles(options, rules, output))
    } catch (error) {
      output?.clear()
      // The command line tells how it is to be called.
      if (error instanceof UsageError) throw error
      if (!output?.closed) console.error((error as Error).message.replace(/^/gm, 'parapet: '))
      return COULD_NOT
    }
  },
}

async function runFiles(options: ScanOptions, rules: ScanRules, output: Output): Promise<number> {
  const writer = chooseWriter(options, rules, output.colours)
  const summary: Summary = { files: 0, bytes: 0, findings: 0, hit: 0, skipped: new Map() }
  const notices: Notice[] = []
  let failing = 0
  const tell = (notice: Notice) => {
    notices.push(notice)
    output.tell(`parapet: ${clean(notice.path)}: ${notice.message}`)
  }
  const skip = (why: string) => summary.skipped.set(why, (summary.skipped.get(why) ?? 0) + 1)

  await output.write(writer.begin())
  for await (const entry of listAll(options.paths)) {
    const { path } = entry
    if (entry.is === 'failed') tell({ path, failed: true, message: entry.why })
    else if (entry.is === 'skipped') skip(entry.why)
    else {
      try {
        await scanFile(path, entry.named)
      } catch (error) {
        if (output.closed || !isFault(error)) throw error
        tell({ path, failed: true, message: describeFault(error) })
      }
    }
  }
  await output.write(writer.end(summary, notices))
  output.tell(summarise(summary))
  if (notices.some(({ failed }) => failed)) return COULD_NOT
  return failing > 0 ? FOUND : 0

  async function scanFile(path: string, named: boolean): Promise<void> {
    const text = await readText(count(openBytes(path, named)))
    if (text === undefined) {
      skip('binary')
      return
    }
    summary.files++
    let hits = 0
    for await (const sight of findInText(text.chunks, rules.detector)) {
      if (!isWanted(sight, options)) continue
      hits++
      summary.findings++
      if (isFailing(sight, options)) failing++
      await output.write(writer.sight(path, sight))
    }
    if (hits > 0) summary.hit++
    const replaced = text.replaced()
    if (replaced > 0) {
      const message = `not all of it is text: ${countOf(replaced, 'character was', 'characters were')} read as U+FFFD`
      tell({ path, failed: false, message })
    }
  }

  async function* count(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of bytes) {
      summary.bytes += chunk.length
      output.progress(
        () => `${countOf(summary.files, 'file')}, ${sizeOf(summary.bytes)}, ${countOf(summary.findings, 'finding')}`,
      )
      yield chunk
    }
  }
}

async function runLines(options: ScanOptions, rules: ScanRules, output: Output): Promise<number> {
  let failed = false
  let failing = 0
  let lines = 0
  const tell = (path: string, message: string) => {
    failed = true
    output.tell(`parapet: ${path === '-' ? 'standard input' : clean(path)}${message}`)
  }
  for (const path of options.paths) {
    try {
      const wanted = (finding: Finding) => isWanted(finding, options)
      for await (const result of scanLines(openBytes(path, true), rules.detector, wanted)) {
        lines++
        output.progress(() => countOf(lines, 'line'))
        if (result.is === 'fault') tell(path, `:${result.line}: ${result.message}`)
        else {
          failing += result.findings.filter((finding) => isFailing(finding, options)).length
          await output.write(result.text)
        }
      }
    } catch (error) {
      if (error instanceof LineError) tell(path, `:${error.line}: this line ${error.problem}`)
      else if (isFault(error) && !output.closed) tell(path, `: ${describeFault(error)}`)
      else throw error
    }
  }
  output.clear()
  if (failed) return COULD_NOT
  return failing > 0 ? FOUND : 0
}

/** Whether it is the file that is to blame. */
function isFault(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code !== undefined
}

function isWanted({ rule }: Finding, { labels }: ScanOptions): boolean {
  return labels === undefined || isAmong(rule.label, labels)
}
function isFailing({ rule }: Finding, { failOn }: ScanOptions): boolean {
  return failOn === undefined || isAmong(rule.label, failOn)
}

function chooseWriter({ format, show }: ScanOptions, { sources }: ScanRules, colours: boolean): Writer {
  if (format === 'sarif') return writeSarif(sources, version(), show)
  return format === 'json' ? writeJson(show) : writeText(show, colours)
}
function version(): string {
  const file = new URL('../../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

async function* listAll(paths: readonly string[]): AsyncGenerator<Entry, void, void> {
  for (const path of paths) {
    if (path === '-') yield { is: 'file', path, named: true }
    else yield* listFiles([path])
  }
}

/** A file that was found below a folder, and is a symbolic link by now, is not followed either. */
async function* openBytes(path: string, named: boolean): AsyncGenerator<Uint8Array, void, void> {
  if (path === '-') {
    yield* process.stdin as AsyncIterable<Uint8Array>
    return
  }
  const file = await open(path, constants.O_RDONLY | (named ? 0 : (constants.O_NOFOLLOW ?? 0)))
  yield* file.createReadStream({ highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>
}
const CHUNK = 256 * 1024

/** `3 findings in 2 of 120 files (1.2 MB); skipped: 4 binary, 1 symbolic link`. */
function summarise({ files, bytes, findings, hit, skipped }: Summary): string {
  const found = findings === 0 ? 'nothing found' : `${countOf(findings, 'finding')} in ${hit}`
  const left = [...skipped].map(([why, count]) => `${count} ${why}`)
  const rest = left.length > 0 ? `; skipped: ${left.join(', ')}` : ''
  return `parapet: ${found}${findings === 0 ? ' in' : ' of'} ${countOf(files, 'file')} (${sizeOf(bytes)})${rest}`
}
