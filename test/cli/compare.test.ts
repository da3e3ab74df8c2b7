import { describe, expect, test } from 'vitest'
import type { Comparison } from '../../src/compare/comparison.js'
import { targets } from '../../src/targets/index.js'
import { fixtureNamed, goodFixtures } from '../helpers/fixtures.js'
import { GOOD, REFUSED, runIn, WRONG } from './fake-io.js'

const two = { files: { 'host.yaml': fixtureNamed('two-providers').text } }

describe('compare', () => {
  test('text: has an overview, each item, and the differences', async () => {
    const { code, stdout, stderr } = await runIn(two, 'compare', 'host.yaml')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('host.yaml, as each stack says it\n  STACK ')
    expect(stdout).toMatch(/^ {2}6 rules +native +hook +hook +native +native +native +native$/m)
    expect(stdout).toMatch(/^ {2}6 rules +native +hook +hook +native +native +drop-in +native$/m)
    expect(stdout).toContain(
      '\npref 20000 from 10.0.0.128/25 lookup 102\n  rule 1: gateway cable: guests (IPv4, line 13)\n',
    )
    expect(stdout).toMatch(
      /^ {4}netplan: drop-in\n {6}\/etc\/systemd\/network\/10-netplan-lo\.network\.d\/60-multihome\.conf:\d+-\d+\n {8}\[RoutingPolicyRule\]$/m,
    )
    expect(stdout).toContain('networkd, netplan: common\n      /etc/sysctl.d/60-multihome.conf')
    expect(stdout).toContain('What happens at run time')
    // The host has no leases.
    expect(stdout).not.toContain('a lease is renewed')
    expect(stdout).not.toMatch(/ $/m)
  })

  test('text: has at most 100 columns, apart from lines of files', async () => {
    for (const fixture of goodFixtures.slice(0, 20)) {
      const { stdout } = await runIn({ files: { 'host.yaml': fixture.text } }, 'compare', 'host.yaml')
      const wide = stdout.split('\n').filter((line) => line.length > 100 && !/^ {6,}/.test(line))
      // A row of the overview is as wide as its stacks, and one word may be longer than a line.
      expect(
        wide.filter((line) => line.trim().includes(' ') && !/^ {2}[a-z-]+ {2,}/.test(line)),
        fixture.name,
      ).toEqual([])
    }
  })

  test('text: is as wide as the terminal', async () => {
    const narrow = await runIn({ ...two, width: 80 }, 'compare', 'host.yaml')
    const lines = narrow.stdout.split('\n')
    // The files’ own lines are never broken.
    expect(lines.filter((line) => line.length > 80 && !/^ {6,}/.test(line))).toEqual([])
    expect(lines.filter((line) => line.startsWith('  ITEMS '))).toEqual([
      expect.stringMatching(/netifrc +ifupdown +nm-dispatcher +nm-keyfile$/),
      expect.stringMatching(/networkd +netplan +iproute2$/),
    ])
    expect(narrow.stdout).toMatch(/ 3 native, 14 common,\n +30 hook\n/)
  })

  test('text: a wide terminal shows the stacks side by side', async () => {
    const { stdout } = await runIn({ ...two, width: 200 }, 'compare', 'host.yaml')
    expect(stdout).toMatch(
      /^ {4}netifrc +native +\/etc\/conf\.d\/net:\d+ +pref 20000 from 10\.0\.0\.128\/25 lookup 102$/m,
    )
    expect(stdout).toMatch(
      /^ {4}netplan +native +\/etc\/netplan\/60-multihome\.yaml:\d+ +- \{from: "10\.0\.0\.128\/25", table: 102, priority: 20000\}$/m,
    )
    // Sentences are not wrapped more narrowly.
    expect(stdout.split('\n').filter((line) => line.length > 100 && /\.$/.test(line))).toEqual([])
    const refused = await runIn({ files: { 'host.yaml': REFUSED }, width: 200 }, 'compare', 'host.yaml')
    expect(refused.stdout).toMatch(/^ {4}nm-keyfile +refused +nm-keyfile cannot express .+\n.*Fix: /m)
  })

  test('html: writes the page, and prints another format beside it', async () => {
    const alone = await runIn(two, 'compare', 'host.yaml', '--html', 'host.html')
    expect([alone.code, alone.stderr]).toEqual([0, ''])
    expect(alone.stdout).toBe('host.html: written; open it in a browser\n')
    const page = alone.texts.get('host.html') ?? ''
    expect(page.startsWith('<!doctype html>')).toBe(true)
    expect(page.includes('<h1>host.yaml</h1>')).toBe(true)
    const piped = await runIn(two, 'compare', 'host.yaml', '--html', '-')
    expect(piped.stdout === page).toBe(true)
    const both = await runIn(two, 'compare', 'host.yaml', '--html', 'host.html', '--format', 'json')
    expect((JSON.parse(both.stdout) as Comparison).version).toBe(1)
    expect(both.texts.has('host.html')).toBe(true)
  })

  test('html: reports a path that cannot be written', async () => {
    const outcome = await runIn(
      { ...two, refusing: 'host.html' },
      'compare',
      'host.yaml',
      '--html',
      'host.html',
    )
    expect(outcome).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'multihome compare: cannot write host.html: permission denied\n',
    })
  })

  test('compares some stacks', async () => {
    const { stdout } = await runIn(
      two,
      'compare',
      'host.yaml',
      '-t',
      'networkd',
      '-t',
      'gentoo',
      '--format',
      'json',
    )
    const comparison = JSON.parse(stdout) as Comparison
    expect(comparison.stacks.map(({ id }) => id)).toEqual(['netifrc', 'networkd'])
  })

  test('json: has the whole comparison', async () => {
    const { code, stdout } = await runIn(two, 'compare', 'host.yaml', '--format', 'json')
    const comparison = JSON.parse(stdout) as Comparison
    expect(code).toBe(0)
    expect(comparison).toMatchObject({ version: 1, file: 'host.yaml' })
    expect(comparison.description[0]).toBe(fixtureNamed('two-providers').text.split('\n')[0])
    expect(comparison.stacks.map(({ id }) => id)).toEqual(targets.map(({ id }) => id))
  })

  test('markdown: every table is valid', async () => {
    for (const name of [
      'two-providers',
      'leased-provider-and-tunnel',
      'comments-everywhere',
      'users-by-gateway',
    ]) {
      const world = { files: { 'host.yaml': fixtureNamed(name).text } }
      const { stdout } = await runIn(world, 'compare', 'host.yaml', '--format', 'markdown')
      const blocks = stdout
        .trimEnd()
        .split('\n\n')
        .filter((block) => block.startsWith('|'))
      expect(blocks.length).toBeGreaterThan(10)
      for (const block of blocks) {
        const cells = block.split('\n').map((line) => line.replaceAll('\\|', '').split('|').length)
        expect(new Set(cells).size, block).toBe(1)
      }
      expect(stdout).toMatch(/^# host\\?\.yaml, as each stack says it\n/)
    }
    const { stdout } = await runIn(two, 'compare', 'host.yaml', '--format', 'markdown')
    expect(stdout).toContain(
      '### `pref 20000 from 10.0.0.128/25 lookup 102`\n\nrule 1: gateway cable: guests (IPv4, line 13)\n',
    )
  })

  test('markdown: escapes texts of the description', async () => {
    const comment = 'a | b <b>x</b> [l](u) **s** ~~t~~ _e_ #1 &amp;'
    const hostile = GOOD.replace('via: 192.0.2.1,', `via: 192.0.2.1, comment: '${comment}',`)
    const world = { files: { 'host.yaml': hostile } }
    const { stdout } = await runIn(world, 'compare', 'host.yaml', '--format', 'markdown')
    const reported = stdout
      .split('\n')
      .filter((line) => /a \\?\| b/.test(line) && !/`[^`]*a \\?\| b/.test(line))
    expect(reported.length).toBeGreaterThan(2)
    for (const line of reported) {
      expect(line).not.toMatch(/(?<!\\)[<>[\]*~_#&]/)
      expect(line.startsWith('gateway admin: ')).toBe(true)
    }
  })

  test('a stack that refuses is part of the answer', async () => {
    const world = { files: { 'host.yaml': REFUSED } }
    const { code, stdout } = await runIn(world, 'compare', 'host.yaml', '-t', 'nm-keyfile', '-t', 'iproute2')
    expect(code).toBe(0)
    expect(stdout).toContain('nm-keyfile refuses the plan: nothing is written\n  line ')
    expect(stdout).toContain('Fix: ')
    expect(stdout).toMatch(/^ {2}nm-keyfile +NetworkManager \S+.* refused /m)
    const markdown = await runIn(world, 'compare', 'host.yaml', '--format', 'markdown')
    expect(markdown.stdout).toContain('**nm-keyfile refuses the plan: nothing is written.**')
  })

  test('an invalid description is an error', async () => {
    const { code, stdout, stderr } = await runIn({ files: { 'host.yaml': WRONG } }, 'compare', 'host.yaml')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('error[')
    expect(await runIn({}, 'compare', 'none.yaml')).toMatchObject({ code: 1, stdout: '' })
  })

  test('help explains the exit status', async () => {
    const { stdout } = await runIn({}, 'compare', '--help')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'the exit status is 1 only where the description itself is wrong',
    )
  })

  test('compares the stacks that the description chooses, unless --target names others', async () => {
    const world = { files: { 'host.yaml': `${GOOD}targets: [netplan, networkd]\n` } }
    const compared = async (...words: readonly string[]): Promise<unknown> => {
      const { stdout } = await runIn(world, 'compare', 'host.yaml', '--format', 'json', ...words)
      return (JSON.parse(stdout) as { readonly stacks: readonly { readonly id: string }[] }).stacks.map(
        ({ id }) => id,
      )
    }
    expect(await compared()).toEqual(['networkd', 'netplan'])
    expect(await compared('-t', 'gentoo')).toEqual(['netifrc'])
  })

  test('uses the settings of the description', async () => {
    const world = { files: { 'host.yaml': `${GOOD}targets: { networkd: { version: '252' } }\n` } }
    const { stdout } = await runIn(world, 'compare', 'host.yaml', '-t', 'networkd')
    expect(stdout).toMatch(/^ {2}networkd +systemd 252/m)
  })
})
