import { describe, expect, test } from 'vitest'
import { catalogue } from '../../src/diagnostics/catalogue/catalogue.js'
import { commands } from '../../src/cli/commands.js'
import { scenarios } from '../../src/cli/embedded.generated.js'
import { targets } from '../../src/targets/index.js'
import { runIn } from './fake-io.js'

/** Values of the candidates, and the completer that continues. */
async function completed(...words: readonly string[]): Promise<readonly [readonly string[], string]> {
  const { stdout, code } = await runIn({}, '__complete', ...words)
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  return [lines.slice(0, -1).map((line) => line.split('\t')[0] ?? ''), lines.at(-1) ?? '']
}

const valuesOf = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await completed(...words))[0]

describe('completion offers', () => {
  test('every command, and every topic of help', async () => {
    const names = [...commands.map(({ name }) => name), 'help']
    expect(await completed('')).toEqual([names, ':none'])
    expect(await completed('help', '')).toEqual([names, ':none'])
    expect(await completed('help', 'plan', '')).toEqual([[], ':none'])
    expect(await completed('--color', 'never', 'ren')).toEqual([['render'], ':none'])
  })

  test('every diagnostic code and every scenario', async () => {
    expect(await valuesOf('explain', '')).toEqual(Object.keys(catalogue).sort())
    expect(await valuesOf('init', '--scenario', '')).toEqual(Object.keys(scenarios))
    expect(await valuesOf('init', '--scenario=vpn-f')).toEqual(['--scenario=vpn-fail-closed'])
  })

  test('targets, each once in a list', async () => {
    const ids = targets.map(({ id }) => id)
    expect(await valuesOf('render', 'a.yaml', '-t', '')).toEqual(expect.arrayContaining(ids))
    const second = await valuesOf('render', '--target', 'netplan,')
    expect(second).toEqual(expect.arrayContaining(['netplan,networkd', 'netplan,netifrc']))
    expect(second).not.toContain('netplan,netplan')
    expect(await valuesOf('render', '--target=netplan,netw')).toEqual(['--target=netplan,networkd'])
  })

  test('options after two dashes, and no option twice', async () => {
    const all = await valuesOf('render', '-')
    expect(all).toEqual(expect.arrayContaining(['-t', '--target', '-o', '--out', '--color', '-h', '--help']))
    expect(all.filter((name) => /^--.$/.test(name))).toEqual([])
    expect(await valuesOf('render', '--o')).toEqual(['--out'])
    expect(await valuesOf('render', '-o', 'out', '--o')).toEqual([])
    expect(await valuesOf('render', '-t', 'netplan', '--targ')).toEqual(['--target'])
  })

  test.each(commands.map(({ name }) => name))(
    'the values of each option of %s that has choices',
    async (name) => {
      const command = commands.find((each) => each.name === name)
      const options = (await command?.load())?.usage.options ?? {}
      for (const [option, { choices }] of Object.entries(options))
        if (choices !== undefined) expect(await valuesOf(name, `--${option}`, '')).toEqual(choices)
    },
  )

  test('files and folders for a path', async () => {
    expect(await completed('check', 'a.yaml', '')).toEqual([[], ':files'])
    expect(await completed('plan', '')).toEqual([[], ':files'])
    expect(await completed('plan', 'a.yaml', '')).toEqual([[], ':none'])
    expect(await completed('plan', '--strict', '--', '-')).toEqual([[], ':files'])
    expect(await completed('render', 'a.yaml', '--out', 'o')).toEqual([[], ':folders'])
    expect(await completed('render', '--out=o')).toEqual([[], ':folders'])
  })

  test('the keywords of a packet', async () => {
    expect(await valuesOf('trace', 'a.yaml', '8.8.8.8', 'i')).toEqual(['iif', 'ipproto'])
  })

  test('nothing after an unknown command', async () => {
    expect(await completed('rendr', '')).toEqual([[], ':none'])
  })
})
