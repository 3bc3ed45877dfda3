/** The top-level domains that `tldts-icann` knows: the first labels of its table, which it does not export. For Node. */

/** An edge of the table is a label; those of a node are in a row. */
interface Table {
  readonly edgeLength: Readonly<Uint8Array>
  readonly edgeStart: Readonly<Uint16Array>
  readonly labelText: string
  readonly rulesRoot: number
}
const TABLE = 'tldts-icann/dist/es6/src/data/trie.js'

export async function readTopLevels(): Promise<string[]> {
  const { edgeLength, edgeStart, labelText, rulesRoot }: Table = await import(TABLE)
  const names: string[] = []
  let offset = 0
  for (let edge = 0; edge < edgeStart[rulesRoot + 1]!; edge++) {
    const length = edgeLength[edge]!
    if (edge >= edgeStart[rulesRoot]!) names.push(labelText.slice(offset, offset + length))
    offset += length
  }
  return names.filter((name) => name !== '*').sort()
}
