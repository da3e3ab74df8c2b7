import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { formatPrefix } from '../../src/kernel/prefix.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { netplan as netplanTarget } from '../../src/targets/netplan/index.js'
import { renderTarget } from '../../src/targets/output.js'
import type { TextFile } from '../../src/targets/target.js'
import { compileFixture, goodFixtures } from '../helpers/fixtures.js'
import { countsOf } from '../helpers/netplan-yaml.js'
import { netplanGenerate } from './netplan-generate.js'
import { describeWith, findProgram, writeTree, renderingsOf, run } from './tools.js'
import { oneInThree } from '../helpers/amount.js'

const count = (text: string, line: RegExp): number => text.match(line)?.length ?? 0

/** Texts of files that netplan has written below a folder. */
function generatedIn(root: string, folder: string): string {
  const path = join(root, folder)
  const names = existsSync(path) ? readdirSync(path) : []
  return names.map((name) => readFileSync(join(path, name), 'utf8')).join('\n')
}

const withManager = goodFixtures.flatMap((fixture) => {
  const { plan } = compileFixture(fixture)
  if (plan === undefined) return []
  const { files } = renderTarget(
    plan,
    netplanTarget,
    { renderer: 'NetworkManager' },
    { file: 'description.yaml' },
  )
  const written = files.some(({ path }) => path.startsWith('/etc/netplan/'))
  return written
    ? [{ fixture, files: plan.intent.manage === 'routing' ? [...files, hostYaml(plan)] : files, ours: files }]
    : []
})

/** YAML with the addresses of a host with `manage: routing`. */
function hostYaml({ state: { links } }: KernelPlan): TextFile {
  const lines = links.map(
    ({ name, addresses }) => `    ${name}: {addresses: ${JSON.stringify(addresses.map(formatPrefix))}}`,
  )
  const content = [
    'network:',
    '  version: 2',
    '  renderer: NetworkManager',
    '  ethernets:',
    ...lines,
    '',
  ].join('\n')
  return { path: '/etc/netplan/50-host.yaml', mode: 0o600, owner: 'root:root', content }
}

describeWith('netplan generate', findProgram('netplan'), 'netplan.io', (netplan) => {
  it.each(oneInThree(renderingsOf('netplan'), 0))('accepts $fixture.name', ({ fixture, files }) => {
    const root = writeTree(files)
    const result = netplanGenerate(netplan, root)
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const generated = generatedIn(root, 'run/systemd/network')
    // Each route and each rule of the YAML becomes a section.
    expect({
      routes: count(generated, /^\[Route\]$/gm),
      rules: count(generated, /^\[RoutingPolicyRule\]$/gm),
    }).toEqual(countsOf(files))
    // networkd ignores a number that netplan writes as negative.
    expect(generated).not.toMatch(/=-\d/)
    // A drop-in is read only if its file exists.
    const owners = files.flatMap(({ path }) => /\/(10-netplan-[^/]*)\.d\//.exec(path)?.[1] ?? [])
    const isMissing = (name: string) => !existsSync(join(root, 'run/systemd/network', name))
    expect(compileFixture(fixture).plan?.intent.manage === 'full' ? owners.filter(isMissing) : []).toEqual([])
  })

  it.each(oneInThree(withManager, 1))(
    'takes $fixture.name for NetworkManager, and drops neither route nor rule',
    ({ files, ours }) => {
      const root = writeTree(files)
      const result = netplanGenerate(netplan, root)
      expect(result).toMatchObject({ status: 0, stderr: '' })
      const generated = generatedIn(root, 'run/NetworkManager/system-connections')
      expect({
        routes: count(generated, /^route\d+=/gm),
        rules: count(generated, /^routing-rule\d+=/gm),
      }).toEqual(countsOf(ours))
    },
  )

  it('merges our rules with the definition of lo in the host’s YAML', () => {
    const text = `version: 1
manage: routing
links: { eth0: { addresses: [192.0.2.10/24] } }
gateways: { fiber: { link: eth0, via: 192.0.2.1, fail-closed: true } }
`
    const files = compile(text, { targets: [netplanTarget] }).outputs.get('netplan')?.files ?? []
    const content = `network:
  version: 2
  renderer: networkd
  ethernets:
    eth0: {addresses: [192.0.2.10/24]}
    lo: {addresses: [10.9.9.9/32], routing-policy: [{from: 10.9.9.9, table: 900, priority: 900}]}
`
    const host: TextFile = { path: '/etc/netplan/50-host.yaml', mode: 0o600, owner: 'root:root', content }
    const root = writeTree([...files, host])
    expect(netplanGenerate(netplan, root)).toMatchObject({ status: 0, stderr: '' })
    const generated = readFileSync(join(root, 'run/systemd/network/10-netplan-lo.network'), 'utf8')
    expect(generated).toContain('Address=10.9.9.9/32')
    expect(generated.match(/^From=.*$/gm)).toEqual(['From=10.9.9.9', 'From=192.0.2.10/32'])
    expect(generated).toContain('Type=unreachable')
  })
})

describeWith('yamllint', findProgram('yamllint'), 'yamllint', (yamllint) => {
  const rules = '{extends: relaxed, rules: {line-length: disable}}'
  it.each(oneInThree(renderingsOf('netplan'), 2))('reports nothing for $fixture.name', ({ texts }) => {
    for (const file of texts.filter(({ path }) => path.endsWith('.yaml')))
      expect(run(yamllint, ['-s', '-f', 'parsable', '-d', rules, '-'], { input: file.content }).stdout).toBe(
        '',
      )
  })
})
