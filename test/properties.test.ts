// Property tests of the whole compiler: random hosts, and hostile strings in every place.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../src/compile.js'
import { hasErrors } from '../src/diagnostics/diagnostic.js'
import { targets } from '../src/targets/index.js'
import { describedHost } from './generators/random-description.js'
import { amount } from './helpers/amount.js'

const runs = Number(process.env['MULTIHOME_RUNS'] ?? amount(30, 150))

describe('a random host', () => {
  it('is rendered for every target or rejected with a location', () => {
    fc.assert(
      fc.property(describedHost, (host) => {
        const text = dump(host)
        const { plan, outputs, diagnostics } = compile(text)
        for (const { span, code } of diagnostics) expect(span, code).toBeDefined()
        if (plan === undefined) {
          expect(hasErrors(diagnostics)).toBe(true)
          return
        }
        expect([...outputs.keys()]).toEqual(targets.map(({ id }) => id))
        for (const [id, output] of outputs)
          expect(output.files.length === 0, id).toBe(hasErrors(output.diagnostics))
      }),
      { numRuns: runs },
    )
  })

  it('is valid in more than half of the draws', () => {
    const good = fc.sample(describedHost, 200).filter((host) => compile(dump(host)).plan !== undefined)
    expect(good.length).toBeGreaterThan(120)
  })

  it('compiles to the same bytes twice', () => {
    fc.assert(
      fc.property(describedHost, (host) => {
        const text = dump(host)
        expect(JSON.stringify([...compile(text).outputs])).toBe(JSON.stringify([...compile(text).outputs]))
      }),
      { numRuns: Math.ceil(runs / 5) },
    )
  })

  it('keeps rule priorities and table numbers when a gateway and a rule are appended', () => {
    fc.assert(
      fc.property(describedHost, (host) => {
        const before = compile(dump(host), { targets: [] }).plan
        const grown = {
          ...host,
          links: { ...host.links, added0: { addresses: ['198.18.99.2/24'] } },
          gateways: {
            ...host.gateways,
            added: { link: 'added0', via: '198.18.99.1', fwmark: '0x7f000000/0x7f000000' },
          },
          default: host.default ?? Object.keys(host.gateways)[0] ?? 'none',
          rules: [...(host.rules ?? []), { from: '198.18.98.0/24', gateway: 'added' }],
        }
        const after = compile(dump(grown), { targets: [] }).plan
        if (before === undefined || after === undefined) return
        const numbers = (plan: typeof before) =>
          plan.state.rules.map((rule) => JSON.stringify([rule.family, rule.pref, rule.selector, rule.action]))
        expect(numbers(after)).toEqual(expect.arrayContaining(numbers(before)))
        expect(after.intent.tables.slice(0, before.intent.tables.length)).toMatchObject(
          before.intent.tables.map(({ id, name }) => ({ id, name })),
        )
      }),
      { numRuns: runs },
    )
  })
})

// Injections for shells, Mako, Handlebars, systemd units and paths.
const hostile = (canary: string) =>
  fc.constantFrom(
    `$(touch ${canary})`,
    `\`touch ${canary}\``,
    `'; touch ${canary}; '`,
    `"; touch ${canary}; "`,
    `x\ntouch ${canary}`,
    `x\r\ntouch ${canary}\n`,
    `$\{IFS}touch$\{IFS}${canary}`,
    `| touch ${canary}`,
    `x && touch ${canary} #`,
    `%{ import os }% $\{os.system('touch ${canary}')}`,
    `% import os; os.system('touch ${canary}')`,
    `x \\`,
    `]\n[Service]\nExecStart=touch ${canary}`,
    `\u2028touch ${canary}`,
    `../../../${canary}`,
    `-x`,
    `{{#each x}}`,
    `<% system('touch ${canary}') %>`,
  )

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** The description with one of its strings, or one of its keys, replaced. */
function inject(value: Json, index: { left: number }, text: string): Json {
  const here = (): boolean => index.left-- === 0
  if (typeof value === 'string') return here() ? text : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => inject(item, index, text))
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [here() ? text : key, inject(item, index, text)]),
  )
}

/** Sources a text as root's shell would, with `touch` as the only program. */
function sourceIn(folder: string): (content: string) => void {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  symlinkSync('/usr/bin/touch', join(bin, 'touch'))
  const script = join(folder, 'script')
  return (content) => {
    writeFileSync(script, content)
    // An event that no script knows, so that nothing is installed on this host.
    spawnSync('/bin/sh', ['-c', `. ${script}`, 'sh', 'lo', 'nothing'], { env: { PATH: bin }, timeout: 5000 })
  }
}

/** Comments do not count: a long one takes several lines. */
const codeLines = (content: string): readonly string[] =>
  content.split('\n').filter((line) => !line.trimStart().startsWith('#'))

describe('a hostile string', () => {
  const lineCount = (files: readonly object[]): number =>
    files.reduce(
      (sum: number, file) => sum + ('content' in file ? codeLines(String(file.content)).length : 1),
      0,
    )

  it('never runs and never adds a line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'multihome-'))
    const canary = join(folder, 'canary')
    const survivors: string[] = []
    try {
      fc.assert(
        fc.property(describedHost, fc.nat(60), hostile(canary), (host, position, text) => {
          const plain = {
            ...host,
            links: Object.fromEntries(
              Object.entries(host.links).map(([name, link]) => [name, { comment: 'plain', ...link }]),
            ),
          }
          const injected = inject(plain as unknown as Json, { left: position }, text)
          const before = compile(dump(plain))
          const after = compile(dump(injected))
          for (const [id, output] of after.outputs) {
            for (const file of output.files) {
              expect(file.path.startsWith('/')).toBe(true)
              expect(file.path.split('/')).not.toContain('..')
              if (!('content' in file)) continue
              expect(file.content.endsWith('\n')).toBe(true)
              // Control characters of terminals and parsers.
              expect(/[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]/.test(file.content), file.path).toBe(
                false,
              )
              if (/^#!|conf\.d\/net/.test(file.content) || file.path.includes('conf.d/net'))
                survivors.push(file.content)
            }
            const same = before.outputs.get(id)?.files ?? []
            // Another text in one place gives the same number of lines, or the host is rejected.
            if (same.length === output.files.length) expect(lineCount(output.files)).toBe(lineCount(same))
          }
        }),
        { numRuns: runs * 2 },
      )
      const source = sourceIn(folder)
      for (const content of new Set(survivors.slice(0, 60))) source(content)
      expect(existsSync(canary)).toBe(false)
      // The canary works.
      source(`: "$(touch ${canary})"\n`)
      expect(existsSync(canary)).toBe(true)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
