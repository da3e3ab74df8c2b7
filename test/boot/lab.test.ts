// Cleanup of the machine: after a normal end, an error, a signal at any moment, and SIGKILL.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { fixtureNamed } from '../helpers/fixtures.js'
import { machineState } from './checks/machine-state.js'
import { leftovers, leftoversAfterCleanup, namesOf, startedBy } from './checks/leak-check.js'
import { start, until } from './checks/child-lab.js'
import type { ChildLab } from './checks/child-lab.js'
import { cgroupFolder, isPopulated } from './lab/process/cgroup.js'
import { bootHost } from './host/host.js'
import { isRefusal, renderFor } from './host/rendering.js'
import type { Platform } from './host/rendering.js'
import type { StackId } from './lab/stacks.js'
import { reasonToSkip } from './run/skip-policy.js'
import { platformsFor, selectedPlatforms } from './run/selection.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-lab-test-'))
const tool = join(folder, 'boot-tree.mjs')
const broken = join(folder, 'broken')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  const entry = join(import.meta.dirname, 'manual', 'boot-tree.ts')
  buildSync({ entryPoints: [entry], outfile: tool, bundle: true, format: 'esm', platform: 'node' })
  mkdirSync(join(broken, 'usr/lib/systemd'), { recursive: true })
  writeFileSync(join(broken, 'usr/lib/systemd/systemd'), 'no program\n')
})

/** One stack for each init. */
const hosts = selectedPlatforms.filter(
  ({ stack, debian }) => debian === 13 && (stack === 'networkd' || stack === 'netifrc'),
)

/** Runs a command at a peer that also serves DHCP, and stays until something ends it. */
const link = 'wan0=192.0.2.1/24,dnsmasq=--dhcp-range=192.0.2.100+192.0.2.200'
const atPeer = 'peer wan0 sleep 1000 >/dev/null 2>&1 &'
const boot = (stack: StackId, ...more: readonly string[]): ChildLab =>
  start([process.execPath, tool, '--stack', stack, '--link', link, ...more])

const isCreated = ({ pid }: ChildLab): boolean => existsSync(`/run/netns/mh-${pid}-1-host`)
const isStarting = ({ pid }: ChildLab): boolean => isPopulated(join(cgroupFolder() ?? '', `mh-${pid}-1`))
const isBooted = ({ output }: ChildLab): boolean => output().includes('wan0$ sleep')

const waitFor = (run: ChildLab, moment: (run: ChildLab) => boolean): Promise<boolean> =>
  until(() => moment(run), 500, run.output)

function skipUnlessBootable(platform: Platform, skip: (why: string) => void): void {
  const why = reasonToSkip(platform)
  if (why !== undefined) skip(why)
}

const whole = 'its whole group'
const interruptions = hosts.flatMap((host) => [
  { ...host, when: 'as its links are created', moment: isCreated, signal: 'SIGTERM', to: 'it' } as const,
  { ...host, when: 'as its links are created', moment: isCreated, signal: 'SIGINT', to: whole } as const,
  { ...host, when: 'as its init starts', moment: isStarting, signal: 'SIGINT', to: 'it' } as const,
  { ...host, when: 'as its init starts', moment: isStarting, signal: 'SIGHUP', to: whole } as const,
  { ...host, when: 'once it is booted', moment: isBooted, signal: 'SIGTERM', to: 'it' } as const,
  { ...host, when: 'once it is booted', moment: isBooted, signal: 'SIGINT', to: whole } as const,
])

describe.skipIf(inject('bootObstacle') !== '').concurrent('nothing is left', () => {
  test.for(hosts)('of $stack after its end', async (host, { skip }) => {
    skipUnlessBootable(host, skip)
    const run = boot(host.stack, '--events', atPeer)
    await waitFor(run, isBooted)
    const begun = startedBy(run.pid)
    expect(await run.ended, run.output()).toBe('0')
    expect(await leftovers(run.pid, begun)).toEqual([])
  })

  test.for([
    ['an init that does not start', ['--tree', broken], "the host's init did not start"],
    ['a DHCP server that does not start', ['--link', 'wan1=,dnsmasq=--nonsense'], 'dnsmasq in mh-'],
    ['an error later', ['--events', `${atPeer}; nonsense`], 'no such step: nonsense'],
  ] as const)('after %s', async ([, words, message]) => {
    if (hosts.some(({ stack }) => stack === 'networkd')) {
      const run = boot('networkd', ...words)
      expect(await run.ended, run.output()).toBe('2')
      expect(run.output()).toContain(message)
      expect(await leftovers(run.pid, [])).toEqual([])
    }
  })

  test.for(interruptions)('of $stack after $signal to $to $when', async (how, { skip }) => {
    skipUnlessBootable(how, skip)
    const run = boot(how.stack, '--events', `${atPeer}; run sleep 1000`)
    await waitFor(run, how.moment)
    const begun = startedBy(run.pid)
    expect(namesOf(run.pid)).not.toEqual([])
    run.send(how.signal, how.to)
    expect(await run.ended).toBe(how.signal)
    expect(await leftovers(run.pid, begun)).toEqual([])
  })

  test.for(interruptions.filter(({ signal }) => signal === 'SIGTERM'))(
    'of $stack after it is killed outright $when, once the next one has booted',
    async ({ moment, ...host }, { skip }) => {
      skipUnlessBootable(host, skip)
      const { stack } = host
      const run = boot(stack, '--events', `${atPeer}; run sleep 1000`)
      await waitFor(run, moment)
      const begun = startedBy(run.pid)
      run.send('SIGKILL', 'it')
      expect(await run.ended).toBe('SIGKILL')
      expect(await boot(stack, '--events', atPeer).ended).toBe('0')
      expect(await leftoversAfterCleanup(run.pid, begun)).toEqual([])
    },
  )
})

describe.skipIf(inject('bootObstacle') !== '').concurrent('nothing of the machine below is changed', () => {
  test.for(platformsFor([]).filter(({ stack }) => stack === 'networkd' || stack === 'netifrc'))(
    'by a boot of $stack, Debian $debian',
    async (platform, { skip }) => {
      skipUnlessBootable(platform, skip)
      const rendering = renderFor(fixtureNamed('two-providers').text, platform)
      if (isRefusal(rendering)) throw new Error(rendering.refused)
      const before = machineState()
      const lab = await bootHost(rendering, platform)
      await lab.close()
      expect(lab.condition).toBe('running')
      expect(machineState()).toEqual(before)
    },
  )
})
