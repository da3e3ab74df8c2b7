// `multihome import`: the description on standard output, the report on standard error, and the exit status.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../../../src/compile.js'
import { workbench } from './run.js'

const { put, run, text, exists, folder } = workbench()

const INTERFACES = `auto eth0
iface eth0 inet static
  address 192.0.2.10/24
  gateway 192.0.2.1

# The second provider.
auto eth1
iface eth1 inet static
  address 198.51.100.10/24
  up ip route add default via 198.51.100.1 dev eth1 table 200
  up ip rule add from 198.51.100.10 table 200
`
const ACCEPTED = ['--accept', 'all']
const here = readFileSync(join(import.meta.dirname, '../../verify/gathered/debian-12.txt'), 'utf8')

describe('a tree', () => {
  it('is a description on standard output, and a report with a proof on standard error', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    const { code, stdout, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(compile(stdout, { targets: [], lint: false }).diagnostics).toEqual([])
    expect(stdout).toContain('via: 198.51.100.1')
    expect(stdout).toContain('The second provider.')
    expect(stderr).toContain('The same for every packet, unless a router advertises IPv6.')
    expect(stderr).toMatch(/^rp-filter: .*accepted\)$/m)
    expect(stderr).not.toContain('--accept')
    expect(code).toBe(0)
  })

  it('exits with 1 while a difference is not accepted, and says which', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    const { code, stderr } = await run(['@gw1'])
    expect(code).toBe(1)
    const [, kinds = ''] = /^--accept (\S+) accepts what differs\.$/m.exec(stderr) ?? []
    expect(kinds).toContain('rp-filter')
    expect(await run(['@gw1', '--accept', kinds])).toMatchObject({ code: 0 })
    expect(
      await run([
        '@gw1',
        ...kinds
          .split(',')
          .slice(1)
          .flatMap((kind) => ['--accept', kind]),
      ]),
    ).toMatchObject({
      code: kinds.includes(',') ? 1 : 0,
    })
  })

  it('is found by a folder or file of it, with what that includes', async () => {
    put('gw1/etc/network/interfaces', `${INTERFACES}source /srv/more/*.cfg\nsource interfaces.d/*\n`)
    put('gw1/srv/more/lan.cfg', 'auto lan0\niface lan0 inet static\n  address 10.0.0.1/24\n')
    put('gw1/etc/network/interfaces.d/dmz', 'auto dmz0\niface dmz0 inet static\n  address 10.9.0.1/24\n')
    const { stdout } = await run(['@gw1', ...ACCEPTED])
    expect(Object.keys((load(stdout) as { links: object }).links)).toEqual(['eth0', 'eth1', 'lan0', 'dmz0'])
    expect(await run(['@gw1/etc/network/interfaces', ...ACCEPTED])).toMatchObject({ code: 0, stdout })
    expect(await run(['@gw1/etc/network', ...ACCEPTED])).toMatchObject({ code: 0, stdout })
  })

  it('has cycles of includes, which are a problem', async () => {
    put('gw1/etc/network/interfaces', `${INTERFACES}source /etc/network/other\n`)
    put('gw1/etc/network/other', 'source /etc/network/interfaces\n')
    const { code, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain('/etc/network/interfaces is read already')
  })

  it('never runs anything of it', async () => {
    const mark = join(folder(), 'ran')
    put(
      'gw1/etc/network/interfaces',
      `auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n  up touch ${mark}\n  up ip route add $(touch ${mark}) via 192.0.2.1\n  up \`touch ${mark}\`\n`,
    )
    put('gw1/etc/rc.local', `#!/bin/sh\ntouch ${mark}; ip rule add from "$(touch ${mark})" table 5\n`)
    const { code, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain('error[import-unknown]')
    expect(exists('ran')).toBe(false)
  })
})

describe('a line that is not understood', () => {
  const SLOPPY = INTERFACES.replace('  gateway', '  post-up /usr/local/bin/magic --now\n  gateway')

  it('is an error with its file, line and text', async () => {
    put('gw1/etc/network/interfaces', SLOPPY)
    const { code, stdout, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain('--> @/gw1/etc/network/interfaces:4:3\n')
    expect(stderr).toContain('4 |   post-up /usr/local/bin/magic --now\n')
    expect(stderr).toContain('1 line not understood: ')
    expect(stdout).not.toContain('magic')
  })

  it('is a comment of its link with --partial', async () => {
    put('gw1/etc/network/interfaces', SLOPPY)
    const { code, stdout, stderr } = await run(['@gw1', ...ACCEPTED, '--partial'])
    expect(code).toBe(0)
    expect(stderr).toContain('warning[import-unknown]')
    expect(stdout).toMatch(
      /^links:\n {2}# not imported: \/etc\/network\/interfaces:4: post-up \/usr\/local\/bin\/magic --now \(.*\)\n {2}eth0:/m,
    )
    expect(compile(stdout, { targets: [], lint: false }).diagnostics).toEqual([])
  })

  it('is data, and no YAML', async () => {
    put(
      'gw1/etc/network/interfaces',
      `${SLOPPY}  post-up magic\u2028links: {} \u0085 \u001b[31m\rgateways: {}\n`,
    )
    const { stdout } = await run(['@gw1', ...ACCEPTED, '--partial'])
    expect(stdout).not.toMatch(/^\s*(?:links: \{\}|gateways: \{\})/m)
    expect(compile(stdout, { targets: [], lint: false }).diagnostics).toEqual([])
  })
})

describe('a file that cannot be read', () => {
  it.each([
    ['NUL', 'a\0b', 'it has a NUL'],
    ['other bytes than UTF-8', Uint8Array.of(0x69, 0xff, 0xfe), 'it is not UTF-8 text'],
    ['Latin-1, which iconv converts,', Uint8Array.of(0x23, 0xf6), 'iconv -f LATIN1 -t UTF-8'],
    ['more than a megabyte', ' '.repeat(2 ** 20 + 1), 'the limit is 1048576'],
  ])('with %s is a problem, and the others are read', async (_name, content, why) => {
    put('gw1/etc/network/interfaces', INTERFACES)
    put('gw1/etc/systemd/network/10-eth7.network', content)
    const { code, stdout, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain(why)
    expect(stdout).toContain('eth1')
    const partial = await run(['@gw1', ...ACCEPTED, '--partial'])
    expect(partial.code).toBe(0)
    expect(partial.stdout).toContain('# not imported: /etc/systemd/network/10-eth7.network: (')
  })

  it.runIf(process.platform === 'linux')('or never ends', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    put('gw1/etc/systemd/network/x', '')
    execFileSync('mkfifo', [join(folder(), 'gw1/etc/systemd/network/a.network')])
    const { code, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain('it is a FIFO, not a file')
  })

  it('is refused as YAML that expands without end', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (let level = 1; level < 12; level++) {
      const [own, last] = ['abcdefghijklm'[level] ?? '', 'abcdefghijklm'[level - 1] ?? '']
      bomb.push(`${own}: &${own} [${Array.from({ length: 9 }, () => `*${last}`).join(', ')}]`)
    }
    put('gw1/etc/netplan/50-bomb.yaml', `network:\n  version: 2\n${bomb.join('\n')}\n`)
    const { code, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(code).toBe(1)
    expect(stderr).toContain('import-unknown')
  })
})

describe('single files', () => {
  it.each([
    [
      '50-cloud-init.yaml',
      'network:\n  version: 2\n  ethernets:\n    eth0: { addresses: [192.0.2.10/24] }\n',
    ],
    ['eth0.network', '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\n'],
    ['interfaces', 'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n'],
    ['interfaces.bak', 'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n'],
    ['net', 'config_eth0="192.0.2.10/24"\n'],
    ['ifcfg-eth0', 'DEVICE=eth0\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=192.0.2.10\nPREFIX=24\n'],
    [
      'office.nmconnection',
      '[connection]\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24\n',
    ],
    ['router.sh', '#!/bin/sh\nip link set eth0 up\nip addr add 192.0.2.10/24 dev eth0\n'],
  ])('%s is known by its name', async (name, content) => {
    put(name, content)
    const { stdout, stderr } = await run([`@${name}`, ...ACCEPTED])
    expect({ stdout, stderr }).toEqual({
      stdout: expect.stringContaining('192.0.2.10/24'),
      stderr: expect.any(String),
    })
  })

  it.each([
    ['old-config.txt', 'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n'],
    ['plan', 'network:\n  version: 2\n  ethernets:\n    eth0: { addresses: [192.0.2.10/24] }\n'],
    ['unit', '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\n'],
    ['eth0.bak', 'DEVICE=eth0\nBOOTPROTO=none\nONBOOT=yes\nIPADDR=192.0.2.10\nPREFIX=24\n'],
    ['gentoo', 'config_eth0="192.0.2.10/24"\n'],
    [
      'office',
      '[connection]\ntype=ethernet\ninterface-name=eth0\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24\n',
    ],
    [
      'seed',
      'version: 1\nconfig:\n- type: physical\n  name: eth0\n  subnets: [{ type: static, address: 192.0.2.10/24 }]\n',
    ],
    ['notes', 'ip addr add 192.0.2.10/24 dev eth0\n'],
  ])('%s is known by its text', async (name, content) => {
    put(name, content)
    const { stdout, stderr } = await run([`@${name}`, ...ACCEPTED])
    expect(stderr).not.toContain('error[')
    expect(stdout).toContain('192.0.2.10/24')
  })

  it('is read as what --from says', async () => {
    put('uplink', '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\n')
    expect((await run(['@uplink', '--from', 'nm-keyfile', ...ACCEPTED])).stdout).not.toContain('192.0.2.10')
  })

  it('belong to the tree that is named with them', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    put('policy', 'ip rule add from 10.7.0.0/16 table 200\n')
    const { stdout } = await run(['@gw1', '@policy', ...ACCEPTED])
    expect(stdout).toContain('10.7.0.0/16')
  })
})

describe('a file that is named and cannot be read', () => {
  it.each([
    ['none', undefined, 'cannot read @/none: there is no such file'],
    ['binary', 'a\0b', 'cannot read @/binary: it is not text: it has a NUL'],
  ])('%s: nothing is imported', async (name, content, problem) => {
    if (content !== undefined) put(name, content)
    expect(await run([`@${name}`])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(problem) as unknown,
    })
  })
})

it('a file in which nothing is understood is not called the same', async () => {
  put('diary.txt', 'hello world\n')
  const { code, stderr } = await run(['@diary.txt', '--partial'])
  expect(code).toBe(1)
  expect(stderr).toContain('Nothing to compare: the files have no link, route or rule that is understood.')
})

it('--from leaves the names of tables in place', async () => {
  put('gw1/etc/network/interfaces', `${INTERFACES}  post-up ip rule add from 10.7.0.0/16 table office\n`)
  put('gw1/etc/iproute2/rt_tables', '77 office\n')
  const { stdout, stderr } = await run(['@gw1', '--from', 'ifupdown', ...ACCEPTED])
  expect(stderr).not.toContain('office')
  expect(stdout).toContain('77')
})

describe('a link of two stacks', () => {
  const both = () => {
    put('gw1/etc/network/interfaces', 'auto eth0\niface eth0 inet static\n  address 192.0.2.10/24\n')
    put('gw1/etc/netplan/a.yaml', 'network: { version: 2, ethernets: { eth0: { dhcp4: true } } }\n')
  }

  it('is a problem that says how to choose one', async () => {
    both()
    const { code, stderr } = await run(['@gw1', '--accept', 'all'])
    expect(code).toBe(1)
    expect(stderr).toContain(
      '/etc/network/interfaces configures eth0 as well; which stack runs the link is not known: --from ifupdown, or --from netplan',
    )
  })

  it('is that of the chosen one', async () => {
    both()
    const { code, stdout } = await run(['@gw1', '--accept', 'all', '--from', 'ifupdown'])
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('dhcp4') as unknown,
    })
  })
})

describe('wrong usage', () => {
  it.each([
    [['@empty'], 2, 'has no etc/'],
    [['@bare'], 2, 'there is nothing to import below @/bare'],
    [['@a', '@b'], 2, '2 hosts have no place on standard output'],
    [['@a', '@b', '@a/etc/network/interfaces'], 2, 'could belong to each of 2 hosts'],
    [['@a', '--common', 'x.yaml', '--out', 'y'], 2, '--common is for several hosts with --out'],
    [['@a', '@b', '--out', '@hosts', '--live', 'state.txt'], 2, '2 hosts cannot have one state'],
    [['@a', '--from', 'netplen'], 2, 'write netplan; it knows '],
    [['@a', '--accept', 'rp-filtr'], 2, 'write rp-filter; it knows '],
    [['@a', '@a/', '--out', 'x'], 2, 'is named twice'],
    [['@a', '--print-gather'], 2, '--print-gather prints a command'],
    [['--live', '-', '--from', 'netplan'], 2, '--live alone reads none'],
  ])('%j', async (words, status, problem) => {
    put('empty/x', '')
    put('bare/etc/hosts', '127.0.0.1 localhost\n')
    put('a/etc/network/interfaces', INTERFACES)
    put('b/etc/network/interfaces', INTERFACES)
    const { code, stderr } = await run(words)
    expect({ code, stderr }).toEqual({ code: status, stderr: expect.stringContaining(problem) })
  })
})

describe('several hosts', () => {
  it('are written to a folder, and what they share to a common file', async () => {
    put('backup/gw1/root/etc/network/interfaces', INTERFACES)
    put('backup/gw2/root/etc/network/interfaces', INTERFACES.replace('192.0.2.10', '192.0.2.11'))
    const { code, stdout, stderr } = await run([
      ...['@backup/gw1/root', '@backup/gw2/root', ...ACCEPTED],
      ...['--out', '@out/hosts', '--common', '@out/site.yaml'],
    ])
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/^== gw1\n[^]*^== gw2\n/m)
    expect(text('out/hosts/gw1.yaml')).toMatch(/^version: 1\nextends: "\.\.\/site\.yaml"\nlinks:\n {2}eth0: /)
    expect(text('out/site.yaml')).toContain('198.51.100.1')
    const again = await run(['@backup/gw1/root', '--out', '@out/hosts/gw1.yaml'])
    expect(again).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was written.') as unknown,
    })
    expect(text('out/hosts/gw1.yaml')).toContain('extends')
  })

  it('are a line each as JSON', async () => {
    put('a/etc/network/interfaces', INTERFACES)
    put('b/etc/network/interfaces', INTERFACES)
    const { code, stdout } = await run(['@a', '@b', '--format', 'json', ...ACCEPTED])
    expect(code).toBe(0)
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { host: string; same: boolean; good: boolean })
    expect(documents.map(({ host, same, good }) => ({ host, same, good }))).toEqual([
      { host: 'a', same: true, good: true },
      { host: 'b', same: true, good: true },
    ])
  })
})

describe('a running host', () => {
  it('is imported by what its kernel has', async () => {
    for (const [words, world] of [
      [['--live', 'here'], { printed: here }],
      [['--live', '-'], { stdin: here }],
    ] as const) {
      const { stdout, stderr } = await run([...words, ...ACCEPTED], world)
      expect(stderr).toContain('The same for every packet.')
      expect(compile(stdout, { targets: [], lint: false }).diagnostics).toEqual([])
      expect(stdout).toContain('198.51.100.1')
    }
  })

  it('is compared with its files', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    const { code, stderr } = await run(['@gw1', '--live', 'here'], { printed: here })
    expect(code).toBe(1)
    expect(stderr).toContain('The running host is not as its files say')
    expect(stderr).toMatch(/--accept \S*live accepts/)
    expect(await run(['@gw1', '--live', 'here', ...ACCEPTED], { printed: here })).toMatchObject({ code: 0 })
    expect(await run(['@gw1', '--live', 'here'])).toMatchObject({ code: 2 })
  })

  it('names a rule that takes no packet elsewhere, beside files that are in sync', async () => {
    const { stdout } = await run(['--live', 'here'], { printed: here })
    const files = compile(stdout, { targets: ['ifupdown'] }).outputs.get('ifupdown')?.files ?? []
    for (const file of files) if ('content' in file) put(`gw1${file.path}`, file.content)
    const rule = { priority: 50, src: '203.0.113.77', table: '254', protocol: '3' }
    const printed = here.replace(/(?<=^== multihome rules inet\n)\[/m, `[${JSON.stringify(rule)},`)
    const before = await run(['@gw1', '--live', 'here'], { printed: here })
    expect(before).toMatchObject({ code: 0, stderr: expect.not.stringContaining('unning host') as unknown })
    const { code, stderr } = await run(['@gw1', '--live', 'here'], { printed })
    expect([code, stderr]).toEqual([0, expect.stringContaining('pref 50 from 203.0.113.77 lookup main')])
  })

  it('keeps router advertisements if it has a default route of one', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    const route = { type: '1', dst: 'default', gateway: 'fe80::1', dev: 'eth0', table: '254', scope: '0' }
    const advertised = JSON.stringify([{ ...route, protocol: '9', metric: 1024, flags: [] }])
    const printed = here.replace(/(?<=^== multihome routes inet6\n).*$/m, advertised)
    expect(await run(['@gw1', '--live', 'here'], { printed: here })).toMatchObject({
      stdout: expect.not.stringContaining('accept-ra') as unknown,
      stderr: expect.stringContaining(
        'The same for every packet, unless a router advertises IPv6.',
      ) as unknown,
    })
    const { stdout, stderr } = await run(['@gw1', '--live', 'here'], { printed })
    expect(stdout).toMatch(/^ {2}eth0: \{ addresses: \[192\.0\.2\.10\/24\], accept-ra: true \}$/m)
    expect(stderr).toMatch(/^accept-ra: .*\(1\)$/m)
  })

  it('has its state collected by a command', async () => {
    const { code, stdout } = await run(['--print-gather'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^echo .*\n$/) })
  })
})

describe('markdown', () => {
  it('is on standard output if the description is in a file', async () => {
    put('gw1/etc/network/interfaces', INTERFACES)
    const first = await run(['@gw1', '--format', 'markdown', ...ACCEPTED])
    expect(first.stdout).toMatch(/^version: 1/)
    const second = await run(['@gw1', '--format', 'markdown', '--out', '@gw1.yaml', ...ACCEPTED])
    expect(second).toMatchObject({ code: 0, stderr: '', stdout: first.stderr })
    expect(second.stdout).toMatch(/^## gw1\n\n\*\*The same for every packet, unless/)
    expect(text('gw1.yaml')).toBe(first.stdout)
  })
})

describe('the files of a tree', () => {
  it('are those that commands name, with what these name, and nothing outside of the root', async () => {
    put('gw1/etc/network/interfaces', `${INTERFACES}  up /opt/net/setup eth0\n  up /opt/net/program\n`)
    put('gw1/opt/net/setup', '#!/bin/sh\n. /opt/net/settings\n/opt/net/rules $TABLE\n')
    put('gw1/opt/net/settings', 'TABLE=77\n')
    put('gw1/opt/net/rules', 'ip rule add from 10.7.0.0/16 table $1 priority 500\n')
    put('gw1/opt/net/program', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0xff]))
    const { stdout, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(stdout).toContain('10.7.0.0/16')
    expect(stderr).not.toContain('setup')
    expect(stderr).toContain('/opt/net/program')
    expect(stderr).not.toContain('cannot be read')
  })

  it('are those of /lib as well, once if it is a link to /usr/lib', async () => {
    const unit = '[Match]\nName=eth0\n[Network]\nAddress=192.0.2.10/24\n'
    put('old/etc/hostname', 'old\n')
    put('old/lib/systemd/network/10-eth0.network', unit)
    put('new/etc/hostname', 'new\n')
    put('new/usr/lib/systemd/network/10-eth0.network', unit)
    symlinkSync('usr/lib', join(folder(), 'new/lib'))
    for (const host of ['old', 'new']) {
      const { stdout, stderr } = await run([`@${host}`, '--verbose', ...ACCEPTED])
      expect(stdout).toContain('192.0.2.10/24')
      expect(stderr).not.toContain('replaces')
    }
  })

  it('have names of cards that others match by address', async () => {
    put(
      'gw1/etc/systemd/network/10-wan.network',
      '[Match]\nMACAddress=02:00:00:00:00:07\n[Network]\nAddress=192.0.2.10/24\n',
    )
    expect((await run(['@gw1', ...ACCEPTED])).stderr).toContain('name the link')
    put('gw1/sys/devices/pci0/net/enp7s0/address', '02:00:00:00:00:07\n')
    mkdirSync(join(folder(), 'gw1/sys/class/net'), { recursive: true })
    symlinkSync('../../devices/pci0/net/enp7s0', join(folder(), 'gw1/sys/class/net/enp7s0'))
    const { stdout, stderr } = await run(['@gw1', ...ACCEPTED])
    expect(stdout).toContain('enp7s0')
    expect(stderr).not.toContain('name the link')
  })

  it('are completed by the cards of the running host', async () => {
    put('gw1/etc/systemd/network/10-wan.network', '[Match]\nName=et*\n[Network]\nAddress=192.0.2.10/24\n')
    const { stdout, stderr } = await run(['@gw1', '--live', 'here', ...ACCEPTED], { printed: here })
    expect(stdout).toContain('eth0')
    expect(stderr).not.toContain('name the link')
  })
})
