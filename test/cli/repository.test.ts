// multihome.yaml: where it is found, what it says, and its errors.
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import { compile } from '../../src/compile.js'
import { findRepository, repositoryAt, type Repository } from '../../src/cli/repository/repository.js'
import { repository as gitRepository } from '../node/repository.js'
import { fakeHost, GOOD, runIn, WRONG } from './fake-io.js'

const found = async (files: Readonly<Record<string, string>>, explicit?: string) => {
  const result = await findRepository(fakeHost({ files }).io, explicit)
  if (!result.ok) throw new Error(printed(result.findings))
  return result.value
}

const printed = ({ text = '', diagnostics }: { text?: string; diagnostics: readonly unknown[] }): string =>
  (diagnostics as Parameters<typeof formatDiagnostic>[0][])
    .map((each) => formatDiagnostic(each, text))
    .join('\n')

describe('findRepository', () => {
  it('has defaults for all but the version', async () => {
    expect(await found({ 'multihome.yaml': 'version: 1\n' })).toEqual({
      file: 'multihome.yaml',
      folder: '.',
      descriptions: ['hosts/'],
      output: 'rendered/{host}',
      strict: false,
      defaults: undefined,
    })
  })

  it('returns paths relative to the current folder', async () => {
    const text = `version: 1
descriptions: [sites/*/hosts, ./hosts]
output: out/{host}
strict: true
targets: networkd
`
    const expected = {
      descriptions: ['../sites/*/hosts', '../hosts'],
      output: '../out/{host}',
      strict: true,
    }
    const file = '../multihome.yaml'
    const defaults = { file, text }
    expect(await found({ [file]: text })).toEqual({ ...expected, file, folder: '..', defaults })
  })

  it('reads the named file only', async () => {
    const files = { 'multihome.yaml': 'version: 1\n', 'sites/a/m.yaml': 'version: 1\noutput: "{host}"\n' }
    expect(await found(files, 'sites/a/m.yaml')).toMatchObject({
      file: 'sites/a/m.yaml',
      descriptions: ['sites/a/hosts/'],
      output: 'sites/a/{host}',
    })
  })

  it('returns nothing without a multihome.yaml', async () => {
    expect(await found({ 'host.yaml': GOOD })).toBeUndefined()
  })
})

describe('multihome.yaml', () => {
  const errorsOf = async (text: string): Promise<string> => {
    const result = await findRepository(fakeHost({ files: { 'multihome.yaml': text } }).io, undefined)
    return result.ok ? 'none' : printed(result.findings)
  }

  it.each([
    ['an unknown key', 'version: 1\ndescription: hosts/\n'],
    ['a key under another name', 'version: 1\nhosts: hosts/\nout: rendered\n'],
    ['no version', 'output: x\n'],
    ['an output outside of the folder', 'version: 1\noutput: ../../etc\n'],
    ['an absolute output', 'version: 1\noutput: /etc\n'],
    ['descriptions outside of the folder', 'version: 1\ndescriptions: [hosts, sites/../../x]\n'],
    ['an unknown target', 'version: 1\ntargets: networkdd\n'],
    ['a setting that a target does not have', 'version: 1\ntargets: { networkd: { flavour: ifupdown2 } }\n'],
    ['a word for a flag', 'version: 1\nstrict: yes\n'],
    ['a list', '- version: 1\n'],
    ['nothing', '# nothing\n'],
    ['a syntax error', 'version: 1\noutput: [\n'],
    ['a key that is written twice', 'version: 1\nstrict: true\nstrict: false\n'],
  ])('with %s: the error has a location and a fix', async (_what, text) => {
    expect(await errorsOf(text)).toMatchSnapshot()
  })
})

describe('targets of multihome.yaml', () => {
  const settingsOf = (defaults: string, own: string) => {
    const file = { file: 'multihome.yaml', text: `version: 1\ntargets: ${defaults}\n` }
    const { chosen, settings, diagnostics, source } = compile(`${GOOD}${own}`, { defaults: file })
    return { chosen: chosen.map(({ id }) => id), settings, diagnostics, source }
  }

  it('choose for a description that chooses none', () => {
    expect(settingsOf('[netplan, iproute2]', '').chosen).toEqual(['netplan', 'iproute2'])
  })

  it.each([
    ['a name replaces', '{ networkd: { version: 252 } }', 'targets: networkd\n', { networkd: {} }],
    ['a list replaces', '{ networkd: { version: 252 } }', 'targets: [netplan]\n', { netplan: {} }],
    [
      'mappings merge by key',
      '{ networkd: { version: 252, linux: 6.1.0 } }',
      'targets: { networkd: { version: 257 } }\n',
      { networkd: { version: 257, linux: '6.1.0' } },
    ],
  ])('are under those of a description: %s', (_what, defaults, own, expected) => {
    expect(settingsOf(defaults, own).settings).toEqual(expected)
  })

  it('choose with a description that chooses the same target', () => {
    const own = 'targets: { networkd: , netplan: }\n'
    expect(settingsOf('{ networkd:  }', own).settings).toEqual({ networkd: {}, netplan: {} })
    expect(settingsOf('{ networkd: { version: 252 } }', own).settings).toEqual({ netplan: {} })
  })

  it('are where a diagnostic about them points', () => {
    const { diagnostics, source } = settingsOf('{ networkd: { version: 1 } }', '')
    expect(diagnostics.map((each) => formatDiagnostic(each, source.texts)).join('\n')).toMatchSnapshot()
  })
})

/** Good, with a warning: the whole mark counts. */
const WARNED = `${GOOD}rules:\n  - { fwmark: 1, gateway: admin }\n`

const CONFIG = 'version: 1\ntargets: iproute2\n'
const world = { 'multihome.yaml': CONFIG, 'hosts/a.yaml': GOOD, 'hosts/b.yaml': GOOD }

describe('a command without files', () => {
  it('check: is about every description of the repository', async () => {
    const { code, stdout } = await runIn({ files: world }, 'check')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '2 descriptions: good\n' })
  })

  it('render: writes the targets of multihome.yaml into its output', async () => {
    const { code, written } = await runIn({ files: world }, 'render')
    expect({ code, roots: [...written.keys()] }).toEqual({ code: 0, roots: ['rendered/a', 'rendered/b'] })
    expect(written.get('rendered/a')?.map(({ path }) => path)).toContain('/usr/local/sbin/multihome.sh')
  })

  it('render --check: compares with its output', async () => {
    const roots: string[] = []
    const compare = (root: string) => {
      roots.push(root)
      return { ok: true, value: [] } as const
    }
    expect((await runIn({ files: world, compare }, 'render', '--check')).code).toBe(0)
    expect(roots).toEqual(['rendered/a', 'rendered/b'])
  })

  it.each(['check', 'render'])('%s: names both fixes without a multihome.yaml', async (command) => {
    const { code, stderr } = await runIn({ files: { 'a.yaml': GOOD } }, command)
    expect(code).toBe(2)
    expect(stderr).toBe(
      `multihome ${command}: FILE is missing, and there is no multihome.yaml in this folder or above it\n` +
        `  fix: write multihome ${command} FILE, for example: multihome ${command} host.yaml; or create a multihome.yaml: multihome init --repository\n` +
        `See multihome ${command} --help.\n`,
    )
  })

  it.each(['check', 'render'])(
    '%s: reports an error of multihome.yaml, and does nothing',
    async (command) => {
      const files = { ...world, 'multihome.yaml': `${CONFIG}outputs: x\n` }
      const { code, stderr, written } = await runIn({ files }, command)
      expect({ code, written: written.size }).toEqual({ code: 1, written: 0 })
      expect(stderr).toContain('--> multihome.yaml:3:1')
      const json = await runIn({ files }, command, '--format', 'json')
      expect(json.code).toBe(1)
      expect(json.stdout).toContain('"key-unknown"')
    },
  )

  it('is refused if another user owns multihome.yaml', async () => {
    const { code, stderr, written } = await runIn({ files: world, configOwner: 1000 }, 'render')
    expect({ code, written: written.size }).toEqual({ code: 1, written: 0 })
    expect(stderr).toMatchInlineSnapshot(`
      "error[repository-owner]: multihome.yaml is not used: it or its folder belongs to user 1000
        = fix: Name the file if you trust it (\`--config FILE\`), or change the owner (chown).

      1 error
      "
    `)
    const named = await runIn({ files: world, configOwner: 1000 }, 'render', '--config', 'multihome.yaml')
    expect(named.code).toBe(0)
  })

  it('names the hosts if it takes one', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`hosts/h${index}.yaml`, GOOD]))
    expect((await runIn({ files: { ...world, ...many } }, 'plan')).stderr).toMatchInlineSnapshot(`
      "multihome plan: FILE is missing
        fix: write multihome plan FILE, with a host of multihome.yaml: hosts/a.yaml, hosts/b.yaml, hosts/h0.yaml, hosts/h1.yaml, hosts/h2.yaml, or another of 42
      See multihome plan --help.
      "
    `)
    expect((await runIn({ files: world }, 'trace')).stderr).toContain('hosts/a.yaml, hosts/b.yaml\n')
    expect((await runIn({}, 'plan')).stderr).toContain(
      'fix: write multihome plan FILE [OPTIONS], for example',
    )
  })
})

describe('the command line takes precedence over multihome.yaml:', () => {
  const rootsOf = async (...words: readonly string[]): Promise<readonly string[]> => [
    ...(await runIn({ files: { ...world, 'c.yaml': GOOD } }, 'render', ...words)).written.keys(),
  ]

  it('files', async () => {
    expect(await rootsOf('c.yaml')).toEqual(['rendered/c'])
  })

  it('--out', async () => {
    expect(await rootsOf('--out', 'o/{host}')).toEqual(['o/a', 'o/b'])
  })

  it('--stdout', async () => {
    const { written, stdout } = await runIn({ files: world }, 'render', '--stdout')
    expect(written.size).toBe(0)
    expect(stdout).toContain('# ==> hosts/a.yaml iproute2 /usr/local/sbin/multihome.sh')
  })

  it('--target', async () => {
    expect(await rootsOf('c.yaml', '--target', 'netplan,networkd')).toEqual([
      'rendered/c/networkd',
      'rendered/c/netplan',
    ])
  })

  it('--strict and --no-strict', async () => {
    const files = { 'a.yaml': WARNED, 'multihome.yaml': 'version: 1\n' }
    const strict = { ...files, 'multihome.yaml': 'version: 1\nstrict: true\n' }
    const codeOf = async (each: typeof files, ...words: readonly string[]) =>
      (await runIn({ files: each }, 'check', 'a.yaml', ...words)).code
    expect(await codeOf(files)).toBe(0)
    expect(await codeOf(files, '--strict')).toBe(1)
    expect(await codeOf(strict)).toBe(1)
    expect(await codeOf(strict, '--no-strict')).toBe(0)
    expect(await codeOf(strict, '--no-strict', '--strict')).toBe(2)
  })

  it('--config', async () => {
    const files = { ...world, 'other.yaml': 'version: 1\noutput: elsewhere/{host}\ntargets: netplan\n' }
    const { written } = await runIn({ files }, 'render', '--config', 'other.yaml')
    expect([...written.keys()]).toEqual(['elsewhere/a', 'elsewhere/b'])
  })

  it('standard input, which has no name for {host}', async () => {
    const { code, written, stdout } = await runIn({ files: world, stdin: GOOD }, 'render', '-')
    expect({ code, written: written.size }).toEqual({ code: 0, written: 0 })
    expect(stdout).toContain('multihome.sh')
  })
})

describe('defaults of multihome.yaml', () => {
  it('are in the description that plan --resolved prints', async () => {
    const { stdout } = await runIn({ files: world }, 'plan', 'hosts/a.yaml', '--resolved')
    expect(stdout).toMatch(/targets: iproute2 +# multihome\.yaml:2/)
  })

  it.each([
    ['compare', ['--format', 'json']],
    ['requires', []],
  ])('count for %s', async (command, words) => {
    const { stdout } = await runIn({ files: world }, command, 'hosts/a.yaml', ...words)
    expect(stdout).toContain('iproute2')
    expect(stdout).not.toContain('netplan')
  })

  it('are no description', async () => {
    const config = 'version: 1\ndescriptions: hosts/\ntargets:\n  networkd:\n'
    const { stderr } = await runIn({ files: { 'multihome.yaml': config } }, 'check', 'multihome.yaml')
    expect(stderr).toContain('This is a key of multihome.yaml')
    expect(stderr.match(/^error\[/gm)).toHaveLength(1)
  })

  it('do not hide an error of a description', async () => {
    const { code, stderr } = await runIn({ files: { ...world, 'hosts/b.yaml': WRONG } }, 'check')
    expect(code).toBe(1)
    expect(stderr).toContain('--> hosts/b.yaml:')
  })
})

describe('repositoryAt', () => {
  it('reads the multihome.yaml of a revision', async () => {
    const repo = gitRepository()
    repo.write('host.yaml', GOOD)
    repo.commit()
    repo.git('tag', 'without')
    repo.write('multihome.yaml', `${CONFIG}output: old/{host}\n`)
    repo.commit()
    repo.git('tag', 'old')
    repo.write('multihome.yaml', 'version: 2\n')
    repo.commit()
    const file = `${repo.folder}/multihome.yaml`
    const now: Repository = {
      ...{ file, folder: repo.folder, descriptions: ['hosts/'], output: 'rendered/{host}', strict: true },
      defaults: { file, text: CONFIG },
    }
    const { io } = fakeHost({})
    const old = await repositoryAt(io, 'old', now)
    expect(old).toMatchObject({ ok: true, value: { output: `${repo.folder}/old/{host}`, strict: false } })
    expect(old.ok && old.value.defaults?.file).toBe(`git:old:${file}`)
    expect(await repositoryAt(io, 'without', now)).toEqual({
      ok: true,
      value: { ...now, defaults: undefined },
    })
    const wrong = await repositoryAt(io, 'HEAD', now)
    expect(wrong.ok ? '' : printed(wrong.findings)).toContain(`--> git:HEAD:${file}:1:10`)
    expect((await repositoryAt(io, 'nothing', now)).ok).toBe(false)
  })
})
