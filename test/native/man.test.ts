// The manual pages, read by mandoc and by man-db.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { manualPages } from '../../scripts/docs/man.js'
import { commands } from '../../src/cli/commands.js'
import { describeWith, findProgram } from './tools.js'

const pages = await manualPages('2026-01-31')
const read = (program: string, words: readonly string[], input: string) =>
  spawnSync(program, words, {
    input,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MANWIDTH: '100' },
  })

describeWith('manual pages', findProgram('mandoc'), 'mandoc', (mandoc) => {
  it.each(pages)('$name has no error, no warning and no fault of style in mandoc', ({ text }) => {
    const { stdout, stderr } = read(mandoc, ['-T', 'lint'], text)
    // The line of a tag cannot be broken, and an example may be long.
    const findings = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => !line.includes('text line longer than 80'))
    expect(findings.join('')).toBe('')
  })

  it('has a page for each command, with every option', async () => {
    for (const { name, load } of commands) {
      const page = pages.find((each) => each.name === `multihome-${name}.1`)
      const { stdout } = read(mandoc, ['-T', 'utf8', '-O', 'width=100'], page?.text ?? '')
      const plain = stdout.replaceAll(/.\x08/g, '')
      expect(plain).toContain(`multihome-${name} -`)
      for (const option of Object.keys((await load()).usage.options ?? {}))
        expect(plain).toMatch(new RegExp(`^ +(-[a-z], )?--${option}\\b`, 'm'))
    }
  })
})

describeWith('manual pages', findProgram('man'), 'man-db', (man) => {
  it.each(pages)('$name has no warning of groff, and a title for apropos', ({ text, name }) => {
    const { stderr } = read(man, ['--warnings=w', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', '-'], text)
    expect(stderr).toBe('')
    const title = read('lexgrog', ['-'], text).stdout
    expect(title).toContain(`"${name.replace(/\.\d$/, '')} - `)
  })
})
