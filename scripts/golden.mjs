// Golden files (`npm run golden`): renews all of them; read `git diff` before you commit it.
import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, 'fixtures')
for (const path of readdirSync(fixtures, { recursive: true, encoding: 'utf8' }))
  if (/(^|\/)expected$/.test(path)) rmSync(join(fixtures, path), { recursive: true, force: true })

const env = { ...process.env }
// Vitest writes no snapshots if CI is set.
delete env.CI
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'golden', '--update'],
  { cwd: root, env, stdio: 'inherit' },
)
process.exitCode = status ?? 1
