// Tunnels of another program that appear and disappear with other addresses: rules and routes follow, and none is too
// early.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { compareWithPlan, hostOf } from './host/host.js'
import { leasesOf } from './host/leases/leases-file.js'
import type { Platform, Rendering } from './host/rendering.js'
import { openLab } from './lab/lab.js'
import type { Lab } from './lab/lab.js'
import { sleep } from './lab/process/shell.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsFor } from './run/selection.js'

/** A query of `ip route get`, and text of its answer. */
type RouteQuery = { readonly query: string; readonly there: string; readonly away: string }

type Case = {
  readonly fixture: string
  /** Addresses of each appearance. */
  readonly appearances: readonly (readonly string[])[]
  readonly queries: readonly RouteQuery[]
  /** Whether its addresses are dynamic, so that rules track them. */
  readonly isTracked: boolean
}

const LINK = 'wg0'

/**
 * The tunnel exists, with a carrier, as long as this program runs. It prints its process id. The numbers are
 * TUNSETIFF and IFF_TUN | IFF_NO_PI.
 */
const tunProgram = `perl -e 'open(my $tun, "+<", "/dev/net/tun") or die; my $asked = pack("a16 s x22", "${LINK}", 0x1001); ioctl($tun, 0x400454ca, $asked) or die; sleep 600' >/dev/null 2>&1 & echo $!`
/** Answer of a reject route. */
const isClosed = 'No route to host'
/** Answer if no route matches. */
const isUnknown = 'Network is unreachable'

const cases: readonly Case[] = [
  {
    fixture: 'leased-provider-and-tunnel',
    appearances: [['10.8.0.2/32'], ['10.8.1.2/32'], ['10.8.2.2/32'], ['10.8.0.2/32']],
    queries: [
      { query: '-4 198.18.0.1 uid 1500', there: `dev ${LINK}`, away: isClosed },
      { query: '-6 2001:2::1 uid 1500', there: isClosed, away: isClosed },
      { query: '-4 198.18.0.1', there: 'dev wan0', away: 'dev wan0' },
    ],
    isTracked: true,
  },
  {
    fixture: 'vpn-fail-closed',
    appearances: [['10.9.0.2/32'], ['10.9.0.2/32'], ['10.9.0.2/32'], ['10.9.0.2/32']],
    queries: [
      { query: '-4 198.18.0.1 mark 0x100', there: `dev ${LINK}`, away: isClosed },
      { query: '-6 2001:2::1 mark 0x100', there: isClosed, away: isClosed },
      { query: '-4 198.18.0.1 uid 1500', there: `dev ${LINK}`, away: isClosed },
      { query: '-4 198.18.0.1', there: 'dev eth0', away: 'dev eth0' },
    ],
    isTracked: false,
  },
  {
    fixture: 'link-of-another-program',
    appearances: [
      ['10.9.0.2/24', 'fd00:9::2/64'],
      ['10.9.0.2/24', 'fd00:9::2/64'],
      ['10.9.0.2/24', 'fd00:9::2/64'],
      ['10.9.0.2/24', 'fd00:9::2/64'],
    ],
    queries: [
      { query: '-4 10.200.0.1', there: `via 10.9.0.1 dev ${LINK}`, away: 'dev eth0' },
      { query: '-6 fd00:200::1', there: `via fd00:9::1 dev ${LINK}`, away: isUnknown },
    ],
    isTracked: false,
  },
]

async function answerOf(lab: Lab, query: string): Promise<string> {
  const [family = '', ...words] = query.split(' ')
  return (await lab.netExec(`ip ${family} route get ${words.join(' ')} 2>&1`)).stdout
}

async function wrongAnswers(lab: Lab, one: Case, when: 'there' | 'away'): Promise<string[]> {
  const found: string[] = []
  for (const queries of one.queries) {
    const answer = await answerOf(lab, queries.query)
    if (!answer.includes(queries[when]))
      found.push(`${queries.query}: ${answer.trim()}, not ${queries[when]}`)
  }
  return found
}

/** Addresses of the tunnel in rules. */
async function addressesInRules(lab: Lab): Promise<readonly string[]> {
  const { stdout } = await lab.netExec('ip -4 rule show')
  return [...stdout.matchAll(/from (10\.8\.\d+\.\d+) /g)].flatMap(([, address = '']) => address)
}

const wrongRules = async (lab: Lab, expected: readonly string[]): Promise<string[]> => {
  const has = await addressesInRules(lab)
  return has.join() === expected.join()
    ? []
    : [`rules from ${has.join() || 'none'}, not ${expected.join() || 'none'}`]
}

/** Problems that are left after ten seconds. */
async function remaining(ask: () => Promise<string[]>): Promise<string[]> {
  let found = await ask()
  for (let tries = 0; tries < 40 && found.length > 0; tries += 1) {
    await sleep(0.25)
    found = await ask()
  }
  return found
}

/** Problems in the rest of the plan. */
const brokenBeside = async (lab: Lab, { plan }: Rendering): Promise<string[]> =>
  (await compareWithPlan(lab, plan)).filter((line) => !line.includes(LINK))

async function comesAndGoes(lab: Lab, rendering: Rendering, one: Case): Promise<readonly string[]> {
  const found: string[] = []
  const note = (when: string, lines: readonly string[]): void =>
    void found.push(...lines.map((line) => `${when}: ${line}`))
  const wrong = async (when: 'there' | 'away', addresses: readonly string[]): Promise<string[]> => [
    ...(await wrongAnswers(lab, one, when)),
    ...(one.isTracked
      ? await wrongRules(
          lab,
          addresses.map((address) => address.replace(/\/.*/, '')),
        )
      : []),
  ]
  note('never there', await remaining(() => wrong('away', [])))
  note('never there', await brokenBeside(lab, rendering))
  for (const [n, addresses] of one.appearances.entries()) {
    const running = (await lab.netExec(tunProgram)).stdout.trim()
    const { code, stderr } = await lab.netExec(
      [
        `for try in 1 2 3 4 5 6 7 8 9; do ip link show dev ${LINK} >/dev/null 2>&1 || sleep 0.2; done`,
        ...addresses.map((address) => `ip address add ${address} dev ${LINK}`),
        `ip link set dev ${LINK} up`,
      ].join(' && '),
    )
    if (code !== 0) throw new Error(stderr)
    note(`coming ${n + 1}`, await remaining(() => wrong('there', addresses)))
    await lab.netExec(`kill ${running}; while ip link show dev ${LINK} >/dev/null 2>&1; do sleep 0.05; done`)
    // Closed at once, not only after a program has noticed.
    note(`going ${n + 1}`, await wrongAnswers(lab, one, 'away'))
    note(`gone ${n + 1}`, await remaining(() => wrong('away', [])))
  }
  note('gone for good', await brokenBeside(lab, rendering))
  return found
}

async function differencesOf(
  rendering: Rendering,
  platform: Platform,
  one: Case,
): Promise<readonly string[]> {
  const spec = hostOf(rendering, { ...platform, leases: leasesOf(fixtureNamed(one.fixture)) })
  const lab = await openLab({
    ...spec,
    peers: spec.peers.filter(({ links }) => !links.includes(LINK)),
    prepare: [],
  })
  try {
    return await comesAndGoes(lab, rendering, one)
  } finally {
    await lab.close()
  }
}

const cells = cases.flatMap((one) =>
  platformsFor([]).map((platform) => ({ ...platform, platform, one, name: one.fixture })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('a tunnel of another program', () => {
  test.for(cells)('$name: $stack, Debian $debian', async ({ platform, one }, { skip }) => {
    const rendering = renderedHere(fixtureNamed(one.fixture).text, platform, skip)
    expect(await differencesOf(rendering, platform, one)).toEqual([])
  })
})
