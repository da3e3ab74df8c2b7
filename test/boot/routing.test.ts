// `manage: routing`: the kernel has the plan after every event of the external addressing.
import { describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { compareWithPlan, hostOf } from './host/host.js'
import type { Platform, Rendering } from './host/rendering.js'
import { openLab } from './lab/lab.js'
import { renderedHere } from './run/skip-policy.js'
import { platformsFor } from './run/selection.js'
import { withoutExternalConfig, creatorEvents, stackEvents } from './host/other-programs/external-events.js'
import type { ExternalEvent } from './host/other-programs/external-events.js'

const twoProviders = fixtureNamed('two-providers').text

/** Two links in one network, and an address without a network. */
const sharedAndAlone = `
version: 1
manage: routing
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [192.0.2.11/24] }
  eth2: { addresses: [78.46.193.234/32, '2001:db8:e::2/128'] }
gateways:
  first: { link: eth0, via: 192.0.2.1 }
  second: { link: eth1, via: 192.0.2.2 }
  alone: { link: eth2, via: [172.31.1.1, 'fe80::1'], onlink: true }
default: { failover: [first, alone] }
`

type Case = {
  readonly name: string
  readonly text: string
  /** Boots before the other program has done anything. */
  readonly isLate: boolean
  /** Further platforms in an ordinary run (`networkd 12`). */
  readonly older: readonly string[]
  readonly events: (platform: Platform, rendering: Rendering) => readonly ExternalEvent[]
  /** Differences that the capability record warns of. */
  readonly differs?: (platform: Platform) => readonly string[]
}

/** systemd 247 does not wait for an external address until it is restarted. */
const tooEarly = ({ stack, debian }: Platform): readonly string[] =>
  debian === 11 && (stack === 'networkd' || stack === 'netplan')
    ? [
        'route 4 102 dev=wan1 dst=198.51.100.0/24 prefsrc=198.51.100.10 scope=link table=102 type=unicast',
        'route 4 102 dev=wan1 dst=default gateway=198.51.100.1 scope=global table=102 type=unicast',
        'route 4 254 dev=wan1 dst=default gateway=198.51.100.1 metric=200 scope=global table=254 type=unicast',
      ].map((line) => `its creator starts: - ${line}`)
    : []

const cases: readonly Case[] = [
  {
    name: 'no link ours',
    text: `manage: routing\n${twoProviders}`,
    isLate: false,
    older: ['nm-dispatcher 12'],
    events: (platform, rendering) => stackEvents(platform, rendering, 'wan1', false),
  },
  {
    name: 'no link ours, and all addresses late',
    text: sharedAndAlone,
    isLate: true,
    older: ['networkd 12'],
    events: (platform, rendering) => stackEvents(platform, rendering, 'eth2', true),
  },
  {
    name: 'one link another program’s, and late',
    // Without the rule that systemd 247 cannot express.
    text: twoProviders.replace(', else: unreachable', '').replace('wan1: { ', 'wan1: { manage: routing, '),
    isLate: true,
    older: ['netplan 11', 'ifupdown2 11'],
    events: (platform, rendering) => creatorEvents(platform, rendering, 'wan1'),
    differs: tooEarly,
  },
]

async function differencesOf(
  rendering: Rendering,
  platform: Platform,
  one: Case,
): Promise<readonly string[]> {
  const found: string[] = []
  const note = (name: string, lines: readonly string[]): void =>
    void found.push(...lines.map((line) => `${name}: ${line}`))
  const spec = hostOf(rendering, platform)
  const lab = await openLab(one.isLate ? withoutExternalConfig(spec, rendering.plan) : spec)
  try {
    if (!one.isLate) {
      note('boot', await compareWithPlan(lab, rendering.plan))
      if (lab.condition !== 'running') note('boot', [`! ${lab.condition}: ${await lab.failed()}`])
    }
    for (const { name, perform } of one.events(platform, rendering)) {
      note(name, [...(await perform(lab)), ...(await compareWithPlan(lab, rendering.plan))])
    }
    return found
  } finally {
    await lab.close()
  }
}

const cells = cases.flatMap((one) =>
  platformsFor(one.older).map((platform) => ({ ...platform, platform, one, name: one.name })),
)

describe.skipIf(inject('bootObstacle') !== '').concurrent('manage: routing', () => {
  test.for(cells)('$name: $stack, Debian $debian', async ({ platform, one }, { skip }) => {
    const rendering = renderedHere(one.text, platform, skip)
    expect(await differencesOf(rendering, platform, one)).toEqual(one.differs?.(platform) ?? [])
  })
})
