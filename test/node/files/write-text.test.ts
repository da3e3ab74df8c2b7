import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { writeText } from '../../../src/node/files/write-text.js'
import { temporaryFolder } from '../folder.js'

describe('writeText', () => {
  test('a new file, and an existing one', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'page.html')
    expect(writeText(path, 'one')).toBeUndefined()
    expect(writeText(path, 'two ü')).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe('two ü')
    expect(readdirSync(folder)).toEqual(['page.html'])
  })

  test('writes through a symbolic link', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'real.html'), 'old')
    symlinkSync('real.html', join(folder, 'page.html'))
    expect(writeText(join(folder, 'page.html'), 'new')).toBeUndefined()
    expect(readFileSync(join(folder, 'real.html'), 'utf8')).toBe('new')
    expect(lstatSync(join(folder, 'page.html')).isSymbolicLink()).toBe(true)
  })

  test('returns why it failed, and leaves no file behind', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'page.html'))
    expect(writeText(join(folder, 'page.html'), '')).toBe('it is a directory')
    expect(writeText(join(folder, 'no/page.html'), '')).toBe('there is no such file')
    expect(readdirSync(folder)).toEqual(['page.html'])
  })
})
