import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectedFiles, fixtures, storedFiles } from './helpers/fixtures.js'

// Both ways: nothing rendered may be missing on disk, nothing on disk may be left that is no longer rendered.
describe.each(fixtures)('$name', (fixture) => {
  const expected = expectedFiles(fixture)

  it.each([...expected])('%s', async (path, content) => {
    await expect(content).toMatchFileSnapshot(join(fixture.folder, 'expected', path))
  })

  it('has nothing else in expected/', () => {
    expect(storedFiles(fixture).filter((path) => !expected.has(path))).toEqual([])
  })
})
