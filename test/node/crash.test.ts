// Runs that are killed at any step: files are complete, and the next run cleans up.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { JOURNAL, MANIFEST } from '../../src/node/tree-validation.js'
import { writeTree } from '../../src/node/write.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { everythingIn, temporaryFolder, textFile } from './folder.js'

const before: readonly RenderedFile[] = [
  textFile('/etc/both.conf', 'before\n'),
  textFile('/etc/only-before/x.conf', 'before\n'),
  { path: '/etc/link-before', symlink: 'both.conf' },
]
const after: readonly RenderedFile[] = [
  textFile('/etc/both.conf', 'after\n'),
  textFile('/etc/only-after/deep/x.conf', 'after\n'),
  textFile('/etc/only-after/y.conf', 'after\n', 0o600),
  { path: '/etc/link-after', symlink: 'both.conf' },
]

/** Writes `after` into a root, and exits before the given step: each call that changes the file system is a step. */
const program = `
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const [, , root, last] = process.argv
  let step = 0
  for (const name of ['mkdirSync', 'openSync', 'writeSync', 'renameSync', 'symlinkSync', 'unlinkSync', 'rmSync', 'rmdirSync']) {
    const real = fs[name]
    fs[name] = (...given) => {
      const changes = name !== 'openSync' || String(given[1]).includes('w')
      if (changes && ++step === Number(last)) process.kill(process.pid, 'SIGKILL')
      return real(...given)
    }
  }
  syncBuiltinESMExports()
  const { writeTree } = await import('./src/node/write.js')
  const outcome = await writeTree(root, ${JSON.stringify(after)})
  process.exit(outcome.ok ? 0 : 1)`

test('killed before each step of a run', { timeout: 300_000 }, async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'killed.mjs')
  await build({
    stdin: { contents: program, resolveDir: join(import.meta.dirname, '../..') },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: script,
  })
  let isKilled = true
  let step = 0
  let cutOff = 0
  while (isKilled) {
    step++
    const root = join(folder, `root-${step}`)
    mkdirSync(root)
    writeFileSync(join(root, 'canary'), 'sings')
    expect(await writeTree(root, before)).toMatchObject({ ok: true })
    const { status, signal } = spawnSync(process.execPath, [script, root, String(step)], { stdio: 'inherit' })
    isKilled = signal === 'SIGKILL'
    if (!isKilled) expect(status).toBe(0)
    if (existsSync(join(root, JOURNAL))) cutOff++
    for (const name of everythingIn(root).filter((each) => each.endsWith('.conf'))) {
      const whole = [...before, ...after].flatMap((file) => ('content' in file ? [file.content] : []))
      expect(whole, `step ${step}: ${name}`).toContain(readFileSync(join(root, name), 'utf8'))
    }
    // Rendered again with the previous tree, the new tree, and a third one.
    const next = [before, after, [textFile('/etc/other.conf', '')]][step % 3] ?? []
    const outcome = await writeTree(root, next)
    expect(outcome, `step ${step}`).toMatchObject({ ok: true, value: { remarks: [] } })
    expect(everythingIn(root), `step ${step}`).toEqual(
      [
        '.multihome/',
        MANIFEST.slice(1),
        'canary',
        ...new Set(next.flatMap(({ path }) => [...foldersOf(path), path.slice(1)])),
      ].sort(),
    )
  }
  // Otherwise no step was interrupted.
  expect(cutOff).toBeGreaterThan(20)
})

const foldersOf = (path: string): readonly string[] =>
  [...path.slice(1).matchAll(/\//g)].map(({ index }) => path.slice(1, index + 2))
