import { describe, expect, test } from 'vitest'
import { targets } from '../../src/targets/index.js'
import { run } from '../../src/cli/cli.js'
import { fakeHost, GOOD, REFUSED, runIn, WRONG } from './fake-io.js'

const host = { files: { 'host.yaml': GOOD } }
const ids: readonly string[] = targets.map(({ id }) => id)

describe('--out', () => {
  test('one target: the folder is its root', async () => {
    const { code, written, stdout, stderr } = await runIn(
      host,
      'render',
      'host.yaml',
      '-t',
      'networkd',
      '--out',
      'o',
    )
    expect([...written.keys()]).toEqual(['o'])
    expect(stdout).toContain('/etc/systemd/network/')
    expect(stdout).toMatch(/\d+ files written, 0 unchanged\./)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  test('several targets: a folder for each, in the order of the registry', async () => {
    const { written } = await runIn(
      host,
      ...['render', 'host.yaml', '--out', 'o', '--target', 'networkd', '--target', 'ifupdown'],
    )
    expect([...written.keys()]).toEqual(['o/ifupdown', 'o/networkd'])
  })

  test('no target: all of them', async () => {
    const { written, code } = await runIn(host, 'render', 'host.yaml', '--out', 'o')
    expect([...written.keys()]).toEqual(ids.map((id) => `o/${id}`))
    expect(code).toBe(0)
  })

  test('distributions are names of targets', async () => {
    const gentoo = await runIn(host, 'render', 'host.yaml', '--out', 'o', '-t', 'gentoo')
    const netifrc = await runIn(host, 'render', 'host.yaml', '--out', 'o', '-t', 'netifrc')
    expect(gentoo.written).toEqual(netifrc.written)
    const debian = await runIn(host, 'render', 'host.yaml', '--out', 'o', '-t', 'debian', '-t', 'ifupdown')
    expect([...debian.written.keys()]).toEqual(['o'])
  })

  test('targets may be joined by commas, and `all` is every one', async () => {
    const rendered = async (...words: readonly string[]): Promise<readonly string[]> => [
      ...(await runIn(host, 'render', 'host.yaml', '--out', 'o', ...words)).written.keys(),
    ]
    expect(await rendered('--target', 'netplan,networkd')).toEqual(['o/networkd', 'o/netplan'])
    expect(await rendered('-t', 'ubuntu, gentoo', '-t', 'networkd')).toEqual([
      'o/netifrc',
      'o/networkd',
      'o/netplan',
    ])
    expect(await rendered('-t', 'all')).toEqual(ids.map((id) => `o/${id}`))
  })

  test('each description of a mixed fleet chooses its own targets, unless --target says otherwise', async () => {
    const files = {
      'hosts/a.yaml': `${GOOD}targets: [netplan]\n`,
      'hosts/b.yaml': `${GOOD}targets: { netifrc: , networkd: { version: 252 } }\n`,
    }
    const own = await runIn({ files }, 'render', 'hosts/*', '--out', 'o/{host}')
    expect([...own.written.keys()]).toEqual(['o/a', 'o/b/netifrc', 'o/b/networkd'])
    const result = await runIn({ files }, 'render', 'hosts/*', '--out', 'o/{host}', '-t', 'ifupdown')
    expect([...result.written.keys()]).toEqual(['o/a', 'o/b'])
  })

  test('trees of targets that the description no longer chooses are named', async () => {
    const notes = async (targets: string, ...words: readonly string[]): Promise<readonly string[]> => {
      const files = { 'host.yaml': `${GOOD}targets: ${targets}\n` }
      const world = { files, trees: ['o', 'o/netplan', 'o/networkd'] }
      const { stderr } = await runIn(world, 'render', 'host.yaml', '--out', 'o', ...words)
      return [...stderr.matchAll(/^note: (\S+): an earlier run wrote this tree, and/gm)].map(
        ([, root]) => root ?? '',
      )
    }
    expect(await notes('[netplan, netifrc]')).toEqual(['o', 'o/networkd'])
    expect(await notes('[netplan, netifrc]', '--check')).toEqual(['o', 'o/networkd'])
    expect(await notes('[netplan]')).toEqual(['o/networkd', 'o/netplan'])
    // With --target, other runs may write the other trees.
    expect(await notes('[netplan, netifrc]', '-t', 'netifrc')).toEqual([])
  })

  test('{host} is replaced literally by a name with `$`', async () => {
    const { written } = await runIn(
      { files: { "a$'b.yaml": GOOD } },
      'render',
      "a$'b.yaml",
      '--out',
      'o/{host}/x',
      '-t',
      'netplan',
    )
    expect([...written.keys()]).toEqual(["o/a$'b/x"])
  })

  test('{host} is the name of the description', async () => {
    const world = { files: { 'hosts/a.example.yaml': GOOD, 'hosts/b.yml': GOOD } }
    const { written } = await runIn(
      world,
      'render',
      'hosts/*',
      '--out',
      'o/{host}/x',
      '-t',
      'networkd',
      '-t',
      'netifrc',
    )
    expect([...written.keys()]).toEqual([
      'o/a.example/x/netifrc',
      'o/a.example/x/networkd',
      'o/b/x/netifrc',
      'o/b/x/networkd',
    ])
  })

  test('names apply.sh, and no steps', async () => {
    const { stdout, written } = await runIn(host, 'render', 'host.yaml', '-t', 'ifupdown', '--out', 'o dir')
    expect(stdout).toContain('o dir/.multihome/apply.sh')
    expect(stdout).not.toContain('1. ')
    expect(written.get('o dir')?.map(({ path }) => path)).toContain('/.multihome/apply.conf')
  })

  test('prints the steps for files that are in place already, without a program', async () => {
    const words = ['render', 'host.yaml', '-t', 'networkd', '--out', '/']
    const { stdout, written } = await runIn(host, ...words)
    expect(stdout).toMatch(/unchanged\. -v lists the steps that apply them\.\n$/)
    const verbose = await runIn(host, ...words, '-v')
    for (const text of [stdout, verbose.stdout]) expect(text).not.toContain('.multihome')
    expect(verbose.stdout).toContain('1. ')
    expect(written.get('/')?.filter(({ path }) => path.startsWith('/.multihome'))).toEqual([])
  })

  test('a folder that cannot be written is reported, the others are written, exit 2', async () => {
    const { code, stderr, written } = await runIn(
      { ...host, refusing: 'o/networkd' },
      ...['render', 'host.yaml', '--out', 'o'],
    )
    expect(code).toBe(2)
    expect(stderr).toContain(
      'multihome: o/networkd/etc: permission denied\nNothing was written into o/networkd.\n',
    )
    expect(written.size).toBe(ids.length - 1)
  })

  test('an error after the first change lists what changed', async () => {
    const failure = {
      problems: [{ path: '/etc/b', text: 'it is in use' }],
      changed: ['/etc/a', '/etc/c'],
    }
    const words = ['render', 'host.yaml', '--out', 'o', '-t', 'networkd']
    const { code, stderr } = await runIn({ ...host, refusing: 'o', failure }, ...words)
    expect(stderr).toBe(
      'multihome: o/etc/b: it is in use\n2 files in o changed before that: /etc/a, /etc/c. fix: remove the cause and render again.\n',
    )
    expect(code).toBe(2)
  })

  test('an error of the folder itself names it as it was given', async () => {
    const failure = { problems: [{ path: '/', text: 'process 7 is writing here' }] }
    const words = ['render', 'host.yaml', '--out', 'o', '-t', 'networkd']
    const { stderr } = await runIn({ ...host, refusing: 'o', failure }, ...words)
    expect(stderr).toBe('multihome: o: process 7 is writing here\nNothing was written into o.\n')
  })
})

describe('findings', () => {
  test('an error in one description prevents all output', async () => {
    const world = { files: { 'a.yaml': GOOD, 'b.yaml': WRONG } }
    const { code, written, stderr, stdout } = await runIn(
      world,
      'render',
      'a.yaml',
      'b.yaml',
      '--out',
      'o/{host}',
    )
    expect(written.size).toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toContain('error[key-unknown]')
    expect(stderr).toContain('--> b.yaml:6:')
    expect(stderr).toMatch(
      /\d errors?\nNothing was written\. fix: --keep-going renders the descriptions without errors\.\n$/,
    )
    expect(code).toBe(1)
  })

  test.each(['check', 'render'])(
    '%s reports the errors of a description and of the targets together',
    async (command) => {
      const world = { files: { 'host.yaml': `${REFUSED}speed: 5\n` } }
      const words = [command, 'host.yaml', '-t', 'nm-keyfile']
      const { code, written, stdout, stderr } = await runIn(world, ...words)
      expect(stderr).toContain('error[key-unknown]')
      expect(stderr).toContain('error[feature-unsupported]: nm-keyfile cannot express rule: goto')
      expect(`${stdout}${stderr}`).toContain('2 errors')
      expect([code, written.size]).toEqual([1, 0])
      const json: unknown = JSON.parse((await runIn(world, ...words, '--format', 'json')).stdout)
      expect(json).toMatchObject({
        diagnostics: [{ code: 'feature-unsupported', target: 'nm-keyfile' }, { code: 'key-unknown' }],
        outputs: [],
      })
      const sarif: unknown = JSON.parse((await runIn(world, ...words, '--format', 'sarif')).stdout)
      expect(sarif).toMatchObject({
        runs: [{ results: [{ ruleId: 'feature-unsupported' }, { ruleId: 'key-unknown' }] }],
      })
    },
  )

  test('--keep-going renders the valid descriptions, and exits with 1', async () => {
    const world = { files: { 'a.yaml': GOOD, 'b.yaml': WRONG } }
    const words = ['a.yaml', 'b.yaml', '--out', 'o/{host}', '-t', 'networkd']
    const { code, written, stderr } = await runIn(world, 'render', ...words, '--keep-going')
    expect([...written.keys()]).toEqual(['o/a'])
    expect(stderr).toContain('--> b.yaml:6:')
    expect(code).toBe(1)
    const checked = await runIn(world, 'render', ...words, '--keep-going', '--check')
    expect(checked.code).toBe(1)
    const none = await runIn(world, 'render', 'b.yaml', '--out', 'o', '--keep-going')
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/Nothing was written\.\n$/) })
  })

  test('a file that cannot be read is an error like any other', async () => {
    const { code, stderr, written } = await runIn(host, 'render', 'host.yaml', 'no.yaml', '--out', 'o/{host}')
    expect(stderr).toContain('error[file-unreadable]: cannot read no.yaml: there is no such file')
    expect(written.size).toBe(0)
    expect(code).toBe(1)
  })

  test('a file that vanishes after it was inspected is an error, and the others are written', async () => {
    const world = { files: { 'a.yaml': GOOD, 'b.yaml': GOOD, 'c.yaml': GOOD }, vanishing: 'b.yaml' }
    const words = ['render', 'a.yaml', 'b.yaml', 'c.yaml', '--out', 'o/{host}', '-t', 'networkd']
    const { code, stderr, stdout, written } = await runIn(world, ...words)
    expect([...written.keys()]).toEqual(['o/a', 'o/c'])
    expect(stderr).toContain('error[file-unreadable]: cannot read b.yaml: there is no such file')
    expect(stdout).toContain('; 1 error.')
    expect(code).toBe(1)
  })

  test('a target that refuses writes nothing, the others do', async () => {
    const { code, written, stdout, stderr } = await runIn(
      { files: { 'host.yaml': REFUSED } },
      ...['render', 'host.yaml', '--out', 'o', '-t', 'nm-keyfile', '-t', 'iproute2'],
    )
    expect(stderr).toContain('error[feature-unsupported]: nm-keyfile cannot express rule: goto')
    expect([...written.keys()]).toEqual(['o/iproute2'])
    expect(stdout).toContain(
      'refused  o/nm-keyfile: nm-keyfile cannot express the description; existing files stay\n',
    )
    expect(stdout).toContain('; 1 target refused; 1 error')
    // Counted once.
    expect(stderr).not.toMatch(/^1 error/m)
    expect(code).toBe(1)
  })

  test('--strict treats warnings as errors', async () => {
    const world = { files: { 'host.yaml': GOOD.replace('table: 1 }', 'table: 1, fwmark: 0x100 }') } }
    const mild = await runIn(world, 'render', 'host.yaml', '--out', 'o', '-t', 'iproute2')
    expect(mild.stderr).toContain('warning[')
    expect(mild).toMatchObject({ code: 0 })
    expect(mild.written.size).toBe(1)
    const strict = await runIn(world, 'render', 'host.yaml', '--out', 'o', '-t', 'iproute2', '--strict')
    expect(strict).toMatchObject({ code: 1 })
    expect(strict.written.size).toBe(0)
  })

  test('colours only if enabled', async () => {
    const world = { files: { 'b.yaml': WRONG } }
    expect((await runIn(world, 'render', 'b.yaml', '--stdout')).stderr).not.toContain('\u001b')
    expect((await runIn({ ...world, color: true }, 'render', 'b.yaml', '--stdout')).stderr).toContain(
      '\u001b[31;1m',
    )
  })

  test('standard input', async () => {
    const { code, stdout } = await runIn({ stdin: GOOD }, 'render', '-', '--stdout', '-t', 'networkd')
    expect(stdout).toContain('from standard input')
    expect(code).toBe(0)
    expect((await runIn({ stdin: WRONG }, 'render', '-', '--stdout')).stderr).toContain('--> stdin:6:')
  })

  test('--stdin-name names standard input in headers, diagnostics and for {host}', async () => {
    const named = ['render', '-', '--stdin-name', 'hosts/gw1.yaml', '-t', 'networkd']
    const { stdout } = await runIn({ stdin: GOOD }, ...named, '--stdout')
    expect(stdout).toContain('from gw1.yaml')
    expect([...(await runIn({ stdin: GOOD }, ...named, '--out', 'o/{host}')).written.keys()]).toEqual([
      'o/gw1',
    ])
    expect((await runIn({ stdin: WRONG }, ...named, '--stdout')).stderr).toContain('--> hosts/gw1.yaml:6:')
  })
})

describe('how much is printed', () => {
  const warned = { files: { 'host.yaml': GOOD.replace('table: 1 }', 'table: 1, fwmark: 0x100 }') } }
  const words = ['render', 'host.yaml', '--out', 'o', '-t', 'iproute2']

  test('by default prints changed files and one summary', async () => {
    const { stdout, stderr } = await runIn(warned, ...words)
    const lines = stdout.trimEnd().split('\n')
    const summary = lines.pop()
    expect(lines.every((line) => /^written {2}o\/\S+$/.test(line))).toBe(true)
    expect(summary).toBe(
      `${lines.length} files written, 0 unchanged; 1 warning. To apply them: o/.multihome/apply.sh`,
    )
    expect(stderr).toMatch(/^warning\[[^]*\n\n$/)
  })

  test('-v prints every file with its mode, and the next steps', async () => {
    const { stdout } = await runIn(warned, ...words, '-v')
    expect(stdout).toContain('  written    /usr/local/sbin/multihome.sh  0755 root:root\n')
    expect(stdout).toContain('apply.sh')
    expect(stdout).toMatch(/\n\d+ files written, 0 unchanged; 1 warning\./)
  })

  test('-q prints only errors', async () => {
    expect(await runIn(warned, ...words, '-q')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect(await runIn(warned, ...words, '-q', '--check')).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const wrong = await runIn({ files: { 'host.yaml': WRONG } }, ...words, '-q')
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toMatch(/^error\[key-unknown\][^]*gateways\.admin\.vai\n\S*[^]*\n\n$/)
    expect(wrong.stderr).not.toContain('Nothing was written')
  })
})

describe('without --out', () => {
  test('prints the files, and a note that none is written', async () => {
    const printed = await runIn(host, 'render', 'host.yaml', '-t', 'networkd')
    expect(printed).toMatchObject({ code: 0, stderr: 'Nothing was written: --out DIR writes these files.\n' })
    expect(printed.written.size).toBe(0)
    const silent = await runIn(host, 'render', 'host.yaml', '-t', 'networkd', '--stdout')
    expect(silent).toMatchObject({ code: 0, stderr: '', stdout: printed.stdout })
  })
})

describe('--stdout', () => {
  test('one target: a line before each file', async () => {
    const { stdout, written } = await runIn(host, 'render', 'host.yaml', '--stdout', '-t', 'networkd')
    expect(written.size).toBe(0)
    expect(stdout).toMatch(/^# ==> \/etc\/systemd\/network\/\S+ 0\d{3} root:\S+\n/)
  })

  test('several targets and files: the line names them', async () => {
    const world = { files: { 'a.yaml': GOOD, 'b.yaml': GOOD } }
    const { stdout } = await runIn(
      world,
      'render',
      'a.yaml',
      'b.yaml',
      '--stdout',
      '-t',
      'networkd',
      '-t',
      'netifrc',
    )
    const heads = stdout.split('\n').filter((line) => line.startsWith('# ==> '))
    expect(new Set(heads.map((line) => line.split(' ').slice(2, 4).join(' ')))).toEqual(
      new Set(['a.yaml netifrc', 'a.yaml networkd', 'b.yaml netifrc', 'b.yaml networkd']),
    )
    expect(heads.some((line) => / -> /.test(line))).toBe(true)
  })
})

describe('--check and --diff', () => {
  const stale = {
    ...host,
    compare: () => ({
      ok: true as const,
      value: [
        {
          path: '/etc/x',
          what: 'content' as const,
          text: 'has other content',
          before: 'a\nb\n',
          after: 'a\nc\n',
        },
        { path: '/etc/y', what: 'mode' as const, text: 'has mode 0644, not 0600' },
      ],
    }),
  }

  test('reports that all files are up to date', async () => {
    const { code, stdout, written } = await runIn(host, 'render', 'host.yaml', '--out', 'o', '--check')
    expect(stdout).toBe('Up to date.\n')
    expect(written.size).toBe(0)
    expect(code).toBe(0)
  })

  test('lists stale files and exits with 1', async () => {
    const { code, stdout } = await runIn(
      stale,
      'render',
      'host.yaml',
      '--out',
      'o',
      '--check',
      '-t',
      'networkd',
    )
    expect(stdout).toBe('o/etc/x has other content\no/etc/y has mode 0644, not 0600\n2 differences.\n')
    expect(code).toBe(1)
  })

  test('--diff prints the differences', async () => {
    const { code, stdout, written } = await runIn(
      stale,
      'render',
      'host.yaml',
      '--out',
      'o',
      '--diff',
      '-t',
      'networkd',
    )
    expect(stdout).toContain('--- o/etc/x\n+++ o/etc/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n')
    expect(written.size).toBe(0)
    expect(code).toBe(1)
  })
})

describe('--format', () => {
  test('json: prints only the document', async () => {
    const { code, stdout, stderr } = await runIn(
      { files: { 'host.yaml': REFUSED } },
      ...['render', 'host.yaml', '--format', 'json', '-t', 'nm-keyfile', '-t', 'netifrc'],
    )
    expect(stderr).toBe('')
    expect(code).toBe(1)
    const report: unknown = JSON.parse(stdout)
    expect(report).toMatchObject({ version: 1, files: ['host.yaml'] })
    expect(report).toHaveProperty('diagnostics.0', {
      code: 'feature-unsupported',
      severity: 'error',
      message: expect.stringContaining('nm-keyfile cannot express rule: goto'),
      args: { feature: 'rule: goto', target: 'nm-keyfile', reason: expect.any(String) },
      file: 'host.yaml',
      path: expect.stringMatching(/^rules\[0\]/),
      start: { line: 10, column: expect.any(Number), offset: expect.any(Number) },
      end: expect.anything(),
      target: 'nm-keyfile',
      fix: expect.any(String),
    })
    expect(report).toHaveProperty('outputs.length', 1)
    expect(report).toHaveProperty('outputs.0', {
      file: 'host.yaml',
      target: 'netifrc',
      files: expect.arrayContaining([
        { path: '/etc/conf.d/net', mode: '0644', owner: 'root:root', content: expect.any(String) },
        { path: expect.any(String), symlink: expect.any(String) },
      ]),
      control: expect.arrayContaining([
        {
          path: '/.multihome/apply.sh',
          mode: '0755',
          owner: 'root:root',
          content: expect.stringContaining('#!/bin/sh'),
        },
      ]),
      first: expect.arrayContaining([
        { command: expect.any(String), programs: ['rc-update'], why: expect.any(String) },
      ]),
      change: expect.any(Array),
    })
  })

  test('json with --out and with --check lists files', async () => {
    const wrote = await runIn(host, 'render', 'host.yaml', '--format', 'json', '--out', 'o', '-t', 'netifrc')
    expect(JSON.parse(wrote.stdout)).toMatchObject({ trees: [{ target: 'netifrc', root: 'o', removed: [] }] })
    const checked = await runIn(host, 'render', 'host.yaml', '--format', 'json', '--out', 'o', '--check')
    expect(JSON.parse(checked.stdout)).toMatchObject({ differences: [] })
  })

  test('sarif: has the fields that scanners need', async () => {
    const { stdout, stderr } = await runIn(
      { files: { 'a b.yaml': WRONG } },
      'check',
      'a b.yaml',
      '--format',
      'sarif',
    )
    expect(stderr).toBe('')
    const log: unknown = JSON.parse(stdout)
    expect(log).toMatchObject({ version: '2.1.0' })
    expect(log).toHaveProperty('runs.0.tool.driver.name', 'multihome')
    expect(log).toHaveProperty('runs.0.tool.driver.rules.0.helpUri', 'urn:multihome:diagnostic:key-unknown')
    expect(log).toHaveProperty('runs.0.results.0', {
      ruleId: 'key-unknown',
      ruleIndex: expect.any(Number),
      level: 'error',
      message: { text: expect.stringContaining('unknown key `vai`') },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.yaml' },
            region: { startLine: 6, startColumn: 24, endLine: 6, endColumn: 27 },
          },
        },
      ],
    })
  })
})

describe('wrong usage: a message, exit 2, nothing written', () => {
  test.each([
    [
      ['render', 'a.yaml', 'b.yaml', '--out', 'o'],
      '2 descriptions would be written into one o: put {host} in it',
    ],
    [['render', 'x/a.yaml', 'y/a.yaml', '--out', '{host}'], 'x/a.yaml and y/a.yaml are both host a'],
    [
      ['render', '-', '--out', '{host}'],
      'standard input has no name for {host}: give it one with --stdin-name',
    ],
    [
      ['render', 'a.yaml', '--stdout', '--stdin-name', 'b'],
      '--stdin-name names standard input, which is not read',
    ],
    [['render', 'a.yaml', '--stdout', '-q', '-v'], '--quiet and --verbose exclude each other'],
    [['render', '../.yaml', '--out', '{host}'], '../.yaml has no name for {host}'],
    [['render', '...yaml', '--out', '{host}'], '...yaml has no name for {host}'],
    [['render', 'a.yaml', '--out', 'o', '--stdout'], '--out and --stdout exclude each other'],
    [['render', 'a.yaml', '--stdout', '--check'], '--check, --check-modes and --diff compare with a folder'],
    [['render', 'a.yaml', '--out', ''], '--out has no value\n  fix: write --out DIR\n'],
    [['render', 'a.yaml', '--out', 'o', '--out', 'p'], '--out is given twice'],
    [['render', 'a.yaml', '--out'], '--out has no value'],
    [
      ['render', '--out', 'o'],
      'FILE is missing, and there is no multihome.yaml in this folder or above it\n  fix: write multihome render FILE',
    ],
    [
      ['render', 'a.yaml', '--out', 'o', '--target', 'nope'],
      '--target knows no `nope`\n  fix: Write netifrc, ',
    ],
    [
      ['render', 'a.yaml', '--out', 'o', '--target', 'netplan,NetworkManager'],
      '--target knows no `NetworkManager`\n  fix: Write `nm-keyfile` or `nm-dispatcher`.\n',
    ],
    [
      ['render', 'a.yaml', '--out', 'o', '--tarket', 'netifrc'],
      'there is no option `--tarket`\n  fix: write --target\n',
    ],
  ])('%j', async (words, text) => {
    const world = { stdin: GOOD, files: { 'a.yaml': GOOD, 'b.yaml': GOOD, '...yaml': GOOD } }
    const { code, stderr, stdout, written } = await runIn(world, ...words)
    expect(stderr).toContain(text)
    expect(stdout).toBe('')
    expect(written.size).toBe(0)
    expect(code).toBe(2)
  })
})

describe('a signal', () => {
  const files = { 'hosts/a.yaml': GOOD, 'hosts/b.yaml': GOOD }

  /** It arrives after so many trees were written or compared. */
  async function interrupted(after: number, ...words: readonly string[]) {
    const { io, outcome } = fakeHost({ files })
    let count = 0
    const counting = Object.setPrototypeOf(
      {
        write: async (...given: Parameters<typeof io.write>) => {
          count += 1
          return io.write(...given)
        },
        compare: (...given: Parameters<typeof io.compare>) => {
          count += 1
          return io.compare(...given)
        },
        get isInterrupted() {
          return count >= after
        },
      },
      io,
    ) as typeof io
    return { code: await run(['render', 'hosts/', ...words], counting), ...outcome() }
  }

  test.each([[[]], [['--keep-going']]])('after the last host changes nothing %j', async (words) => {
    const { code, stdout, stderr } = await interrupted(
      4,
      '--out',
      'o/{host}',
      '-t',
      'iproute2,netplan',
      ...words,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('2 of 2 hosts changed')
  })

  test('before it counts what is missing', async () => {
    const words = ['--out', 'o/{host}', '-t', 'iproute2,netplan']
    expect(await interrupted(3, ...words)).toMatchObject({
      code: 2,
      stderr: 'Interrupted: nothing was written into 1 more folder.\n',
    })
    expect(await interrupted(1, ...words, '--keep-going')).toMatchObject({
      code: 2,
      stderr: 'Interrupted: nothing was written into 1 more folder and 1 more host.\n',
    })
  })

  test('during a comparison counts what was not compared', async () => {
    const words = ['--out', 'o/{host}', '-t', 'iproute2,netplan', '--check']
    expect(await interrupted(4, ...words)).toMatchObject({ code: 0, stderr: '' })
    expect(await interrupted(3, ...words)).toMatchObject({
      code: 2,
      stderr: 'Interrupted: 1 more folder not compared.\n',
    })
  })

  test('after the last host leaves a whole archive', async () => {
    const { io, outcome } = fakeHost({ files })
    let isAsked = false
    const late = Object.setPrototypeOf(
      {
        stdoutBytes: (bytes: Uint8Array) => {
          isAsked ||= Buffer.from(bytes).includes('"b"')
          io.stdoutBytes(bytes)
        },
        get isInterrupted() {
          return isAsked
        },
      },
      io,
    ) as typeof io
    const words = ['render', 'hosts/', '--as', 'json', '-t', 'iproute2', '--keep-going']
    expect(await run(words, late)).toBe(0)
    const { stdout } = await runIn({ files }, ...words)
    expect(outcome().stderr).toBe('')
    expect(outcome().stdout === stdout).toBe(true)
  })
})
