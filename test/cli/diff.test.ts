// `multihome diff` as a reviewer reads it, with real repositories of git.
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { repository } from '../node/repository.js'
import { GOOD, runIn, WRONG } from './fake-io.js'

const OLD = fixtureNamed('two-providers').text
const NEW = OLD.replace('[25, 587], gateway: fiber', '[25, 587], gateway: cable')

const diffed = async (old: string, now: string, ...words: readonly string[]) =>
  runIn({ files: { 'old.yaml': old, 'new.yaml': now } }, 'diff', 'old.yaml', 'new.yaml', ...words)

describe('exit status', () => {
  test('0, or with --exit-code 1 where there is a difference', async () => {
    expect((await diffed(OLD, NEW)).code).toBe(0)
    expect((await diffed(OLD, NEW, '--exit-code')).code).toBe(1)
    expect((await diffed(OLD, OLD, '--exit-code')).code).toBe(0)
    expect((await diffed(OLD, OLD.replace('guests', 'visitors'), '--exit-code')).code).toBe(0)
    for (const format of ['markdown', 'json'])
      expect((await diffed(OLD, NEW, '--exit-code', '--format', format)).code).toBe(1)
  })

  test('1 where a description is wrong: both are told, with their names', async () => {
    const both = await diffed(WRONG, WRONG)
    expect(both).toMatchObject({ code: 1, stdout: '' })
    expect(both.stderr).toMatch(/^ *--> old\.yaml:6:\d+$/m)
    expect(both.stderr).toMatch(/^ *--> new\.yaml:6:\d+$/m)
    expect(both.stderr).toMatch(/\^\^\^/)
    const one = await diffed(GOOD, WRONG)
    expect(one).toMatchObject({ code: 1, stdout: '' })
    expect(one.stderr).not.toContain('old.yaml')
    expect(await runIn({ files: { 'a.yaml': GOOD } }, 'diff', 'a.yaml', 'none.yaml')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('cannot read none.yaml: there is no such file') as unknown,
    })
  })

  test('what could be better about a good one is not told', async () => {
    const { text } = fixtureNamed('invalid/else-never')
    const { code, stderr } = await diffed(text, GOOD)
    expect([code, stderr]).toEqual([0, ''])
  })

  test.each([
    [['diff', 'a.yaml'], 'Not enough'],
    [['diff', '-', '-'], 'standard input can be one of the two descriptions, not both'],
    [['diff', 'git:HEAD', 'a.yaml'], 'git:HEAD has no path: write git:REV:PATH, as in git:HEAD:host.yaml'],
    [['diff', 'git:HEAD^{/a:b}', 'a.yaml'], 'git:HEAD^{/a:b} has no path'],
    [['diff', 'git:HEAD:', '-'], 'git:HEAD: takes its path from the other description, which has none'],
    [['diff', 'git:HEAD~1:', 'git:HEAD:'], 'git:HEAD~1: takes its path from the other'],
  ])('2 for %j', async (words, problem) => {
    const said = await runIn({ files: { 'a.yaml': GOOD }, stdin: GOOD }, ...words)
    expect(said).toMatchObject({ code: 2, stdout: '' })
    expect(said.stderr).toContain(problem)
  })
})

describe('the kernel’s state', () => {
  const stateOf = async (old: string, now: string): Promise<string> => {
    const { stdout } = await diffed(old, now)
    return stdout.slice(
      stdout.search(/^(Managed|Links|Tables|Rules|Routes|Followed|Balanced|Sysctls|Connections)/m),
    )
  }

  test('rules: what goes and what comes, both families at once', async () => {
    expect(await stateOf(OLD, NEW)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup fiber   line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20010 ipproto tcp dport 25 lookup cable   line 14: rule 2: gateway cable: mail only from the fixed address
        - IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup fiber  line 14: rule 2: gateway fiber: mail only from the fixed address
        + IPv4, IPv6  pref 20011 ipproto tcp dport 587 lookup cable  line 14: rule 2: gateway cable: mail only from the fixed address
      "
    `)
  })

  test('rules that only get another number', async () => {
    const rule = '  - { from: 10.0.0.128/25, gateway: cable, comment: guests }\n'
    const more = `${rule}  - { from: 10.0.0.64/26, gateway: cable }\n`
    expect(await stateOf(OLD, OLD.replace(rule, more))).toMatchInlineSnapshot(`
      "Rules
        + IPv4  pref 20010 from 10.0.0.64/26 lookup cable  line 14: rule 2: gateway cable
        ~ 8 rules only get another pref, in the same order: 20010…20013 are now 20020…20023
      "
    `)
    const [few] = OLD.split(/^  - \{ ipproto.*$/m)
    expect(
      await stateOf(`${few}`, `${few}`.replace(rule, `  - { from: 10.0.0.64/26, gateway: fiber }\n${rule}`)),
    ).toMatchInlineSnapshot(`
      "Rules
        + IPv4  pref 20000 from 10.0.0.64/26 lookup fiber                 line 13: rule 1: gateway fiber
        ~ IPv4  pref 20000 is now 20010: from 10.0.0.128/25 lookup cable  line 14: rule 2: gateway cable: guests
      "
    `)
  })

  test('links, routes, sysctls', async () => {
    const now = OLD.replace('10.0.0.1/24', '10.0.1.1/24')
      .replace('comment: fiber of the house', 'mtu: 1492, nameservers: { addresses: [203.0.113.53] }')
      .replace('net.ipv4.ip_forward: 1', 'net.ipv4.ip_forward: 0')
    expect(await stateOf(OLD, now)).toMatchInlineSnapshot(`
      "Links
        + wan0  mtu 1492                 line 4: link wan0
        + wan0  nameserver 203.0.113.53  line 4: link wan0
        - lan0  address 10.0.0.1/24      line 6: link lan0
        + lan0  address 10.0.1.1/24      line 6: link lan0

      Routes
        - IPv4  fiber  10.0.0.0/24 dev lan0 scope link src 10.0.0.1  line 8: gateway fiber: network of lan0
        + IPv4  fiber  10.0.1.0/24 dev lan0 scope link src 10.0.1.1  line 8: gateway fiber: network of lan0
        - IPv4  cable  10.0.0.0/24 dev lan0 scope link src 10.0.0.1  line 9: gateway cable: network of lan0
        + IPv4  cable  10.0.1.0/24 dev lan0 scope link src 10.0.1.1  line 9: gateway cable: network of lan0

      Sysctls
        - net.ipv4.ip_forward = 1  line 15: asked for under \`sysctls\`
        + net.ipv4.ip_forward = 0  line 15: asked for under \`sysctls\`
      "
    `)
  })

  test('the same addresses in another order', async () => {
    const old = GOOD.replace('[192.0.2.10/24]', '[192.0.2.10/24, 192.0.2.11/24]')
    const now = GOOD.replace('[192.0.2.10/24]', '[192.0.2.11/24, 192.0.2.10/24]')
    expect((await stateOf(old, now)).split('\n').slice(0, 3)).toMatchInlineSnapshot(`
      [
        "Links",
        "  - eth0  up, address 192.0.2.10/24, address 192.0.2.11/24  line 3: link eth0",
        "  + eth0  up, address 192.0.2.11/24, address 192.0.2.10/24  line 3: link eth0",
      ]
    `)
  })

  test('what follows a lease, and marks', async () => {
    const old = fixtureNamed('leased-provider-and-tunnel').text
    const now = old
      .replace('via: lease, fwmark', 'via: lease, fail-closed: true, fwmark')
      .replace('0x200', '0x300')
    expect(await stateOf(`${old}marks: nftables\n`, `${now}marks: nftables\n`)).toMatchInlineSnapshot(`
      "Rules
        - IPv4, IPv6  pref 17001 fwmark 0x200/0xff00 lookup cable  line 10: gateway cable: packets marked 0x200/0xff00
        + IPv4, IPv6  pref 17001 fwmark 0x300/0xff00 lookup cable  line 10: gateway cable: packets marked 0x300/0xff00

      Routes
        + IPv4, IPv6  cable  unreachable default metric 2000000000  line 10: gateway cable: closes its table

      Connections, marked by nftables
        - came in by wan1  mark 0x200/0xff00  line 10: gateway cable: connections over wan1
        + came in by wan1  mark 0x300/0xff00  line 10: gateway cable: connections over wan1
      "
    `)
  })

  test('a table that only got another number', async () => {
    const now = OLD.replace('  fiber: {', '  fiber: { table: 7,')
    expect(await stateOf(OLD, now)).toMatchInlineSnapshot(`
      "Tables
        ~ fiber  number 101 is now 7, wherever it is looked up    line 8: gateway fiber
        ~ cable  number 102 is now 101, wherever it is looked up  line 9: gateway cable
      "
    `)
  })
})

describe('json', () => {
  test('rules with their lines, and nothing that is not asked for', async () => {
    const { stdout } = await diffed(OLD, NEW, '--format', 'json')
    const document = JSON.parse(stdout) as { state: { rules: unknown[] } }
    expect(document).toMatchObject({ version: 1, before: 'old.yaml', after: 'new.yaml', different: true })
    expect(document.state.rules[0]).toEqual({
      kind: 'changed',
      before: {
        family: 'inet',
        pref: 20010,
        ipproto: 6,
        dport: '25',
        lookup: '101',
        for: 'rule 2: gateway fiber',
        comment: 'mail only from the fixed address',
        origin: 'rules[1]',
        line: 14,
      },
      after: expect.objectContaining({ lookup: '102', for: 'rule 2: gateway cable' }) as unknown,
    })
    expect(Object.values(document.state).flat()).toHaveLength(4)
    expect(stdout).not.toContain('invented')
  })
})

describe('markdown', () => {
  test('holds what a stranger wrote', async () => {
    const comment = '</details> @everyone | <script> **x** ~~~ ![x](y)'
    const now = NEW.replace('comment: mail only from the fixed address', `comment: "${comment}"`)
    const name = 'a```|<b>@all.yaml'
    const world = { files: { [name]: OLD, 'new.yaml': now } }
    const { stdout, stderr } = await runIn(world, 'diff', name, 'new.yaml', '--format', 'markdown')
    expect(stderr).toBe('')
    const [open = '', block = ''] = stdout.split('\n```diff\n')
    // Code in a longer fence than it has itself.
    expect(open).toContain('```` a```|<b>@all.yaml ````')
    expect(open).not.toMatch(/everyone|script/)
    const [inside = '', after] = block.split('\n```\n')
    expect(inside).toContain('@everyone')
    expect(after).toBe('\n</details>\n')
  })
})

describe('only words', () => {
  const words = OLD.replace('comment: guests', 'comment: visitors').replace('# A router', '# Our router')

  test.each([
    ['text', 'No difference for the kernel.'],
    ['markdown', '**No difference for the kernel.**'],
  ])('%s says so, and no more', async (format, sentence) => {
    const { stdout, code } = await diffed(OLD, words, '--format', format, '--exit-code')
    expect(code).toBe(0)
    expect(stdout).toContain(sentence)
    expect(stdout).toContain('Only words changed')
    expect(stdout.split('\n').length).toBeLessThan(6)
    expect((await diffed(OLD, OLD, '--format', format)).stdout).toContain('byte for byte')
  })

  test('json', async () => {
    const { stdout } = await diffed(OLD, words, '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      different: false,
      moves: [],
      state: { rules: [] },
    })
  })
})

describe('git', () => {
  function history() {
    const repo = repository()
    repo.write('hosts/a.yaml', OLD)
    repo.commit()
    repo.write('hosts/a.yaml', NEW)
    const path = join(repo.folder, 'hosts/a.yaml')
    return { ...repo, path, world: { files: { [path]: NEW } } }
  }

  test('a revision and the file', async () => {
    const { path, world } = history()
    const { code, stdout, stderr } = await runIn(world, 'diff', `git:HEAD:${path}`, path)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')[0]).toBe(`git:HEAD:${path} → ${path}`)
    expect(stdout).toContain('ipproto tcp dport 25 lookup cable')
    // The path of the other, whichever it is; and what is staged.
    const same = await runIn(world, 'diff', 'git:HEAD:', path)
    expect(same.stdout).toBe(stdout)
    expect((await runIn(world, 'diff', path, 'git:HEAD:', '--exit-code')).code).toBe(1)
    expect((await runIn(world, 'diff', 'git:HEAD:', `git::${path}`, '--exit-code')).code).toBe(0)
    expect((await runIn(world, 'diff', `git:HEAD^{/st}:${path}`, `git:main:`, '--exit-code')).code).toBe(0)
  })

  test('standard input beside it', async () => {
    const { path, world } = history()
    const { stdout } = await runIn({ ...world, stdin: NEW }, 'diff', `git:HEAD:${path}`, '-')
    expect(stdout.split('\n')[0]).toBe(`git:HEAD:${path} → stdin`)
  })

  test('a wrong description of a revision is told by its name', async () => {
    const repo = history()
    repo.write('hosts/a.yaml', WRONG)
    repo.commit()
    const { code, stderr } = await runIn(repo.world, 'diff', 'git:HEAD:', repo.path)
    expect(code).toBe(1)
    expect(stderr).toContain(`--> git:HEAD:${repo.path}:6:`)
  })

  test.each([
    ['git:nope:', 'git knows no revision `nope` there; '],
    ['git:-v:', '`-v` is no revision'],
    ['git:HEAD:/none.yaml', 'it is in no git repository'],
  ])('%s has no answer', async (word, reason) => {
    const { path, world } = history()
    const said = await runIn(world, 'diff', word, path)
    expect(said).toMatchObject({ code: 1, stdout: '' })
    expect(said.stderr).toContain(
      `error[file-unreadable]: cannot read ${word.endsWith(':') ? word + path : word}: `,
    )
    expect(said.stderr).toContain(reason)
  })
})
