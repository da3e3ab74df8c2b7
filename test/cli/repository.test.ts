// multihome.yaml: where it is found, what it says, and its errors.
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import { compile } from '../../src/compile.js'
import { findRepository } from '../../src/cli/repository/repository.js'
import { fakeHost, GOOD } from './fake-io.js'

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
    expect(await found({ [file]: text })).toEqual({ ...expected, file, defaults: { file, text } })
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

  it('are where a diagnostic about them points', () => {
    const { diagnostics, source } = settingsOf('{ networkd: { version: 1 } }', '')
    expect(diagnostics.map((each) => formatDiagnostic(each, source.texts)).join('\n')).toMatchSnapshot()
  })
})
