// Golden files: fixtures/*/expected.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectedFiles, fixtures, storedFiles } from './helpers/fixtures.js'

// Every rendered file is stored, and every stored file is still rendered.
describe.each(fixtures)('$name', (fixture) => {
  const expected = expectedFiles(fixture)

  it.each([...expected])('%s', async (path, content) => {
    await expect(content).toMatchFileSnapshot(join(fixture.folder, 'expected', path))
  })

  it('has no other file in expected/', () => {
    expect(storedFiles(fixture).filter((path) => !expected.has(path))).toEqual([])
  })
})
