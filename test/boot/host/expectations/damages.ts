// Changes to a host with fixtures/two-providers, and the findings of verify for each.
import type { Finding } from '../../../../src/verify/finding.js'
import { rulesOfTailscale } from '../other-programs/other-program.js'

export interface Damage {
  readonly name: string
  readonly commands: readonly string[]
  /** In the format of `findingLine`. */
  readonly found: readonly string[]
  /** Commands that remove the rest, in addition to the fixes of the findings. */
  readonly also?: readonly string[]
}

/**
 * `missing rule inet pref 100 lookup 7`, then what is there instead, its software, and the path in the description.
 */
export const findingLine = ({
  severity,
  kind,
  what,
  family,
  words,
  live,
  software,
  origin,
}: Finding): string =>
  [
    ...(severity === 'note' ? ['note'] : []),
    ...[kind, what, ...(family === undefined ? [] : [family]), words],
    ...(live === undefined ? [] : ['<-', live]),
    ...(software === undefined ? [] : ['of', software]),
    ...(origin === undefined ? [] : ['for', origin.path.join('.')]),
  ].join(' ')

export const damages: readonly Damage[] = [
  {
    name: 'a rule is gone',
    commands: ['ip -4 rule del pref 18002'],
    found: ['missing rule inet pref 18002 from 198.51.100.10 lookup 102 for gateways.cable.reply'],
  },
  {
    name: 'a rule selects another table',
    commands: ['ip -6 rule del pref 17000', 'ip -6 rule add pref 17000 fwmark 0x100/0xff00 lookup 102'],
    found: [
      'different rule inet6 pref 17000 fwmark 0x100/0xff00 lookup 101 <- pref 17000 fwmark 0x100/0xff00 lookup 102 for gateways.fiber.fwmark',
    ],
  },
  {
    name: 'rules are gone, one of the kernel’s own among them',
    commands: ['ip -6 rule del pref 32766', 'ip -6 rule del pref 20013'],
    found: [
      'missing rule inet6 pref 32766 lookup main',
      'missing rule inet6 pref 20013 ipproto 6 dport 587 unreachable for rules.1.else',
    ],
  },
  {
    name: 'a default route by another router',
    commands: ['ip -4 route replace default via 203.0.113.99 dev wan0 table 101'],
    found: [
      'different route inet default via 203.0.113.1 dev wan0 table 101 <- default via 203.0.113.99 dev wan0 table 101 for gateways.fiber.via.0',
    ],
  },
  {
    name: 'a reject fallback is gone',
    commands: ['ip -6 route del unreachable default table 102 metric 2000000000'],
    found: [
      'missing route inet6 unreachable default table 102 metric 2000000000 for gateways.cable.fail-closed',
    ],
  },
  {
    name: 'an unmanaged route in a managed table',
    commands: ['ip -4 route add blackhole 198.18.7.0/24 table 101'],
    found: ['foreign route inet blackhole 198.18.7.0/24 table 101'],
  },
  {
    name: 'a default route before ours',
    commands: ['ip -4 route add default via 198.51.100.9 dev wan1 metric 50'],
    found: ['foreign route inet default via 198.51.100.9 dev wan1 metric 50'],
  },
  {
    name: 'a rule before ours',
    commands: ['ip -4 rule add pref 100 from 10.0.0.0/24 lookup main'],
    found: [
      'shadowed rule inet pref 20000 from 10.0.0.128/25 lookup 102 <- pref 100 from 10.0.0.0/24 lookup main for rules.0',
    ],
  },
  {
    name: 'a rule that takes no packet elsewhere',
    commands: ['ip -4 rule add pref 100 to 172.17.0.0/24 lookup main'],
    found: ['note foreign rule inet pref 100 to 172.17.0.0/24 lookup main'],
  },
  {
    name: 'Tailscale starts',
    commands: [...rulesOfTailscale, 'ip -4 route add 100.64.0.0/10 dev lan0 table 52'],
    found: (['inet', 'inet6'] as const).flatMap((family) => [
      `shadowed rule ${family} pref 17001 fwmark 0x200/0xff00 lookup 102 <- pref 5210 fwmark 0x80000/0xff0000 lookup main of tailscale (by its mark and its priority) for gateways.cable.fwmark`,
      `note foreign rule ${family} pref 5230 fwmark 0x80000/0xff0000 lookup default of tailscale (by its mark and its priority)`,
      `foreign rule ${family} pref 5250 fwmark 0x80000/0xff0000 unreachable of tailscale (by its mark and its priority)`,
      `${family === 'inet' ? '' : 'note '}foreign rule ${family} pref 5270 lookup 52 of tailscale (by its table and its priority)`,
    ]),
    also: ['ip -4 route flush table 52'],
  },
  {
    name: 'a changed sysctl',
    commands: ['sysctl -qw net.ipv4.conf.wan1.rp_filter=1'],
    found: [
      'different sysctl net.ipv4.conf.wan1.rp_filter=2 <- net.ipv4.conf.wan1.rp_filter=1 for gateways.cable',
    ],
  },
  {
    name: 'an unmanaged address',
    commands: ['ip address add 203.0.113.77/24 dev wan0'],
    found: ['foreign address inet 203.0.113.77/24 dev wan0 for links.wan0'],
  },
]
