// Demo (`npm run demo`): renders the description of README for every stack into out/.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = ['render', 'fixtures/one-lan-by-second-provider/description.yaml', '--out', 'out']

console.log(`$ npx multihome ${args.join(' ')}\n`)
const { status } = spawnSync(process.execPath, [join(root, 'dist/cli/main.cjs'), ...args], {
  cwd: root,
  stdio: 'inherit',
})
// 1 means that some stack cannot express the description and the others are written, which the demo may show.
process.exitCode = status === 1 ? 0 : (status ?? 2)
