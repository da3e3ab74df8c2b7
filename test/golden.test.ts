// Golden files: fixtures/*/expected.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectedFiles, fixtures, storedFiles } from './helpers/fixtures.js'
import { site, siteFiles } from './helpers/site.js'

// Every rendered file is stored, and every stored file is still rendered.
const folders = [
  ...fixtures.map((fixture) => ({ ...fixture, files: () => expectedFiles(fixture) })),
  { ...site, files: siteFiles },
]

describe.each(folders)('$name', (fixture) => {
  const expected = fixture.files()

  it.each([...expected])('%s', async (path, content) => {
    await expect(content).toMatchFileSnapshot(join(fixture.folder, 'expected', path))
  })

  it('has no other file in expected/', () => {
    expect(storedFiles(fixture).filter((path) => !expected.has(path))).toEqual([])
  })
})
