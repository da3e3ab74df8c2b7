import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/diagnostics/catalogue/catalogue.js'
import { features } from '../../src/plan/features.js'
import { targets } from '../../src/targets/index.js'
import { examples, scenarios } from '../../src/cli/embedded.generated.js'
import { GOOD, REFUSED, runIn, WRONG } from './fake-io.js'

const host = { files: { 'host.yaml': GOOD } }
const MARKED = `${GOOD.replace('table: 1', 'fwmark: 0x100/0xff00').replace('198.51.100.1 }', '198.51.100.1, fwmark: 0x200/0xff00 }')}marks: nftables\n`

describe('check', () => {
  test('prints one summary, and with -v a verdict for each file', async () => {
    const world = { files: { 'a.yaml': GOOD, 'b.yaml': WRONG } }
    const { code, stdout, stderr } = await runIn(world, 'check', 'a.yaml', 'b.yaml')
    expect(stdout).toBe('2 descriptions: 1 error in 1 of them\n')
    expect(stderr).toContain('error[key-unknown]')
    expect(stderr).not.toMatch(/^1 error/m)
    expect(code).toBe(1)
    const verbose = await runIn(world, 'check', 'a.yaml', 'b.yaml', '-v')
    expect(verbose.stdout).toBe(`a.yaml: good\nb.yaml: 1 error\n${stdout}`)
    const good = { code: 0, stdout: 'host.yaml: good\n', stderr: '' }
    expect(await runIn(host, 'check', 'host.yaml')).toMatchObject(good)
  })

  test('-q prints only errors', async () => {
    expect(await runIn(host, 'check', 'host.yaml', '-q')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const wrong = await runIn({ files: { 'b.yaml': WRONG } }, 'check', 'b.yaml', '-q')
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('error[key-unknown]'),
    })
  })

  test('checks one stack', async () => {
    const world = { files: { 'a.yaml': REFUSED } }
    expect(await runIn(world, 'check', 'a.yaml', '-t', 'nm-keyfile')).toMatchObject({ code: 1 })
    expect(await runIn(world, 'check', 'a.yaml', '-t', 'iproute2')).toMatchObject({ code: 0 })
  })
})

describe('plan', () => {
  test('table: every item has its line', async () => {
    const { code, stdout } = await runIn(host, 'plan', 'host.yaml')
    expect(code).toBe(0)
    expect(stdout).toContain(
      'Tables\n  TABLE  NAME        LINE  WHY\n  1      admin       6     gateway admin\n',
    )
    expect(stdout).toMatch(/IPv4 +18000 +from 192\.0\.2\.10 +lookup 1 +6 /)
    expect(stdout).toMatch(/IPv4 +admin +default via 192\.0\.2\.1 dev eth0 +6 /)
    expect(stdout).toMatch(/net\.ipv4\.conf\.eth0\.rp_filter +2 /)
    expect(stdout).not.toMatch(/ $/m)
  })

  test('ip: each command follows its reason', async () => {
    const { stdout } = await runIn(host, 'plan', 'host.yaml', '--format', 'ip')
    expect(stdout).toContain('\nip address replace 192.0.2.10/24 dev eth0\n'.replace('ip ', 'ip -4 '))
    expect(stdout).toContain('(line 6)\nip -4 route replace default via 192.0.2.1 dev eth0 table 1\n')
    expect(stdout).toContain('ip -4 rule add pref 18000 from 192.0.2.10 lookup 1\n')
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^(# |ip |sysctl -w )/)
  })

  test('json and yaml are the same document', async () => {
    const json = await runIn(host, 'plan', 'host.yaml', '--format', 'json')
    const yaml = await runIn(host, 'plan', 'host.yaml', '--format', 'yaml')
    const { load } = await import('js-yaml')
    expect(load(yaml.stdout)).toEqual(JSON.parse(json.stdout))
    expect(JSON.parse(json.stdout)).toHaveProperty('tables.0', {
      table: 1,
      name: 'admin',
      for: 'gateway admin',
      origin: 'gateways.admin',
      line: 6,
    })
  })

  test('connection marks are in the table and the document, and a comment among the commands', async () => {
    const world = { files: { 'a.yaml': MARKED } }
    const { stdout } = await runIn(world, 'plan', 'a.yaml')
    expect(stdout).toMatch(/^ {2}eth1 +0x200\/0xff00 +7 +gateway production: connections over eth1$/m)
    const json = await runIn(world, 'plan', 'a.yaml', '--format', 'json')
    expect(JSON.parse(json.stdout)).toHaveProperty('connmarks.1', {
      link: 'eth1',
      fwmark: '0x200/0xff00',
      for: 'gateway production: connections over eth1',
      origin: 'gateways.production.fwmark',
      line: 7,
    })
    const ip = await runIn(world, 'plan', 'a.yaml', '--format', 'ip')
    expect(ip.stdout).toContain('/etc/nftables.d/multihome.nft')
    expect((await runIn(host, 'plan', 'host.yaml', '--format', 'ip')).stdout).not.toContain('nftables')
  })

  test('prints no plan of an invalid description', async () => {
    const { code, stdout, stderr } = await runIn({ files: { 'b.yaml': WRONG } }, 'plan', 'b.yaml')
    expect(stdout).toBe('')
    expect(stderr).toContain('error[key-unknown]')
    expect(code).toBe(1)
  })
})

describe('targets', () => {
  test('lists every feature of every stack, and netplan with either renderer', async () => {
    const { stdout, code } = await runIn({}, 'targets', '--format', 'json')
    expect(code).toBe(0)
    const matrix = JSON.parse(stdout) as {
      variants: { name: string }[]
      features: { feature: string; support: object }[]
    }
    const names = matrix.variants.map(({ name }) => name)
    for (const { id } of targets) expect(names).toContain(id)
    expect(names).toContain('netplan (NetworkManager)')
    expect(matrix.features.map(({ feature }) => feature)).toEqual([...features])
    for (const { support } of matrix.features) expect(Object.keys(support)).toEqual(names)
  })

  test('prints text and Markdown', async () => {
    const table = await runIn({}, 'targets', '-t', 'networkd')
    expect(table.stdout).toMatch(/^rule: uidrange +native/m)
    const markdown = await runIn({}, 'targets', '--format', 'markdown')
    const rows = markdown.stdout.split('\n').filter((line) => line.startsWith('|'))
    expect(rows).toHaveLength(features.length + 2)
    const cells = (row: string) => row.split(/(?<!\\)\|/).length
    expect(new Set(rows.map(cells)).size).toBe(1)
  })
})

describe('requires', () => {
  const full = [
    'CONFIG_IP_ADVANCED_ROUTER=y',
    'CONFIG_IP_MULTIPLE_TABLES=y',
    'CONFIG_SYSCTL=y',
    'CONFIG_PROC_SYSCTL=y',
  ].join('\n')

  test('lists the stacks that the description chooses', async () => {
    const world = { files: { 'host.yaml': `${GOOD}targets: [netplan]\n` } }
    const { stdout } = await runIn(world, 'requires', 'host.yaml')
    expect(stdout).toContain('netplan')
    expect(stdout).not.toContain('ifupdown')
  })

  test('lists requirements with their lines', async () => {
    const { code, stdout } = await runIn(host, 'requires', 'host.yaml')
    expect(code).toBe(0)
    expect(stdout).toMatch(/CONFIG_IP_MULTIPLE_TABLES +line 6 /)
    expect(stdout).not.toContain('CONFIG_IPV6')
    for (const { id } of targets) expect(stdout).toMatch(new RegExp(`^ {2}${id} `, 'm'))
  })

  test('requires nftables for connection marks', async () => {
    const world = { files: { 'a.yaml': MARKED } }
    const { stdout } = await runIn(world, 'requires', 'a.yaml')
    expect(stdout).toMatch(/^ {2}CONFIG_NF_CONNTRACK_MARK +line 9 /m)
    expect(stdout).toMatch(/^ {2}Linux 5\.2 +nftables 0\.9\.1 +line 9 /m)
    expect(stdout).toContain('Releases: Linux 5.2, any iproute2, nftables 0.9.1\n')
    const json = await runIn(world, 'requires', 'a.yaml', '--format', 'json')
    expect(JSON.parse(json.stdout)).toMatchObject({ kernel: { least: '5.2' }, nftables: { least: '0.9.1' } })
    expect((await runIn(host, 'requires', 'host.yaml')).stdout).not.toContain('nftables')
  })

  test('accepts a sufficient kernel, and lists what another one lacks', async () => {
    const good = await runIn({ ...host, kernelConfig: full }, 'requires', 'host.yaml', '--kernel-config', 'c')
    expect(good).toMatchObject({ code: 0, stderr: '' })
    expect(good.stdout).toMatch(/CONFIG_IP_MULTIPLE_TABLES +built-in/)
    const poor = await runIn(
      {
        ...host,
        kernelConfig: full.replace('CONFIG_IP_MULTIPLE_TABLES=y', '# CONFIG_IP_MULTIPLE_TABLES is not set'),
      },
      ...['requires', 'host.yaml', '--kernel-config', 'c'],
    )
    expect(poor).toMatchObject({ code: 1, stderr: 'c lacks CONFIG_IP_MULTIPLE_TABLES\n' })
  })

  test('compares the version of the kernel whose configuration it is', async () => {
    const text = `${GOOD}sysctls: { net.ipv4.fib_multipath_hash_seed: 7 }\n`
    const of = (release: string) =>
      runIn(
        {
          files: { 'host.yaml': text },
          kernelConfig: `# Linux/x86 ${release} Kernel Configuration\n${full}`,
        },
        ...['requires', 'host.yaml', '--kernel-config', 'c'],
      )
    expect(await of('6.12.94')).toMatchObject({ code: 0, stderr: '' })
    const stderr = 'c is of Linux 6.1.106, and the plan needs Linux 6.11\n'
    expect(await of('6.1.106')).toMatchObject({ code: 1, stderr })
  })

  test('reports an unreadable kernel configuration', async () => {
    const { code, stderr } = await runIn(host, 'requires', 'host.yaml', '--kernel-config', 'nowhere')
    expect(stderr).toContain('cannot read nowhere: there is no such file')
    expect(code).toBe(1)
  })

  test('the minimum version of each stack depends on the settings of the description', async () => {
    const world = {
      files: {
        'a.yaml': `${GOOD}rules: [{ to: 203.0.113.0/24, action: unreachable }]\ntargets: { networkd: { version: 252 } }\n`,
      },
    }
    const { stdout } = await runIn(world, 'requires', 'a.yaml', '-t', 'networkd', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      stacks: [{ target: 'networkd', consumer: 'systemd', assumed: '252', least: '248' }],
    })
  })
})

describe('explain', () => {
  test('explains every code of the catalogue', async () => {
    for (const [code, { about }] of Object.entries(catalogue)) {
      const { stdout, code: exit } = await runIn({}, 'explain', code)
      expect(exit).toBe(0)
      expect(stdout).toContain(`${code} (`)
      expect(stdout).toContain(about)
    }
  })

  test('prints an example and its diagnostic', async () => {
    // Embedded from the fixtures and their golden files (`npm run golden`).
    const code = Object.keys(catalogue).find((each) => examples[each] !== undefined)
    if (code === undefined)
      throw new Error('no fixture of a diagnostic has been rendered yet: npm run golden')
    const { stdout } = await runIn({}, 'explain', code)
    expect(stdout).toContain('For example:\n\n    ')
    expect(stdout).toContain(`[${code}]`)
  })

  test('lists all codes, and rejects an unknown one', async () => {
    const { stdout } = await runIn({}, 'explain')
    expect(stdout.trimEnd().split('\n')).toHaveLength(Object.keys(catalogue).length)
    const wrong = await runIn({}, 'explain', 'hostbits')
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('there is no code `hostbits`\n  fix: write multihome explain host-bits\n')
  })
})

describe('schema and init', () => {
  test('schema', async () => {
    const { stdout, code } = await runIn({}, 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'object',
      else: { properties: { gateways: expect.anything() } },
    })
  })

  test('init: the description has no findings', async () => {
    const { stdout, code } = await runIn({}, 'init')
    expect(code).toBe(0)
    const checked = await runIn({ stdin: stdout }, 'check', '-', '--strict')
    expect(checked.stdout).toBe('stdin: good\n')
  })

  test('init: the commented keys are valid as well', async () => {
    const { stdout } = await runIn({}, 'init')
    // Two of the commented rules name addresses of other hosts, so only decoding is checked.
    const text = stdout.replace(
      /^(\s*)# ?((?:table|fwmark|fail-closed|local|sysctls|targets): .*?)(\s+# .*)?$/gm,
      '$1$2',
    )
    expect(text).toContain('\n    fail-closed: true')
    expect(text).toContain('\ntargets: ')
    const { code } = await runIn(
      { stdin: text.replace(/^# (- \{ (from|to))/gm, '  $1') },
      'check',
      '-',
      '-t',
      'networkd',
    )
    expect(code).toBe(0)
  })

  test('init: scenarios', async () => {
    const { stdout } = await runIn({}, 'init', '--list')
    expect(stdout.trimEnd().split('\n')).toHaveLength(Object.keys(scenarios).length)
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^\S+ {2,}\S/)
    const [name = ''] = Object.keys(scenarios)
    expect((await runIn({}, 'init', '--scenario', name)).stdout).toBe(scenarios[name])
    const wrong = await runIn({}, 'init', '--scenario', `${name}x`)
    expect(wrong.stderr).toContain(`fix: write --scenario ${name}\n`)
    expect(wrong.code).toBe(2)
  })
})
