/** Memory of an upload, measured in a process of its own. `npm run bench -- upload` does it with 200 MB. */
import { expect, test } from 'vitest'
import { measureUpload } from '../../bench/upload.ts'

for (const kind of ['batch', 'text'] as const) {
  test(`an upload of 30 MB (${kind}) needs a fifth of that at most, everything counted`, async () => {
    const { idle, live, found } = await measureUpload(30, kind)
    expect(found).toBeGreaterThan(10_000)
    expect(live - idle).toBeLessThan(6)
  }, 120_000)
}
