import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { netplanGenerate } from './netplan-generate.js'
import { describeWith, findProgram, layTree, renderingsOf, run } from './tools.js'

describeWith('netplan generate', findProgram('netplan'), 'netplan.io', (netplan) => {
  it.each(renderingsOf('netplan'))('takes $fixture.name', ({ files, texts }) => {
    const root = layTree(files)
    const said = netplanGenerate(netplan, root)
    expect(said).toMatchObject({ status: 0, stderr: '' })
    const yaml = texts.find(({ path }) => path.startsWith('/etc/netplan/'))?.content ?? ''
    const folder = join(root, 'run/systemd/network')
    const made = yaml.includes('ethernets:') ? readdirSync(folder) : []
    const generated = made.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
    // Each route of the YAML comes out as a section of its own.
    const written = yaml.match(/^ *- *\{? *to:/gm)?.length ?? 0
    expect(generated.match(/^\[Route\]$/gm)?.length ?? 0).toBe(written)
    // A number that netplan prints negative is one that networkd ignores.
    expect(generated).not.toMatch(/=-\d/)
  })
})

describeWith('yamllint', findProgram('yamllint'), 'yamllint', (yamllint) => {
  const rules = '{extends: relaxed, rules: {line-length: disable}}'
  it.each(renderingsOf('netplan'))('has nothing to say of $fixture.name', ({ texts }) => {
    for (const file of texts.filter(({ path }) => path.endsWith('.yaml')))
      expect(run(yamllint, ['-s', '-f', 'parsable', '-d', rules, '-'], { input: file.content }).stdout).toBe(
        '',
      )
  })
})
