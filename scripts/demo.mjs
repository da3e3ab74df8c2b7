// Demo (`npm run demo`): renders the description of README for every stack into out/.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const words = ['render', 'fixtures/one-lan-by-second-provider/description.yaml', '--out', 'out']

console.log(`$ npx multihome ${words.join(' ')}\n`)
const { status } = spawnSync(process.execPath, [join(root, 'dist/cli/main.cjs'), ...words], {
  cwd: root,
  stdio: 'inherit',
})
// 1: some stack cannot say all of it, and the others are written. That is part of what the demo shows.
process.exitCode = status === 1 ? 0 : (status ?? 2)
