// Files that a description may extend, on this machine.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadBelow, loadFile } from '../../src/node/load.js'
import { temporaryFolder } from './folder.js'

/** A repository beside a file that is not part of it. */
function folders(marker?: string) {
  const outside = temporaryFolder()
  const root = join(outside, 'repository')
  mkdirSync(join(root, 'hosts'), { recursive: true })
  writeFileSync(join(outside, 'secret.yaml'), 'password: x\n')
  writeFileSync(join(root, 'site.yaml'), 'local: []\n')
  if (marker === '.git') mkdirSync(join(root, marker))
  else if (marker !== undefined) writeFileSync(join(root, marker), 'version: 1\n')
  return { outside, root, host: join(root, 'hosts/a.yaml') }
}

describe.each(['multihome.yaml', '.git'])('below a folder with %s', (marker) => {
  test('a file of the folder is read', () => {
    const { root, host } = folders(marker)
    expect(loadFile('../site.yaml', host)).toEqual({
      ok: true,
      value: { file: join(root, 'site.yaml'), text: 'local: []\n' },
    })
  })

  test.each(['../../secret.yaml', './../../repository/../secret.yaml', '../../none.yaml'])(
    'a file outside of it is not: %s',
    (name) => {
      const { root, host } = folders(marker)
      expect(loadFile(name, host)).toEqual({
        ok: false,
        problem: `it is outside of ${root}`,
        fix: 'Copy it into that folder: files elsewhere are not read.',
      })
    },
  )

  test('a symbolic link within it is followed, and none out of it', () => {
    const { root, outside, host } = folders(marker)
    symlinkSync('../site.yaml', join(root, 'hosts/site.yaml'))
    symlinkSync('../../secret.yaml', join(root, 'hosts/secret.yaml'))
    symlinkSync(outside, join(root, 'hosts/folder'))
    expect(loadFile('site.yaml', host)).toMatchObject({ ok: true })
    for (const name of ['secret.yaml', 'folder/secret.yaml'])
      expect(loadFile(name, host), name).toMatchObject({
        ok: false,
        problem: `it is outside of ${root}`,
      })
  })

  test('the folder itself may be a symbolic link', () => {
    const { root, outside } = folders(marker)
    symlinkSync(root, join(outside, 'link'))
    expect(loadFile('../site.yaml', join(outside, 'link/hosts/a.yaml'))).toMatchObject({ ok: true })
    expect(loadFile('../../secret.yaml', join(outside, 'link/hosts/a.yaml'))).toMatchObject({ ok: false })
  })
})

test('the nearest such folder counts', () => {
  const { root, host } = folders('.git')
  writeFileSync(join(root, 'hosts/multihome.yaml'), 'version: 1\n')
  expect(loadFile('../site.yaml', host)).toMatchObject({ problem: `it is outside of ${join(root, 'hosts')}` })
})

test('elsewhere any file with such a name is read', () => {
  const { host } = folders()
  expect(loadFile('../../secret.yaml', host)).toMatchObject({ ok: true })
  expect(loadFile('none.yaml', host)).toEqual({ ok: false, problem: expect.stringContaining('no such file') })
})

test('a folder of the caller limits it as well', () => {
  const { root, host } = folders()
  expect(loadBelow(root)('../site.yaml', host)).toMatchObject({ ok: true })
  expect(loadBelow(root)('../../secret.yaml', host)).toMatchObject({ ok: false })
  expect(loadBelow(join(root, 'hosts'))('../site.yaml', host)).toMatchObject({ ok: false })
})
