// How does a link differ? A new one is a line; of one that changed each thing that is set on it is.
import type { Change } from '../../diff/difference.js'
import { formatPrefix } from '../../kernel/prefix.js'
import type { PlannedLink } from '../../plan/plan.js'
import { virtualLinkTokens } from '../../syntax/iproute2.js'

export interface LinkLine {
  readonly sign: '-' | '+'
  readonly link: PlannedLink
  readonly words: string
}

export function linkLines(change: Change<PlannedLink>): readonly LinkLine[] {
  if (change.kind === 'added') return [wholeLine('+', change.after)]
  if (change.kind === 'removed') return [wholeLine('-', change.before)]
  const { before, after } = change
  const [old, now] = [textOf(before), textOf(after)]
  const removed = old.filter((words) => !now.includes(words))
  const added = now.filter((words) => !old.includes(words))
  // The same in another order, which tells the primary address and whom to ask first.
  if (removed.length === 0 && added.length === 0) return [wholeLine('-', before), wholeLine('+', after)]
  return [...linesFor('-', before, removed), ...linesFor('+', after, added)]
}

const wholeLine = (sign: '-' | '+', link: PlannedLink): LinkLine => ({
  sign,
  link,
  words: textOf(link).join(', '),
})

const linesFor = (sign: '-' | '+', link: PlannedLink, all: readonly string[]): readonly LinkLine[] =>
  all.map((words) => ({ sign, link, words }))

/** Never empty. */
function textOf(link: PlannedLink): readonly string[] {
  const { made, master, mac, mtu, lease, nameservers, addresses } = link
  return [
    link.manage === 'routing' ? 'another program’s link' : 'up',
    ...(made === undefined ? [] : [virtualLinkTokens(made).join(' ')]),
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
