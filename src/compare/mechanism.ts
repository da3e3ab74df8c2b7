// What does a line cost where it stands: the stack's own words, a file of another program, a command in a script?
import { costs, type Mechanism } from './comparison.js'

interface Carrier {
  readonly path: RegExp
  readonly cost: Mechanism
  readonly target?: string
  /** Lines of that file alone. */
  readonly line?: RegExp
}

/** The first that fits decides; what none fits is the stack's own. */
const carriers: readonly Carrier[] = [
  { path: /^\/etc\/(?:sysctl\.d|iproute2|nftables\.d)\//, cost: 'companion' },
  { path: /\/multihome-follow(?:\.service)?$/, cost: 'program' },
  { path: /\/multihome-lease$/, cost: 'hook' },
  { path: /^\/etc\/(?:NetworkManager\/dispatcher\.d|network\/if-up\.d|dhcp)\//, cost: 'hook' },
  { path: /dhcpcd/, cost: 'hook' },
  { target: 'netplan', path: /^\/etc\/systemd\//, cost: 'drop-in' },
  {
    target: 'ifupdown',
    path: /^\/etc\/network\//,
    line: /^(?:pre-up|up|post-up|pre-down|down|post-down) /,
    cost: 'hook',
  },
  // Lists are assignments at the margin; what is indented is of preup(), postup() or postdown().
  { target: 'netifrc', path: /^\/etc\/conf\.d\//, line: /^\t/, cost: 'hook' },
]

/** `line` with its indent. */
export const mechanismOfLine = (target: string, path: string, line: string): Mechanism =>
  carriers.find(
    (carrier) =>
      (carrier.target ?? target) === target &&
      carrier.path.test(path) &&
      (carrier.line === undefined || carrier.line.test(target === 'ifupdown' ? line.trim() : line)),
  )?.cost ?? 'native'

export const highest = (all: readonly Mechanism[]): Mechanism =>
  all.reduce<Mechanism>((most, cost) => (costs.indexOf(cost) > costs.indexOf(most) ? cost : most), 'inherent')
