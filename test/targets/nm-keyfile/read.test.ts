import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import type { Found } from '../../../src/found/found.js'
import { families } from '../../../src/kernel/family.js'
import { formatPrefix } from '../../../src/kernel/prefix.js'
import { selectorTokens } from '../../../src/kernel/selectors.js'
import { actionTokens, formatDst } from '../../../src/syntax/iproute2.js'
import { nmKeyfileReader } from '../../../src/targets/nm-keyfile/read.js'

const FOLDER = '/etc/NetworkManager/system-connections'

function read(files: Readonly<Record<string, string>>): Found {
  const collector = createCollector()
  const paths = Object.entries(files).map(
    ([name, text]) => [name.startsWith('/') ? name : `${FOLDER}/${name}`, text] as const,
  )
  expect(paths.filter(([path]) => !nmKeyfileReader.reads(path))).toEqual([])
  nmKeyfileReader.read(new Map(paths), collector)
  return collector.found()
}

/** As lines; metrics are always there. */
const routes = ({ routes: all }: Found): readonly string[] =>
  all.map(({ family, type, dst, table, metric, prefsrc, scope, mtu, nexthops }) =>
    [
      ...(type === 'unicast' ? [] : [type]),
      ...(family === 'inet6' && dst.length === 0 ? ['-6'] : []),
      formatDst(dst),
      ...nexthops.flatMap((hop) => [
        ...(hop.via === undefined ? [] : ['via', hop.via.text]),
        ...['dev', hop.dev],
        ...(hop.onlink === true ? ['onlink'] : []),
        ...(hop.weight === undefined ? [] : ['weight', hop.weight]),
      ]),
      ...(scope === undefined ? [] : ['scope', scope]),
      ...(prefsrc === undefined ? [] : ['src', prefsrc.text]),
      ...(mtu === undefined ? [] : ['mtu', mtu]),
      ...['table', table, 'metric', metric ?? 0],
    ].join(' '),
  )

const rules = ({ rules: all }: Found): readonly string[] =>
  all.map(({ pref, selector, action }) =>
    [pref, ...selectorTokens(selector), ...actionTokens(action)].join(' '),
  )

const problems = ({ problems: all }: Found, kind: 'unknown' | 'without-effect' = 'unknown') =>
  all.filter((one) => one.kind === kind).map(({ place, why }) => `${place.line}: ${place.text}: ${why}`)

const ethernet = (name: string, rest: string): string =>
  `[connection]\nid=${name}\ntype=ethernet\ninterface-name=${name}\n${rest}`

describe('addresses and gateways', () => {
  it('reads a profile of nmcli', () => {
    const found = read({
      'eth0.nmconnection': `[connection]
id=eth0
uuid=0b4c1d8e-9a4b-4b0e-9a3e-1f3f4c0e9b11
type=ethernet
autoconnect-priority=-999
interface-name=eth0
timestamp=1700000000

[ethernet]
mtu=1400

[ipv4]
address1=192.0.2.10/24,192.0.2.1
address2=192.0.2.11/24
dns=192.0.2.53;198.51.100.53;
dns-search=example.org;example.net;
method=manual

[ipv6]
addr-gen-mode=stable-privacy
method=disabled

[proxy]
`,
    })
    expect(problems(found)).toEqual([])
    expect(found.links).toMatchObject([
      {
        name: 'eth0',
        managed: true,
        mtu: 1400,
        dhcp4: false,
        acceptRa: false,
        leases: {},
        search: ['example.org', 'example.net'],
      },
    ])
    expect(found.links[0]?.nameservers.map(({ text }) => text)).toEqual(['192.0.2.53', '198.51.100.53'])
    expect(found.links[0]?.addresses.map(({ prefix }) => formatPrefix(prefix))).toEqual([
      '192.0.2.10/24',
      '192.0.2.11/24',
    ])
    expect(routes(found)).toEqual(['default via 192.0.2.1 dev eth0 table 254 metric 100'])
    expect(problems(found, 'without-effect')).toEqual([
      '2: id=eth0: it names the profile',
      '3: uuid=0b4c1d8e-9a4b-4b0e-9a3e-1f3f4c0e9b11: it names the profile',
      '5: autoconnect-priority=-999: it chooses among the profiles of one link',
      '7: timestamp=1700000000: the key routes no packet',
      '20: addr-gen-mode=stable-privacy: the key routes no packet',
    ])
  })

  it('reads the old words of a file without suffix', () => {
    const found = read({
      'Wired connection': `[connection]
id=Wired connection
type=802-3-ethernet
interface-name=em1
[802-3-ethernet]
cloned-mac-address=00-16-3E-AA-BB-CC
[ipv4]
method=manual
addresses1=192.0.2.10;24;192.0.2.1;
routes1=198.51.100.0;24;192.0.2.2;7;
routes2=203.0.113.9/32
`,
    })
    expect(problems(found)).toEqual([])
    expect(found.links).toMatchObject([{ name: 'em1', mac: '00:16:3e:aa:bb:cc', acceptRa: true }])
    expect(routes(found)).toEqual([
      'default via 192.0.2.1 dev em1 table 254 metric 100',
      '198.51.100.0/24 via 192.0.2.2 dev em1 table 254 metric 7',
      '203.0.113.9 dev em1 scope link table 254 metric 100',
    ])
  })

  it('takes the key `gateway` before those of addresses, and none with never-default', () => {
    const body = (more: string) =>
      ethernet('eth0', `[ipv4]\nmethod=manual\naddress1=192.0.2.10/24,192.0.2.1\ngateway=192.0.2.2\n${more}`)
    expect(routes(read({ a: body('') }))).toEqual(['default via 192.0.2.2 dev eth0 table 254 metric 100'])
    expect(routes(read({ a: body('never-default=true\n') }))).toEqual([])
  })

  it('adds a route to a gateway outside the networks of the link', () => {
    expect(
      routes(read({ a: ethernet('eth0', '[ipv4]\nmethod=manual\naddress1=192.0.2.10/32,198.51.100.1\n') })),
    ).toEqual([
      '198.51.100.1 dev eth0 scope link table 254 metric 100',
      'default via 198.51.100.1 dev eth0 table 254 metric 100',
    ])
  })

  it('takes the lengths of NetworkManager where they are missing', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=manual\naddress1=192.0.2.10\nroute1=198.51.100.7,192.0.2.1\n'),
    })
    expect(found.links[0]?.addresses.map(({ prefix }) => formatPrefix(prefix))).toEqual(['192.0.2.10/24'])
    expect(routes(found)).toEqual(['198.51.100.0/24 via 192.0.2.1 dev eth0 table 254 metric 100'])
  })

  it('reports that route-table moves a network out of main', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=manual\naddress1=192.0.2.10/24,192.0.2.1\nroute-table=7\n'),
    })
    expect(routes(found)).toEqual([
      '192.0.2.0/24 dev eth0 scope link src 192.0.2.10 table 7 metric 100',
      'default via 192.0.2.1 dev eth0 table 7 metric 100',
    ])
    expect(problems(found)).toHaveLength(1)
  })
})

describe('leases', () => {
  it('has the metric and table of the profile', () => {
    const found = read({
      a: ethernet(
        'eth0',
        '[ipv4]\nmethod=auto\nroute-metric=50\nroute-table=7\n[ipv6]\nmethod=auto\nignore-auto-routes=true\n',
      ),
    })
    expect(found.links).toMatchObject([
      {
        dhcp4: true,
        dhcp6: false,
        acceptRa: true,
        leases: {
          inet: { isDefault: true, metric: 50, table: 7 },
          inet6: { isDefault: false, metric: 100, table: 254 },
        },
      },
    ])
  })

  it('has another metric for each card, and reports that the order is open', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=auto\n'),
      b: ethernet('eth1', '[ipv4]\nmethod=auto\n'),
    })
    expect(found.links.map(({ leases }) => leases.inet?.metric)).toEqual([100, 101])
    expect(problems(found)).toEqual([
      expect.stringContaining('eth1 and eth0 have IPv4 default routes without `route-metric`'),
    ])
  })

  it('takes a metric of conf.d', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=auto\n'),
      b: ethernet('eth1', '[ipv4]\nmethod=auto\n'),
      '/etc/NetworkManager/conf.d/10-metric.conf':
        '[connection-1]\nmatch-device=interface-name:eth1\nipv4.route-metric=200\n',
    })
    expect(found.links.map(({ leases }) => leases.inet?.metric)).toEqual([100, 200])
    expect(problems(found)).toEqual([])
  })
})

describe('routes and rules', () => {
  it('reads options', () => {
    const found = read({
      a: ethernet(
        'eth0',
        `[ipv4]
method=manual
address1=192.0.2.10/24
route1=0.0.0.0/0,192.0.2.1,0
route1_options=table=101,src=192.0.2.10,onlink=true,mtu=1400,initcwnd=20
route2=0.0.0.0/0,0.0.0.0,4000
route2_options=type=unreachable,table=101
route3=198.51.100.0/24,,9
route4=203.0.113.0/24,192.0.2.1
route4_options=tos=0x10
`,
      ),
    })
    expect(routes(found)).toEqual([
      'default via 192.0.2.1 dev eth0 onlink src 192.0.2.10 mtu 1400 table 101 metric 0',
      'unreachable default scope link table 101 metric 4000',
      '198.51.100.0/24 dev eth0 scope link table 254 metric 9',
      '203.0.113.0/24 via 192.0.2.1 dev eth0 table 254 metric 100',
    ])
    expect(problems(found)).toEqual(['14: route4_options=tos=0x10: a description has no `tos` of a route'])
  })

  it('joins weights of several profiles into one route', () => {
    const profile = (name: string, host: string, weight: number) =>
      ethernet(
        name,
        `[ipv4]\nmethod=manual\naddress1=${host}.10/24\nroute1=0.0.0.0/0,${host}.1,50\nroute1_options=weight=${weight}\n`,
      )
    expect(routes(read({ a: profile('eth0', '192.0.2', 2), b: profile('eth1', '198.51.100', 1) }))).toEqual([
      'default via 192.0.2.1 dev eth0 weight 2 via 198.51.100.1 dev eth1 weight 1 table 254 metric 50',
    ])
  })

  it('reads rules with all of their words', () => {
    const found = read({
      a: ethernet(
        'eth0',
        `[ipv4]
method=disabled
routing-rule1=priority 5 from 192.0.2.10 table 101
routing-rule10=pref 0x10 not to 10.0.0.0/8 fwmark 0x1/0xff lookup main sup_pl 0
routing-rule2=order 7 dev eth0 ipproto 6 dport 80-443 tos 10 uidrange 1000-1999 prohibit
routing-rule3=from 192.0.2.11 table 102
routing-rule4=priority 9 from 192.0.2.12 table isp
routing-rule5=priority 9 goto 100
`,
      ),
    })
    expect(rules(found)).toEqual(
      [
        '5 from 192.0.2.10 lookup 101',
        '7 iif eth0 tos 0x10 uidrange 1000-1999 ipproto 6 dport 80-443 prohibit',
        '16 not to 10.0.0.0/8 fwmark 0x1/0xff lookup main suppress_prefixlength 0',
      ].map((line) => expect.toSatisfy((text: string) => sameWords(text, line))),
    )
    expect(problems(found)).toEqual([
      '10: routing-rule3=from 192.0.2.11 table 102: NetworkManager ignores the rule: it needs a `priority`',
      '11: routing-rule4=priority 9 from 192.0.2.12 table isp: NetworkManager ignores the rule: `table isp` is no number of a table',
      '12: routing-rule5=priority 9 goto 100: NetworkManager ignores the rule: it does not know `goto`',
    ])
  })

  const sameWords = (a: string, b: string) =>
    a.split(' ').toSorted().join() === b.split(' ').toSorted().join()
})

describe('which profiles are active', () => {
  it('leaves out those that do not come up at boot', () => {
    const found = read({ a: ethernet('eth0', 'autoconnect=false\n[ipv4]\nmethod=auto\n') })
    expect(found.links).toEqual([])
    expect(problems(found, 'without-effect')).toEqual([
      '2: id=eth0: it names the profile',
      '5: autoconnect=false: the profile does not come up at boot',
    ])
  })

  it('takes the one with the higher priority', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=auto\n'),
      b: ethernet('eth0', 'autoconnect-priority=5\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24\n'),
    })
    expect(found.links).toMatchObject([{ name: 'eth0', dhcp4: false }])
    expect(problems(found)).toEqual([])
  })

  it('reports two of one priority', () => {
    const body = ethernet('eth0', '[ipv4]\nmethod=auto\n')
    expect(problems(read({ a: body, b: body }))).toHaveLength(1)
  })

  it('leaves unmanaged devices to others', () => {
    const found = read({
      a: ethernet('eth0', '[ipv4]\nmethod=auto\n'),
      b: ethernet('veth1', '[ipv4]\nmethod=auto\n'),
      c: ethernet('eth9', '[ipv4]\nmethod=auto\n'),
      '/etc/NetworkManager/NetworkManager.conf':
        '[main]\nplugins=ifupdown,keyfile\n[ifupdown]\nmanaged=false\n[keyfile]\nunmanaged-devices=interface-name:veth*\n',
    })
    expect(found.links.map(({ name }) => name)).toEqual(['eth0', 'eth9'])
  })

  it('refuses a profile with a stray line, as GLib does', () => {
    const found = read({ a: `${ethernet('eth0', '[ipv4]\nmethod=auto\n')}nonsense\n` })
    expect(found.links).toEqual([])
    expect(problems(found)).toEqual(['7: nonsense: NetworkManager refuses the whole profile for this line'])
  })

  it('finds a card by the names that udev gives', () => {
    const body =
      '[connection]\nid=x\ntype=ethernet\n[ethernet]\nmac-address=00:16:3E:11:22:33\n[ipv4]\nmethod=auto\n'
    const rules = 'SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="00:16:3e:11:22:33", NAME="lan0"\n'
    const found = read({ a: body, '/etc/udev/rules.d/70-persistent-net.rules': rules })
    expect(found.links.map(({ name }) => name)).toEqual(['lan0'])
    expect(problems(found)).toEqual([])
    expect(problems(read({ a: body }))).toEqual([
      '3: type=ethernet: no file tells the name of the card 00:16:3E:11:22:33: add `interface-name` with it',
    ])
  })

  it('is for the only card of the host that it may be for', () => {
    const body = (match: string) => `[connection]\nid=x\ntype=ethernet\n${match}[ipv4]\nmethod=auto\n`
    const card = (name: string, mac: string) => ({ [`/sys/class/net/${name}/address`]: `${mac}\n` })
    const [eth0, enp3s0] = [card('eth0', '02:00:00:00:00:01'), card('enp3s0', '02:00:00:00:00:02')]
    const links = (files: Readonly<Record<string, string>>) => read(files).links.map(({ name }) => name)
    expect(links({ ...eth0, a: body('') })).toEqual(['eth0'])
    expect(links({ ...eth0, ...enp3s0, a: body('') })).toEqual([])
    expect(links({ ...eth0, ...enp3s0, a: body('[match]\ninterface-name=en*;\n') })).toEqual(['enp3s0'])
    expect(links({ ...eth0, ...enp3s0, a: body('[match]\ninterface-name=!en*\n') })).toEqual([])
    expect(links({ ...eth0, ...enp3s0, a: body('[ethernet]\nmac-address=02:00:00:00:00:01\n') })).toEqual([
      'eth0',
    ])
  })

  it('says which keys choose no route', () => {
    const found = read({
      a: '[connection]\nid=x\nuuid=7\ntype=vlan\ninterface-name=v\nautoconnect-priority=3\npermissions=\n[vlan]\nid=7\nparent=eth0\nflags=1\n[ipv4]\nmethod=auto\ndhcp-timeout=20\n',
    })
    expect(problems(found)).toEqual([])
    expect(problems(found, 'without-effect')).toEqual([
      '2: id=x: it names the profile',
      '3: uuid=7: it names the profile',
      '7: permissions=: it is the default',
      '6: autoconnect-priority=3: it chooses among the profiles of one link',
      '11: flags=1: it is about frames, and routes no packet',
      '14: dhcp-timeout=20: the key routes no packet',
    ])
  })

  it('reports a profile that names no link', () => {
    const found = read({ a: '[connection]\nid=x\ntype=ethernet\n[ipv4]\nmethod=auto\n' })
    expect(problems(found)).toEqual([
      '3: type=ethernet: the profile is for any card: add `interface-name` with the name of the link',
    ])
  })
})

describe('virtual links', () => {
  it('finds ports by UUID, link and name, by old words and new ones', () => {
    const uuid = '5f6b9c1e-0000-4000-8000-000000000001'
    const port = (name: string, lines: string) =>
      `[connection]\nid=${name}\ntype=ethernet\ninterface-name=${name}\n${lines}`
    const found = read({
      bond: `[connection]\nid=my bond\nuuid=${uuid}\ntype=bond\ninterface-name=bond0\n[bond]\nmode=1\nupdelay=100\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=ignore\n`,
      p1: port('eth0', `master=${uuid}\nslave-type=bond\n`),
      p2: port('eth1', 'controller=bond0\nport-type=bond\n'),
      p3: port('eth2', 'controller=my bond\nport-type=bond\n'),
      vlan: `[connection]\nid=v\ntype=vlan\n[vlan]\nid=7\nparent=bond0\nflags=1\n[ipv4]\nmethod=auto\n`,
    })
    expect(problems(found)).toEqual([])
    expect(found.links).toMatchObject([
      {
        name: 'bond0',
        virtual: { kind: 'bond', mode: 'active-backup', miimon: 100, links: ['eth0', 'eth1', 'eth2'] },
      },
      { name: 'eth0', managed: true },
      { name: 'eth1' },
      { name: 'eth2' },
      {
        name: 'bond0.7',
        virtual: { kind: 'vlan', id: 7, link: 'bond0' },
        leases: { inet: { metric: 400 } },
      },
    ])
    expect(found.links[1]?.leases).toEqual({})
  })

  it('moves the routes of a port into the table of its VRF', () => {
    const found = read({
      a: `[connection]\nid=red\ntype=vrf\ninterface-name=red\n[vrf]\ntable=99\n[ipv4]\nmethod=disabled\n[ipv6]\nmethod=ignore\n`,
      b: ethernet(
        'eth0',
        'controller=red\nport-type=vrf\n[ipv4]\nmethod=manual\naddress1=192.0.2.10/24,192.0.2.1\n',
      ),
    })
    expect(problems(found)).toEqual([])
    expect(routes(found)).toEqual(['default via 192.0.2.1 dev eth0 table 99 metric 100'])
  })

  it('says that others make a tunnel, and keeps its routes', () => {
    const found = read({
      a: `[connection]\nid=wg\ntype=wireguard\ninterface-name=wg0\n[wireguard]\nprivate-key=x\n[ipv4]\nmethod=manual\naddress1=10.9.0.2/24\nroute1=10.8.0.0/16\n`,
    })
    expect(found.links).toMatchObject([{ name: 'wg0', managed: false }])
    expect(routes(found)).toEqual(['10.8.0.0/16 dev wg0 scope link table 254 metric 50'])
    expect(problems(found)).toHaveLength(2)
  })
})

it('compares no pattern with a name that is too long for a link', () => {
  const name = 'a'.repeat(300_000)
  const found = read({
    a: ethernet(name, '[ipv4]\nmethod=auto\n'),
    '/etc/NetworkManager/conf.d/x.conf': `[keyfile]\nunmanaged-devices=interface-name:*${name}b\n`,
  })
  expect(found.links).toEqual([])
})

it('reads hostile files in linear time', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => `route${n}=10.0.0.0/8,,,,,;;;\nx${n}=[`).join('\n')
  const found = read({
    a: ethernet('eth0', `[ipv4]\nmethod=manual\n${many}\n\u0000[`),
    b: '\ufeff\u0000',
    c: '',
  })
  expect(families.length + found.problems.length).toBeGreaterThan(3)
})
