// Programs with the data of one host and then of another: the state is that of a fresh start.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { iproute2 } from '../../src/targets/iproute2/index.js'
import { ifupdown } from '../../src/targets/ifupdown/index.js'
import { nmDispatcher } from '../../src/targets/nm-dispatcher/index.js'
import { needsTracker } from '../../src/targets/shared/address-tracker.js'
import { deferredRoutes } from '../../src/targets/shared/deferred-routes.js'
import type { Target } from '../../src/targets/target.js'
import { createRandom } from '../generators/random.js'
import { amount } from '../helpers/amount.js'
import { routingOnly } from '../helpers/empty-plan.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { kernelRoutes, kernelRules } from './kernel.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { installable, plans } from './plans-of-fixtures.js'
import { writePrograms } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-changes-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Host = readonly [name: string, plan: KernelPlan]

interface Program {
  readonly name: string
  readonly serves: (plan: KernelPlan) => boolean
  /** Writes the program with the data of the host. Returns the command that installs it. */
  readonly install: (plan: KernelPlan, into: string) => readonly string[]
  /** Protocols of its rules and routes. */
  readonly protocols: readonly string[]
}

const filesOf = (target: Target, plan: KernelPlan) =>
  target.render(plan, {}, { file: 'host.yaml', reporter: createReporter() }).files

const programs: readonly Program[] = [
  {
    name: 'multihome-plan',
    serves: () => true,
    install: (plan, into) => [
      writePrograms(into, filesOf(iproute2, plan), '/usr/local/sbin/multihome.sh'),
      'up',
    ],
    protocols: ['77', '78'],
  },
  {
    name: 'multihome-dispatcher',
    serves: () => true,
    install: (plan, into) => [
      writePrograms(into, filesOf(nmDispatcher, plan), '/etc/NetworkManager/dispatcher.d/50-multihome'),
      ...['all', 'apply'],
    ],
    protocols: ['77', '78'],
  },
  {
    name: 'multihome-ifupdown',
    serves: (plan) => filesOf(ifupdown, routingOnly(plan)).length > 0,
    install: (plan, into) => [
      writePrograms(into, filesOf(ifupdown, routingOnly(plan)), '/etc/network/if-up.d/multihome'),
    ],
    protocols: ['77', '78'],
  },
  {
    name: 'multihome-tracker',
    serves: (plan) => needsTracker(plan, deferredRoutes(plan)),
    install: (plan, into) => [
      writePrograms(into, filesOf(iproute2, plan), '/usr/local/lib/multihome/multihome-tracker'),
      'refresh',
    ],
    protocols: ['79'],
  },
]

/** Every link is up, with the addresses of both hosts, and with a lease of its own in each family. */
function prepare(netns: Netns, links: readonly string[], hosts: readonly Host[]): void {
  const commands = links.flatMap((link, index) => [
    `link set dev ${link} up`,
    `address replace 100.64.${index}.2/24 dev ${link}`,
    `address replace 2001:db8:ff${String(index).padStart(2, '0')}::2/64 dev ${link}`,
    `route replace default via 100.64.${index}.1 dev ${link} proto dhcp metric ${5000 + index}`,
    `route replace ::/0 via fe80::1 dev ${link} proto ra metric ${5000 + index}`,
    ...hosts.flatMap(([, { state }]) =>
      state.links
        .filter(({ name }) => name === link)
        .flatMap(({ addresses }) =>
          addresses.map(({ address, length }) => `address replace ${address.text}/${length} dev ${link}`),
        ),
    ),
  ])
  netns.must(['ip', '-batch', '-'], `${commands.join('\n')}\n`)
}

const random = createRandom(1)

describe.each(programs)('$name', ({ name, serves, install, protocols }) => {
  const served = plans
    .filter(([, plan]) => serves(plan))
    .map(([host, plan]): Host => [host, installable(plan)])
  const pairs = Array.from({ length: amount(4, 12) }, () => {
    const [old, young] = [random.pick(served), random.pick(served)]
    if (old === undefined || young === undefined) throw new Error(`no host has ${name}`)
    return [old, young] as const
  })

  netnsTest.each(pairs.map(([old, young], index) => ({ old, young, index, from: old[0], to: young[0] })))(
    'from $from to $to is the same as a fresh start',
    async ({ old, young, index }) => {
      const links = [...new Set([old, young].flatMap(([, plan]) => physicalLinks(plan)))]
      const [before, after] = [old, young].map(([, plan], at) =>
        install(plan, join(folder, `${name}-${index}-${at}`)),
      )
      if (before === undefined || after === undefined) throw new Error('two hosts have two programs')
      const stateAfter = (...commands: readonly (readonly string[])[]): Promise<readonly string[]> =>
        inNetns(links, (netns) => {
          prepare(netns, links, [old, young])
          for (const command of commands) netns.run(command)
          return [...kernelRoutes(netns, protocols), ...kernelRules(netns, protocols)].sort()
        })
      expect(await stateAfter(before, after)).toEqual(await stateAfter(after))
    },
  )
})
