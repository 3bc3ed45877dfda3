/**
 * `npm run bench`, or `npm run bench -- proxy|detect|upload`; `npm run bench -- detect FOLDER` measures packages that are installed in
 * that folder beside. Ratios travel between machines; figures do not.
 */
import { benchDetect } from './detect.ts'
import { benchProxy } from './proxy.ts'
import { benchUpload } from './upload.ts'

const wanted = process.argv[2]
const print = (line: string) => console.log(line)
const benches = { detect: benchDetect, proxy: benchProxy, upload: benchUpload }
if (wanted !== undefined && !(wanted in benches)) {
  console.error(`parapet: there is no bench ${wanted}; there are: ${Object.keys(benches).join(', ')}`)
  process.exit(1)
}
for (const [name, bench] of Object.entries(benches)) {
  if (wanted !== undefined && wanted !== name) continue
  console.log(`\n── ${name}`)
  await bench(print, process.argv[3])
}
