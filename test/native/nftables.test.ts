import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { targets } from '../../src/targets/index.js'
import { CONNMARKS_PATH } from '../../src/targets/shared/connmarks.js'
import type { TextFile } from '../../src/targets/target.js'
import { describeWith, findProgram, writeTree, renderingsOf, runApart } from './tools.js'

const rulesets = targets.flatMap(({ id }) =>
  renderingsOf(id).flatMap(({ fixture, texts }) =>
    texts
      .filter(({ path }) => path === CONNMARKS_PATH)
      .map((file) => ({ name: `${fixture.name} for ${id}`, file })),
  ),
)

/** Loads the ruleset twice, as at boot and after a change, and lists the kernel's. */
const loaded = (nft: string, file: TextFile) => {
  const path = `${writeTree([file])}${file.path}`
  return runApart(`${nft} -f ${path} && ${nft} -f ${path} && ${nft} -j list ruleset`)
}

const linksIn = (json: string): readonly string[] => [
  ...new Set([...json.matchAll(/"key": "iifname"\}\}, "right": "([^"]*)"/g)].map(([, name]) => name ?? '')),
]

const tablesIn = (json: string): readonly string[] =>
  [...json.matchAll(/\{"table": \{"family": "(\w+)", "name": "(\w+)"/g)].map((found) =>
    found.slice(1).join(' '),
  )

describe('rulesets', () => {
  it('are rendered for every target', () => {
    expect(rulesets.length).toBeGreaterThanOrEqual(targets.length)
  })
})

describeWith('nft', findProgram('nft'), 'nftables', (nft) => {
  it.each(rulesets)('loads $name twice', ({ file }) => {
    const { status, stdout, stderr } = loaded(nft, file)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(tablesIn(stdout)).toEqual(['inet multihome'])
    expect(linksIn(stdout)).toEqual(['wan0', 'wan1'])
  })

  it('rejects an invalid ruleset', () => {
    const [one] = rulesets
    if (one === undefined) throw new Error('no ruleset')
    const file = {
      ...one.file,
      content: one.file.content.replace('direction original', 'direction sideways'),
    }
    expect(loaded(nft, file).status).not.toBe(0)
  })

  const hostile = fc.constantFrom(
    '*',
    'eth*',
    '"',
    '" drop',
    'a"; flush ruleset; "',
    'a\nflush ruleset',
    '\\',
    '}',
    '#',
  )
  const letters = [...'abczABZ019._-']
  const plain = fc
    .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 15 })
    .map((all) => all.join(''))

  it('reads each link name as a name, and no part of it as a rule', { timeout: 120_000 }, () => {
    const rendered = fc
      .sample(fc.tuple(fc.oneof(hostile, plain), plain), { seed: 20, numRuns: 60 })
      .flatMap(([first, second]) => {
        const text = dump({
          version: 1,
          links: { [first]: { addresses: ['192.0.2.10/24'] }, [second]: { addresses: ['198.51.100.10/24'] } },
          gateways: {
            a: { link: first, via: '192.0.2.1', fwmark: '1/15', comment: 'x; flush ruleset }' },
            b: { link: second, via: '198.51.100.1', fwmark: '2/15', comment: "it's } # nobody's" },
          },
          default: 'a',
          marks: 'nftables',
        })
        const files = compile(text).outputs.get('iproute2')?.files ?? []
        const file = files.find((one): one is TextFile => one.path === CONNMARKS_PATH && 'content' in one)
        return file === undefined ? [] : [{ names: [first, second], file }]
      })
    expect(rendered.length).toBeGreaterThan(15)
    for (const { names, file } of rendered) {
      const { status, stdout, stderr } = loaded(nft, file)
      expect({ status, stderr }, file.content).toEqual({ status: 0, stderr: '' })
      expect(linksIn(stdout)).toEqual(names)
      expect(tablesIn(stdout)).toEqual(['inet multihome'])
    }
  })
})
