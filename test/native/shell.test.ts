import { describe, expect, it } from 'vitest'
import { programs } from '../../src/render/templates.generated.js'
import { targets } from '../../src/targets/index.js'
import { describeWith, findProgram, writeTree, renderingsOf, run } from './tools.js'

// Everything that a shell reads: scripts by their first line, conf.d/net because OpenRC sources it.
const rendered = targets.flatMap(({ id }) =>
  renderingsOf(id).flatMap(({ fixture, texts }) =>
    texts
      .filter(
        ({ path, content }) => content.startsWith('#!/bin/sh') || /^\/etc\/(?:conf\.d|dhcp)\//.test(path),
      )
      .map((file) => ({ name: `${id} ${fixture.name} ${file.path}`, file })),
  ),
)

const scripts = [
  ...rendered,
  ...Object.entries(programs).map(([name, content]) => ({
    name,
    file: { path: `/${name}` as const, mode: 0o755, owner: 'root:root', content },
  })),
]

describe('scripts', () => {
  it('are rendered at all', () => {
    expect(scripts.length).toBeGreaterThan(50)
  })
})

describeWith('dash', findProgram('dash'), 'dash', (dash) => {
  it.each(scripts)('parses $name', ({ file }) => {
    expect(run(dash, ['-n'], { input: file.content })).toMatchObject({ status: 0, stderr: '' })
  })
})

describeWith('shellcheck', findProgram('shellcheck'), 'shellcheck', (shellcheck) => {
  it('has nothing to say', { timeout: 300_000 }, () => {
    // Once for each different text: many fixtures share their scaffolding, not their data.
    const folders = scripts.map(({ file }) => `${writeTree([file])}${file.path}`)
    const sourced = folders.filter((path) => path.includes('/etc/conf.d/'))
    const executed = folders.filter((path) => !path.includes('/etc/conf.d/'))
    // By and by: all at once takes longer than a program may.
    for (let start = 0; start < executed.length; start += 50)
      expect(run(shellcheck, ['-s', 'sh', '-f', 'gcc', ...executed.slice(start, start + 50)]).stdout).toBe('')
    // SC2034: OpenRC reads the variables. SC3043 and the like do not come up: no `local`.
    expect(run(shellcheck, ['-s', 'sh', '-f', 'gcc', '-e', 'SC2034', ...sourced]).stdout).toBe('')
  })
})
