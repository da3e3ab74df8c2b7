// How does a link differ? Each thing that is set on it is a line of its own.
import type { Change } from '../diff/difference.js'
import { formatPrefix } from '../kernel/prefix.js'
import type { PlannedLink } from '../plan/plan.js'
import { madeWords } from '../syntax/iproute2.js'

export interface LinkLine {
  readonly sign: '-' | '+'
  readonly link: PlannedLink
  readonly words: string
}

export function linkLines(change: Change<PlannedLink>): readonly LinkLine[] {
  const before = 'before' in change ? change.before : undefined
  const after = 'after' in change ? change.after : undefined
  const old = before === undefined ? [] : wordsOf(before)
  const now = after === undefined ? [] : wordsOf(after)
  const removed = old.filter((words) => !now.includes(words))
  const added = now.filter((words) => !old.includes(words))
  // The same in another order, which tells the primary address and whom to ask first.
  const isOrder = removed.length === 0 && added.length === 0
  return [
    ...(before === undefined ? [] : linesFor('-', before, isOrder ? [inOrder(old)] : removed)),
    ...(after === undefined ? [] : linesFor('+', after, isOrder ? [inOrder(now)] : added)),
  ]
}

const linesFor = (sign: '-' | '+', link: PlannedLink, all: readonly string[]): readonly LinkLine[] =>
  all.map((words) => ({ sign, link, words }))

const inOrder = (words: readonly string[]): string => `in this order: ${words.join(', ')}`

/** Never empty. */
function wordsOf(link: PlannedLink): readonly string[] {
  const { made, master, mac, mtu, lease, nameservers, addresses } = link
  return [
    link.manage === 'routing' ? 'another program’s link' : 'link, up',
    ...(made === undefined ? [] : [madeWords(made).join(' ')]),
    ...(made === undefined || made.kind === 'vlan' ? [] : [`members ${made.links.join(' ')}`]),
    ...(made?.kind === 'bond' && made.primary !== undefined ? [`primary ${made.primary}`] : []),
    ...(master === undefined ? [] : [`master ${master.link}`]),
    ...(mac === undefined ? [] : [`link/ether ${mac}`]),
    ...(mtu === undefined ? [] : [`mtu ${mtu}`]),
    ...addresses.map((address) => `address ${formatPrefix(address)}`),
    ...(lease?.dhcp4 === true ? ['dhcp4'] : []),
    ...(lease?.dhcp6 === true ? ['dhcp6'] : []),
    ...(lease?.acceptRa === true ? ['accept-ra'] : []),
    ...nameservers.addresses.map(({ text }) => `nameserver ${text}`),
    ...nameservers.search.map((domain) => `search ${domain}`),
    ...(link.optional ? ['optional: boot does not wait for it'] : []),
  ]
}
