// Another program's link, rules and tables before the boot, and more of them while the stack runs.
import type { KernelPlan } from '../../../../src/plan/plan.js'
import { additions, readState } from '../../lab/state/state.js'
import { linkLines, withNamespaceHost } from '../expectations/namespace-host.js'

const bothFamilies = (words: string): readonly string[] => [`ip -4 ${words}`, `ip -6 ${words}`]

/** The rules of tailscaled. */
export const rulesOfTailscale = [
  ...bothFamilies('rule add pref 5210 fwmark 0x80000/0xff0000 lookup main'),
  ...bothFamilies('rule add pref 5230 fwmark 0x80000/0xff0000 lookup default'),
  ...bothFamilies('rule add pref 5250 fwmark 0x80000/0xff0000 unreachable'),
  ...bothFamilies('rule add pref 5270 lookup 52'),
]

/** Its routes; the description names its link. */
export const tailscale: readonly string[] = [
  ...rulesOfTailscale,
  'ip -4 route add 100.100.100.100 dev tailscale0 table 52',
  'ip -4 route add 100.64.0.7 dev tailscale0 table 52',
  'ip -4 route add throw 192.0.2.0/24 table 52',
  'ip -6 route add fd7a:115c:a1e0::/48 dev tailscale0 table 52',
]

/**
 * A bridge without ports, like a container runtime's, and each kind of rule and route, with a next hop and without.
 */
export const containers: readonly string[] = [
  'ip link add other0 type bridge',
  'ip link set other0 up',
  'ip -4 address add 10.99.0.1/24 dev other0',
  'ip -6 address add fd00:99::1/64 dev other0 nodad',
  ...rulesOfTailscale,
  'ip -4 rule add pref 100 from 10.99.0.0/16 lookup 7777',
  'ip -6 rule add pref 100 from fd00:99::/48 lookup 7777',
  'ip -4 rule add pref 30000 to 192.88.99.0/24 prohibit',
  'ip -4 route add 192.88.97.0/24 via 10.99.0.2 table 7777',
  'ip -4 route add 192.88.98.0/24 table 7777 nexthop via 10.99.0.2 weight 2 nexthop via 10.99.0.3',
  'ip -4 route add unreachable default table 7777',
  'ip -4 route add blackhole 192.88.96.0/24',
  'ip -4 route add 192.88.95.0/24 dev other0 proto 99',
  'ip -6 route add 2001:db8:97::/48 via fd00:99::2 table 7777',
  'ip -6 route add unreachable default table 7777 metric 2000',
  'ip -6 route add 2001:db8:95::/48 dev other0 proto 99',
  'ip nexthop add id 7777 via 10.99.0.4 dev other0',
  'ip -4 route add 192.88.94.0/24 nhid 7777 table 7777',
]

/** While the stack runs. */
export const addedLater: readonly string[] = [
  ...bothFamilies('rule add pref 200 fwmark 0x40000/0xff0000 lookup 7778'),
  ...bothFamilies('rule add pref 31000 uidrange 2000-2000 prohibit'),
  'ip -4 route add blackhole default table 7778',
  'ip -6 route add unreachable default table 7778 metric 2000',
  'ip -4 route add blackhole 192.88.91.0/24',
]

/** Routes in another table and in main over a link of the stack; setting it down deletes them. */
export const addedOver = (link: string): readonly string[] => [
  `ip -4 route add 192.88.93.0/24 dev ${link} table 7778`,
  `ip -6 route add 2001:db8:93::/48 dev ${link} table 7778`,
  `ip -4 route add 192.88.92.0/24 dev ${link} proto 99`,
  `ip -6 route add 2001:db8:92::/48 dev ${link} proto 99`,
]

/** The state lines that these commands add. */
export const linesAddedBy = (plan: KernelPlan, commands: readonly string[]): Promise<readonly string[]> =>
  withNamespaceHost(plan, async (host) => {
    await host.install(linkLines(plan))
    const before = await readState(host.netns)
    await host.install(commands)
    return additions(before, await readState(host.netns))
  })
