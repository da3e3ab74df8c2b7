// Failover scenarios: the gateways that lose their carrier, in order, and the packets that are sent meanwhile.
import type { Family } from '../../../../src/kernel/family.js'
import type { LanClient } from '../../checks/lan-reachability.js'
import type { Stream } from '../../checks/continuous-traffic.js'

/**
 * A carrier that is lost or back, the link of main's default afterwards, and the links whose addresses must answer
 * throughout.
 */
export type Step = {
  readonly link: string
  readonly isUp: boolean
  readonly to: string
  readonly polledLinks: readonly string[]
}

export type FailoverScenario = {
  readonly fixture: string
  /** Changes the text of the fixture. */
  readonly edit?: (text: string) => string
  readonly families: readonly Family[]
  readonly steps: readonly Step[]
  /**
   * Traffic of a fail-closed gateway, from the host itself and from a client; it must never leave by another link.
   */
  readonly closed?: {
    readonly link: string
    readonly own: readonly Stream[]
    readonly client: LanClient
    readonly clients: readonly Stream[]
  }
}

export const unbound = (families: readonly Family[]): readonly Stream[] =>
  families.map((family) => ({ name: 'unbound', family, sport: family === 'inet' ? 41_001 : 41_002 }))

const cable = (family: Family, name: string, more: Partial<Stream>, sport: number): Stream => ({
  name,
  family,
  sport,
  ...more,
})

/**
 * Moves the rule before the reply rules. After them it cannot close IPv6 for a program that binds no address: if the
 * lookup fails, the kernel selects any source address and looks up again, and the reply rule of that address matches.
 */
const beforeReplyRules = (text: string): string => text.replace('uidrange: 1000-1999,', '$& priority: 17900,')

export const failoverScenarios: readonly FailoverScenario[] = [
  {
    fixture: 'whole-host-failover',
    edit: (text) => `${beforeReplyRules(text)}sysctls: { net.ipv4.ip_forward: 1 }\n`,
    families: ['inet', 'inet6'],
    steps: [
      { link: 'eth0', isUp: false, to: 'eth1', polledLinks: ['eth1'] },
      { link: 'eth0', isUp: true, to: 'eth0', polledLinks: ['eth1'] },
      { link: 'eth1', isUp: false, to: 'eth0', polledLinks: ['eth0'] },
      { link: 'eth1', isUp: true, to: 'eth0', polledLinks: ['eth0'] },
    ],
    closed: {
      link: 'eth1',
      own: [
        cable('inet', 'marked', { mark: 0x200 }, 42_001),
        cable('inet6', 'marked', { mark: 0x200 }, 42_002),
        cable('inet', 'from its address', { from: '198.51.100.10' }, 42_003),
        cable('inet', 'from its other address', { from: '198.51.100.11' }, 42_004),
        cable('inet6', 'from its address', { from: '2001:db8:b::10' }, 42_005),
        cable('inet', 'by its rule for people', { uid: 1500 }, 42_006),
        cable('inet6', 'by its rule for people', { uid: 1500 }, 42_007),
        cable('inet', 'by its rule for a mark', { mark: 0x40 }, 42_008),
      ],
      client: { link: 'lan0', via: '10.0.0.1' },
      clients: [cable('inet', 'of a guest', { from: '10.0.0.254' }, 42_009)],
    },
  },
  {
    fixture: 'three-providers-failover',
    families: ['inet'],
    steps: [
      { link: 'fiber0', isUp: false, to: 'cable0', polledLinks: ['cable0', 'radio0'] },
      { link: 'cable0', isUp: false, to: 'radio0', polledLinks: ['radio0'] },
      { link: 'cable0', isUp: true, to: 'cable0', polledLinks: ['radio0'] },
      { link: 'fiber0', isUp: true, to: 'fiber0', polledLinks: ['cable0', 'radio0'] },
    ],
  },
]
