// Events at the provider of a leased gateway: renewals, another address, another network, several routers, a refusal,
// a new lease.
import { parsePrefix } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import { RTPROT_DYNAMIC } from '../../../../src/kernel/protocol.js'
import { startBackground } from '../../checks/background-command.js'
import type { Lab } from '../../lab/lab.js'
import { readvertised, refused, withdrawn } from '../../lab/dhcp/lease.js'
import type { Lease } from '../../lab/dhcp/lease.js'
import { answers4, link, lost, lost6, nothing, table, until, watchLoss } from './lease-lifecycle.js'
import type { LeaseEvent } from './lease-lifecycle.js'
import { parseLeases } from './leases-file.js'

function parseDhcp4(words: string): Lease {
  const lease = parseLeases(`${link}: { dhcp4: ${words} }`).get(link)
  if (lease === undefined) throw new Error(words)
  return lease
}

function prefix6(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(text)
  return prefix
}

const anotherAddress = parseDhcp4('{ address: 192.0.2.81/24, router: 192.0.2.1 }')
const [newAddress, newRouter] = ['203.0.113.80', '203.0.113.1']
const newLease = `address: ${newAddress}/25, router: [${newRouter}, 203.0.113.2]`
const anotherNetwork = parseDhcp4(`{ ${newLease} }`)
const optionRoute = { dst: '172.16.0.0/12', via: '203.0.113.3' }
const leaseWithRoutes = parseDhcp4(
  `{ ${newLease}, routes: { 0.0.0.0/0: ${newRouter}, ${optionRoute.dst}: ${optionRoute.via} } }`,
)

const now = (lab: Lab): Lease => lab.leases().get(link) ?? {}

const provides = (next: (now: Lease) => Lease) => async (lab: Lab) => {
  await lab.provide(link, next(now(lab)))
  return nothing()
}

/** A shell starts background commands with SIGINT ignored, but this monitor ends by SIGINT. */
const interruptible = `perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV'`

/** A marker rule of no other program, which shows that the monitor works. */
const markerRule = 'pref 31000 lookup 31000'

/** Waits for two renewals; meanwhile no rule and no dynamic route may change. */
async function renewed(lab: Lab): Promise<readonly string[]> {
  const monitor = await startBackground(lab.netExec, `${interruptible} ip -N -o monitor label rule route`)
  const had = lab.countMessages(link, 'DHCPACK')
  const isRenewed = await until(() => lab.countMessages(link, 'DHCPACK') >= had + 2, 30)
  await lab.netExec(`ip rule add ${markerRule} && ip rule delete ${markerRule}`)
  const seen = (await monitor.end()).split('\n')
  const tracked = new RegExp(String.raw`^\[RULE\]| proto ${RTPROT_DYNAMIC} `)
  const all = seen.filter((line) => tracked.test(line))
  const isMarker = (line: string): boolean => /^\[RULE\](Deleted )?31000:/.test(line)
  return [
    ...(isRenewed ? [] : ['! was not renewed']),
    ...(all.filter(isMarker).length === 2 ? [] : ['! rules are not seen']),
    ...all.filter((line) => !isMarker(line)).map((line) => `! ${line}`),
  ]
}

/** Tables without the route: main and the gateway's own. */
async function tablesWithoutRoute(lab: Lab): Promise<readonly string[]> {
  const tables = ['main', String(table)]
  const shows = tables.map(
    (name) => `ip -o route show ${optionRoute.dst} via ${optionRoute.via} dev ${link} table ${name}`,
  )
  const { stdout } = await lab.netExec(shows.map((show) => `${show} | grep -c .`).join('\n'))
  const counts = stdout.trim().split('\n')
  // dhcpcd adds a route of its own to main, in addition to the hook's.
  return tables.filter((_, n) => counts[n] === '0')
}

async function routesCome(lab: Lab): Promise<readonly string[]> {
  await lab.provide(link, { ...now(lab), ...leaseWithRoutes })
  await until(async () => (await tablesWithoutRoute(lab)).length === 0, 20)
  return (await tablesWithoutRoute(lab)).map((name) => `! no route of option 121 in ${name}`)
}

/** Keeps the current prefixes: an advertised prefix stays on the link for its lifetime. */
const leaseAgain =
  ({ dhcp4 }: Lease) =>
  ({ advertisement }: Lease): Lease => ({
    ...(dhcp4 === undefined ? {} : { dhcp4 }),
    ...(advertisement === undefined ? {} : { advertisement: { ...advertisement, lifetime: 60 } }),
  })

export const providerEvents = (first: Lease): readonly LeaseEvent[] => [
  { name: 'leased', perform: nothing, checksReplies: true },
  { name: 'renewed', perform: renewed },
  { name: 'another address', perform: provides((lease) => ({ ...lease, ...anotherAddress })) },
  {
    name: 'another network by two routers, and another prefix',
    perform: provides((lease) => readvertised({ ...lease, ...anotherNetwork }, prefix6('2001:db8:aa::/64'))),
    checksReplies: true,
  },
  { name: 'option 121', perform: routesCome },
  {
    name: 'advertised no more',
    perform: (lab) => {
      const outage = { links: [link], answers: { ...answers4(newRouter), ...lost6 } }
      return watchLoss(lab, outage, () => lab.provide(link, withdrawn(now(lab))))
    },
  },
  {
    name: 'refused',
    perform: (lab) => watchLoss(lab, lost, () => lab.provide(link, refused(now(lab)))),
  },
  { name: 'leased again', perform: provides(leaseAgain(first)), checksReplies: true },
]

/** Lifetime of an address without renewal (lab/dhcp/dnsmasq-options.ts), and a margin. */
export const leasedSeconds = 120 + 45
