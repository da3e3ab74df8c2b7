// The awk programs, without a kernel: the commands that they make of data and kernel state, under each awk.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { programs } from '../../src/render/templates.generated.js'
import { describeWith, findProgram, run, writeTree } from './tools.js'

const folder = writeTree(
  Object.entries(programs).map(([name, content]) => ({
    path: `/${name}`,
    mode: 0o644,
    owner: 'root:root',
    content,
  })),
)

const awks = [
  { name: 'mawk', program: 'mawk', options: [] },
  { name: 'gawk --posix', program: 'gawk', options: ['--posix'] },
  { name: 'busybox awk', program: 'busybox', options: ['awk'] },
  { name: 'original-awk', program: 'original-awk', options: [] },
]

interface Case {
  readonly name: string
  /** By itself the program of iproute2. */
  readonly program?: string
  /** Assignments, besides the protocol. */
  readonly variables?: readonly string[]
  readonly data: readonly string[]
  /** Lines of ip(8), each after the words of its section. */
  readonly kernel: readonly string[]
  readonly prints: readonly string[]
}

/** Links that are up, in the section `link`. */
const links = ['wan0', 'wan1', 'lan@if4', 'dead', 'table', 'nexthop', 'dev'].map(
  (name, index) =>
    `link | ${index + 2}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP`,
)
const address = (name: string, words: string): string => `address | 2: ${name}    ${words} valid_lft forever`

/** The state as a program prints it: a line `route -4 | TEXT` is TEXT in the section `route -4`. */
function stateOf({ data, kernel }: Case): string {
  const lines = [...links, ...kernel].flatMap((line) => {
    const [section, text] = line.split(' | ')
    return [`== ${section ?? ''}`, text ?? '']
  })
  return [...lines, '== data', '# A comment.', ...data, ''].join('\n')
}

const balanced =
  'default metric 5 table 100 nexthop via 192.0.2.1 dev wan0 weight 3 nexthop via 198.51.100.1 dev wan1 weight 1'

/** Data and the same in the kernel, which writes it in another way: nothing is left to do. */
const equal: readonly (readonly [string, string, string])[] = [
  [
    'a default route',
    'route -4 0.0.0.0/0 via 192.0.2.1 dev wan0 table 100',
    'route -4 | default via 192.0.2.1 dev wan0 table 100 proto 77 onlink',
  ],
  [
    'a host route',
    'route -4 203.0.113.5/32 via 192.0.2.1 dev wan0',
    'route -4 | 203.0.113.5 via 192.0.2.1 dev wan0',
  ],
  [
    'a route of a link',
    'route -4 10.0.0.0/24 dev wan0 table 100',
    'route -4 | 10.0.0.0/24 dev wan0 table 100 scope link',
  ],
  [
    'a table by its name',
    'route -4 10.0.0.0/24 dev wan0 table main',
    'route -4 | 10.0.0.0/24 dev wan0 scope link',
  ],
  [
    'a link without carrier',
    'route -4 default via 192.0.2.1 dev wan0',
    'route -4 | default via 192.0.2.1 dev wan0 dead linkdown',
  ],
  [
    'a locked MTU',
    'route -4 default via 192.0.2.1 dev wan0 mtu lock 1400',
    'route -4 | default via 192.0.2.1 dev wan0 mtu lock 1400',
  ],
  [
    'the metric of IPv6',
    'route -6 ::/0 via fe80::1 dev wan0 table 100',
    'route -6 | default via fe80::1 dev wan0 table 100 metric 1024 pref medium',
  ],
  [
    'a route that rejects',
    'route -4 unreachable default table 100 metric 4294967294',
    'route -4 | unreachable default table 100 metric 4294967294',
  ],
  [
    'an IPv6 route that rejects, by its number',
    'route -6 unreachable default table 100 metric 4294967294',
    'route -6 | 7 default dev lo table 100 metric 4294967294 error -101 pref medium',
  ],
  [
    'a gateway of the other family',
    'route -4 default via inet6 fe80::1 dev wan0',
    'route -4 | default via inet6 fe80::1 dev wan0',
  ],
  [
    'next hops in another order',
    `route -4 ${balanced}`,
    'route -4 | default table 100 metric 5 \\ nexthop via 198.51.100.1 dev wan1 weight 1 linkdown \\ nexthop via 192.0.2.1 dev wan0 weight 3 onlink',
  ],
  [
    'a link named dead',
    'route -4 default via 192.0.2.1 dev dead',
    'route -4 | default via 192.0.2.1 dev dead',
  ],
  [
    'a link named table',
    'route -4 default via 192.0.2.1 dev table table 100',
    'route -4 | default via 192.0.2.1 dev table table 100',
  ],
  [
    'a link named dev',
    'route -4 default via 192.0.2.1 dev dev table 100',
    'route -4 | default via 192.0.2.1 dev dev table 100',
  ],
  [
    'a link named dev, of next hops',
    'route -4 default nexthop via 192.0.2.1 dev dev weight 1 nexthop via 198.51.100.1 dev wan1 weight 1',
    'route -4 | default \\ nexthop via 192.0.2.1 dev dev weight 1 \\ nexthop via 198.51.100.1 dev wan1 weight 1',
  ],
  [
    'a link named nexthop',
    'route -4 default nexthop via 192.0.2.1 dev nexthop weight 1 nexthop via 198.51.100.1 dev wan1 weight 1',
    'route -4 | default \\ nexthop via 192.0.2.1 dev nexthop weight 1 \\ nexthop via 198.51.100.1 dev wan1 weight 1',
  ],
  [
    'a rule',
    'rule -4 pref 19000 from 10.0.0.0/8 lookup main',
    'rule -4 | 19000: from 10.0.0.0/8 lookup 254 proto 77',
  ],
  [
    'a rule without source',
    'rule -4 pref 19000 iif wan0 lookup 100',
    'rule -4 | 19000: from all iif wan0 [detached] lookup 100 proto 77',
  ],
  [
    'selectors in another order',
    'rule -4 pref 19000 dport 443 ipproto tcp from 10.0.0.1 lookup 100',
    'rule -4 | 19000: from 10.0.0.1 ipproto tcp dport 443 lookup 100 proto 77',
  ],
  [
    'a mark in capitals, with all bits',
    'rule -4 pref 19000 fwmark 0xA/0xffffffff lookup 100',
    'rule -4 | 19000: from all fwmark 0xa lookup 100 proto 77',
  ],
  [
    'no mark',
    'rule -4 pref 19000 fwmark 0x0/0xff lookup 100',
    'rule -4 | 19000: from all fwmark 0/0xff lookup 100 proto 77',
  ],
  [
    'a rule that suppresses',
    'rule -4 pref 19000 lookup main suppress_prefixlength 0',
    'rule -4 | 19000: from all lookup 254 suppress_prefixlength 0 proto 77',
  ],
  [
    'a rule with not',
    'rule -6 pref 19000 not from 2001:db8::/32 lookup 100',
    'rule -6 | 19000: not from 2001:db8::/32 lookup 100 proto 77',
  ],
  [
    'a jump to a later rule',
    'rule -4 pref 19000 from 10.0.0.0/8 goto 19500',
    'rule -4 | 19000: from 10.0.0.0/8 goto 19500 [unresolved] proto 77',
  ],
]

const old = 'route -4 | default via 192.0.2.1 dev wan0 table 100 metric 5'

const changes: readonly Case[] = [
  ...equal.map(([name, wanted, kernel]) => ({
    name: `leaves alone what the kernel writes in another way: ${name}`,
    data: [wanted],
    kernel: [kernel],
    prints: [],
  })),
  ...[
    ['its MTU', 'default via 192.0.2.1 dev wan0 table 100 metric 5 mtu 1400'],
    ['its source', 'default via 192.0.2.1 dev wan0 table 100 metric 5 src 192.0.2.10'],
    ['its gateway', 'default via 192.0.2.2 dev wan0 table 100 metric 5'],
    ['its link', 'default via 192.0.2.1 dev wan1 table 100 metric 5'],
    ['its kind', 'unreachable default table 100 metric 5'],
    ['its number of next hops', balanced],
  ].map(([name, text]) => ({
    name: `replaces a route that has changed: ${name ?? ''}`,
    data: [`route -4 ${text ?? ''}`],
    kernel: [old],
    prints: [`run -4 route replace protocol 77 ${text ?? ''}`],
  })),
  {
    name: 'replaces a route whose weights have changed',
    data: [`route -4 ${balanced}`],
    kernel: [`route -4 | ${balanced.replace('weight 3', 'weight 2')}`],
    prints: [`run -4 route replace protocol 77 ${balanced}`],
  },
  {
    name: 'adds a route of another metric before it deletes the old one',
    data: ['route -4 default via 192.0.2.1 dev wan0 table 100 metric 6'],
    kernel: [old],
    prints: [
      'run -4 route replace protocol 77 default via 192.0.2.1 dev wan0 table 100 metric 6',
      'run -4 route del protocol 77 default table 100 metric 5',
    ],
  },
  {
    name: 'deletes a multipath route by its key',
    data: [],
    kernel: [`route -4 | ${balanced}`],
    prints: ['run -4 route del protocol 77 default table 100 metric 5'],
  },
  {
    name: 'omits a next hop over a link that is absent, and a route that has no other',
    data: [
      'route -4 default table 100 nexthop via 192.0.2.1 dev wan0 weight 1 nexthop via 198.51.100.1 dev wan9 weight 1',
      'route -4 10.9.0.0/16 via 198.51.100.1 dev wan9',
    ],
    kernel: [],
    prints: ['run -4 route replace protocol 77 default table 100 nexthop via 192.0.2.1 dev wan0 weight 1'],
  },
  {
    name: 'keeps the next hops over links named nexthop and dev beside one that is absent',
    data: [
      'route -4 default table 100 nexthop via 192.0.2.1 dev nexthop weight 1 nexthop via 198.51.100.1 dev wan9 weight 1 nexthop via 203.0.113.1 dev dev weight 1',
    ],
    kernel: [],
    prints: [
      'run -4 route replace protocol 77 default table 100 nexthop via 192.0.2.1 dev nexthop weight 1 nexthop via 203.0.113.1 dev dev weight 1',
    ],
  },
  {
    name: 'waits for an address that is the source of a route',
    data: ['route -6 default via fe80::1 dev wan0 src 2001:db8::10'],
    kernel: [address('wan0', 'inet6 2001:db8::10/64 scope 0 tentative')],
    prints: ['wait'],
  },
  {
    name: 'waits for it no longer than five seconds',
    variables: ['waited=5'],
    data: ['route -6 default via fe80::1 dev wan0 src 2001:db8::10'],
    kernel: [address('wan0', 'inet6 2001:db8::10/64 scope 0 tentative')],
    prints: ['run -6 route replace protocol 77 default via fe80::1 dev wan0 src 2001:db8::10'],
  },
  ...[
    ['not', 'from 10.0.0.0/8 lookup 100', 'not from 10.0.0.0/8 lookup 100'],
    ['its target', 'from 10.0.0.0/8 goto 19500', 'from 10.0.0.0/8 goto 19600'],
  ].map(([name, text, before]) => ({
    name: `deletes a rule first that differs only in ${name ?? ''}, because the kernel refuses the second`,
    data: [`rule -4 pref 19000 ${text ?? ''}`],
    kernel: [`rule -4 | 19000: ${before ?? ''} proto 77`],
    prints: [
      `run -4 rule del protocol 77 pref 19000 ${before ?? ''}`,
      `run -4 rule add protocol 77 pref 19000 ${text ?? ''}`,
    ],
  })),
  {
    name: 'adds a rule before it deletes the one that it replaces',
    data: ['rule -4 pref 19001 from 10.0.0.0/8 lookup 100'],
    kernel: ['rule -4 | 19000: from 10.0.0.0/8 lookup 100 proto 77'],
    prints: [
      'run -4 rule add protocol 77 pref 19001 from 10.0.0.0/8 lookup 100',
      'run -4 rule del protocol 77 pref 19000 from 10.0.0.0/8 lookup 100',
    ],
  },
  {
    name: 'adds a rule once that is listed twice',
    data: ['rule -4 pref 19000 from 10.0.0.0/8 lookup 100', 'rule -4 pref 19000 lookup 100 from 10.0.0.0/8'],
    kernel: [],
    prints: ['run -4 rule add protocol 77 pref 19000 from 10.0.0.0/8 lookup 100'],
  },
  {
    name: 'deletes the rule that a killed run has left, and no other rule of its protocol',
    data: [],
    kernel: [
      'rule -4 | 1: from all iif lo lookup 254 suppress_prefixlength 0 proto 78',
      'rule -4 | 2: from all lookup 254 proto 78',
    ],
    prints: ['run -4 rule del protocol 78 pref 1 iif lo lookup 254 suppress_prefixlength 0'],
  },
  {
    name: 'leaves rules of other protocols alone, even those that are the same',
    data: ['rule -4 pref 19000 from 10.0.0.0/8 lookup 100'],
    kernel: [
      'rule -4 | 0: from all lookup 255 proto 2',
      'rule -4 | 19000: from 10.0.0.0/8 lookup 100 proto 3',
    ],
    prints: ['run -4 rule add protocol 77 pref 19000 from 10.0.0.0/8 lookup 100'],
  },
  {
    name: 'keeps the families apart',
    data: ['rule -6 pref 19000 iif wan0 lookup 100'],
    kernel: ['rule -4 | 19000: from all iif wan0 lookup 100 proto 77'],
    prints: [
      'run -6 rule add protocol 77 pref 19000 iif wan0 lookup 100',
      'run -4 rule del protocol 77 pref 19000 iif wan0 lookup 100',
    ],
  },
]

const others: readonly Case[] = [
  {
    name: 'status: lists what is here, missing and stray',
    program: 'plan.awk',
    variables: ['mode=status'],
    data: [
      'rule -4 pref 19000 from 10.0.0.0/8 lookup 100',
      'route -4 default via 192.0.2.1 dev wan9 table 100',
    ],
    kernel: ['rule -4 | 19000: from 10.0.0.0/8 lookup 100 proto 77', old],
    prints: [
      'here rule -4 pref 19000 from 10.0.0.0/8 lookup 100',
      'missing route -4 default table 100 metric 0 nexthop via 192.0.2.1 dev wan9 weight 1',
      'stray route -4 default table 100 metric 5 nexthop via 192.0.2.1 dev wan0 weight 1',
    ],
  },
  {
    name: 'keeps a route whose link is being configured, and removes one whose link is gone',
    program: 'dispatcher.awk',
    variables: ['link=wan0', 'arrives=1'],
    data: [
      'route -4 default via 192.0.2.1 dev wan0 table 100',
      'route -4 default via 198.51.100.1 dev wan1 table 101',
      'route -4 10.9.0.0/16 via 10.0.0.1 dev lan table 102',
    ],
    kernel: [
      'route -4 | default via 198.51.100.1 dev wan1 table 101',
      'route -4 | 10.9.0.0/16 via 10.0.0.1 dev lan table 102',
      'device | wan1',
      'device | 70 (connecting (getting IP configuration))',
      'device | lan',
      'device | 30 (disconnected)',
    ],
    prints: [
      'run -4 route replace protocol 77 default via 192.0.2.1 dev wan0 table 100',
      'run -4 route del protocol 77 10.9.0.0/16 table 102 metric 0',
    ],
  },
  {
    name: 'omits a next hop over a link that goes down, not one over a link named dev',
    program: 'dispatcher.awk',
    variables: ['link=wan0', 'arrives=0'],
    data: [
      'route -4 default nexthop via 192.0.2.1 dev dev weight 1 nexthop via 198.51.100.1 dev wan0 weight 1',
    ],
    kernel: [],
    prints: ['run -4 route replace protocol 77 default nexthop via 192.0.2.1 dev dev weight 1'],
  },
  {
    name: 'tracks the addresses and routers of leases',
    program: 'tracker.awk',
    data: [
      'static -4 10.0.0.1 dev lan',
      'lease -4 dev wan0 table 100 default main from 19000 to 19001',
      'lease -6 dev wan0 table 100 default main from 19000',
      'multipath -4 metric 5 nexthop dev wan0 weight 2 nexthop dev wan1 weight 1',
    ],
    kernel: [
      address('wan0', 'inet 192.0.2.10/24 scope 0'),
      address('wan0', 'inet 10.0.0.7/8 scope 0'),
      address('wan0', 'inet6 2001:db8:0:a::10/64 scope 0'),
      'routes -4 wan0 254 | default via 192.0.2.1 proto 16 metric 100',
      'routes -4 wan0 254 | 192.0.2.0/24 proto 2 scope link src 192.0.2.10',
      'routes -4 wan1 254 | default via 198.51.100.1 proto 16 metric 200',
    ],
    prints: [
      'log wan0: 10.0.0.7/8 is ignored: 10.0.0.1 is an address of lan',
      'run -4 route replace protocol 77 192.0.2.0/24 dev wan0 scope link src 192.0.2.10 table 100',
      'run -4 route replace protocol 77 default via 192.0.2.1 dev wan0 onlink src 192.0.2.10 table 100',
      'run -4 route replace protocol 77 default metric 5 nexthop via 192.0.2.1 dev wan0 weight 2 nexthop via 198.51.100.1 dev wan1 weight 1',
      'run -4 rule add protocol 77 pref 19000 from 192.0.2.10 lookup 100',
      'run -4 rule add protocol 77 pref 19001 to 192.0.2.10 lookup 100',
      'run -6 rule add protocol 77 pref 19000 from 2001:db8:0:a::/64 lookup 100',
    ],
  },
]

const environment = {
  link: 'wan0',
  address: '192.0.2.10',
  mask: '255.255.255.192',
  octets: '0 192 0 2 1 20 10 9 16 192 0 2 2',
  default: 'main',
  further: 'routes',
  client: 'dhclient',
  metric: '100',
}

for (const { name, program, options } of awks)
  describeWith(name, findProgram(program), program, (path) => {
    const awk = (file: string, variables: readonly string[], input: string, env: object = {}) =>
      run(
        'env',
        [
          ...Object.entries(env).map(([key, value]) => `${key}=${String(value)}`),
          path,
          ...options,
          ...['protocol=77', ...variables].flatMap((variable) => ['-v', variable]),
          ...['kernel.awk', file].flatMap((used) => ['-f', join(folder, used)]),
        ],
        { input },
      )

    for (const example of [...changes, ...others])
      it(example.name, () => {
        const { status, stdout, stderr } = awk(
          example.program ?? 'plan.awk',
          example.variables ?? [],
          stateOf(example),
        )
        expect({ status, stderr, lines: stdout.split('\n').filter((line) => line !== '') }).toEqual({
          status: 0,
          stderr: '',
          lines: example.prints,
        })
      })

    it('lease.awk reads option 121, and refuses an address of another link', () => {
      const state = '== data\nstatic -4 10.0.0.1/24 dev lan\n'
      expect(awk('lease.awk', [], state, environment)).toMatchObject({
        status: 0,
        stderr: '',
        stdout:
          'run -4 route replace protocol 77 default via 192.0.2.1 dev wan0 onlink table 254 metric 100 src 192.0.2.10\n' +
          'run -4 route replace protocol 77 10.9.16.0/20 via 192.0.2.2 dev wan0 onlink table 254 metric 100 src 192.0.2.10\n',
      })
      expect(awk('lease.awk', [], state, { ...environment, further: '' }).stdout).toBe(
        'log wan0: the route to 10.9.16.0/20 is ignored: the gateway has no lease-routes\n' +
          'run -4 route replace protocol 77 default via 192.0.2.1 dev wan0 onlink table 254 metric 100 src 192.0.2.10\n',
      )
      expect(awk('lease.awk', ['mode=address'], state, environment).stdout).toBe('192.0.2.10/26\n')
      expect(
        awk('lease.awk', ['mode=address'], state, { ...environment, address: '10.0.0.1' }),
      ).toMatchObject({
        status: 1,
        stdout: '',
        stderr: 'multihome-lease: wan0: 10.0.0.1 is refused: it is an address of lan\n',
      })
    })
  })

describe('the awk programs', () => {
  it('are all executed above', () => {
    const used = ['kernel.awk', 'plan.awk', 'lease.awk', ...others.map(({ program }) => program)]
    expect(Object.keys(programs).filter((name) => name.endsWith('.awk') && !used.includes(name))).toEqual([])
  })
})
