import { describe, expect, it } from 'vitest'
import { programs } from '../../src/render/templates.generated.js'
import { targets } from '../../src/targets/index.js'
import { isProgram } from '../../src/targets/shared/programs.js'
import { describeWith, findProgram, writeTree, renderingsOf, run } from './tools.js'
import { goodFixtures } from '../helpers/fixtures.js'
import { oneInThree } from '../helpers/amount.js'

// All files that a shell reads: scripts, and conf.d/net, which OpenRC sources.
const rendered = targets.flatMap(({ id }) =>
  renderingsOf(id).flatMap(({ fixture, texts }) =>
    texts
      .filter(
        (file) =>
          !isProgram(file) &&
          (file.content.startsWith('#!/bin/sh') || /^\/etc\/(?:conf\.d|dhcp)\//.test(file.path)),
      )
      .map((file) => ({ name: `${id} ${fixture.name} ${file.path}`, fixture, file })),
  ),
)

const shellPrograms = Object.entries(programs)
  .filter(([name]) => !name.endsWith('.awk'))
  .map(([name, content]) => ({
    name,
    file: { path: `/${name}` as const, mode: 0o755, owner: 'root:root', content },
  }))

describe('scripts', () => {
  it('are rendered at all', () => {
    expect(rendered.length).toBeGreaterThan(50)
  })
})

describeWith('dash', findProgram('dash'), 'dash', (dash) => {
  it.each([...rendered, ...shellPrograms])('parses $name', ({ file }) => {
    expect(run(dash, ['-n'], { input: file.content })).toMatchObject({ status: 0, stderr: '' })
  })
})

describeWith('shellcheck', findProgram('shellcheck'), 'shellcheck', (shellcheck) => {
  it('reports nothing', { timeout: 600_000 }, () => {
    const checked = new Set(oneInThree(goodFixtures, 1))
    const paths = rendered
      .filter(({ fixture }) => checked.has(fixture))
      .map(({ file }) => `${writeTree([file])}${file.path}`)
    const sourced = paths.filter((path) => path.includes('/etc/conf.d/'))
    const executed = paths.filter((path) => !path.includes('/etc/conf.d/'))
    // In batches, since all at once take longer than a program may.
    for (let start = 0; start < executed.length; start += 20)
      expect(run(shellcheck, ['-s', 'sh', '-f', 'gcc', ...executed.slice(start, start + 20)]).stdout).toBe('')
    // SC2034: OpenRC reads the variables.
    expect(run(shellcheck, ['-s', 'sh', '-f', 'gcc', '-e', 'SC2034', ...sourced]).stdout).toBe('')
  })

  it('reports nothing about the programs with their library', () => {
    const folder = writeTree(shellPrograms.map(({ file }) => file))
    const paths = shellPrograms.map(({ file }) => `${folder}${file.path}`)
    expect(run(shellcheck, ['-s', 'sh', '-f', 'gcc', '-x', '-P', 'SCRIPTDIR', ...paths]).stdout).toBe('')
  })
})
