// A run that is killed at any moment leaves whole files, and the next one finds its way.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { writeTree } from '../../src/node/write.js'
import { everythingIn, temporaryFolder, textFile } from './folder.js'

const COUNT = 40
const body = (letter: string): string => textFile('/x', letter.repeat(20_000)).content
const filesOf = (letter: string) => [
  ...Array.from({ length: COUNT }, (_, index) => textFile(`/etc/all/${index}.conf`, letter.repeat(20_000))),
  textFile(`/etc/only-${letter}/x.conf`, letter.repeat(20_000)),
]

test('killed while it writes, twenty times', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'endless.mjs')
  await build({
    stdin: {
      contents: `
        import { writeTree } from './src/node/write.js'
        const root = process.argv[2]
        const body = (letter) => ${JSON.stringify(body(''))} + letter.repeat(20000)
        process.stdout.write('on')
        for (;;) for (const letter of ['a', 'b']) {
          const files = [
            ...Array.from({ length: ${COUNT} }, (_, index) => ({ path: '/etc/all/' + index + '.conf', mode: 0o644, owner: 'root:root', content: body(letter) })),
            { path: '/etc/only-' + letter + '/x.conf', mode: 0o644, owner: 'root:root', content: body(letter) },
          ]
          await writeTree(root, files)
        }`,
      resolveDir: join(import.meta.dirname, '../..'),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: script,
  })
  const root = join(folder, 'root')
  let cutOff = 0
  for (let turn = 0; turn < 20; turn++) {
    await killedAfter(script, root, 20 + turn * 3)
    const names = existsSync(root) ? everythingIn(root) : []
    if (names.some((name) => name.endsWith('.tmp'))) cutOff++
    for (const name of names) {
      if (!name.endsWith('.conf')) continue
      const text = readFileSync(join(root, name), 'utf8')
      expect([body('a'), body('b')], name).toContain(text)
    }
    if (turn % 5 === 0) writeFileSync(join(root, 'canary'), 'sings')
  }
  // Otherwise the test would have proved nothing.
  expect(cutOff).toBeGreaterThan(0)

  const outcome = await writeTree(root, filesOf('c'))
  expect(outcome.ok && outcome.report.remarks).toEqual([])
  expect(everythingIn(root)).toEqual(
    [
      '.multihome/',
      '.multihome/manifest',
      'canary',
      'etc/',
      'etc/all/',
      ...filesOf('c').map(({ path }) => path.slice(1)),
      'etc/only-c/',
    ].sort(),
  )
})

/** Counted from its first word, so that a slow start is not what is killed. */
const killedAfter = (script: string, root: string, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, root], { stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), milliseconds))
    child.once('exit', () => resolve())
  })
