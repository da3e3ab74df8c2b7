// Programs on a host where `ip` fails, hangs or is killed: the next run completes what was begun.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { createReporter } from '../../src/diagnostics/reporter.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { iproute2 } from '../../src/targets/iproute2/index.js'
import { ifupdown } from '../../src/targets/ifupdown/index.js'
import { nmDispatcher } from '../../src/targets/nm-dispatcher/index.js'
import { balancePlan, failoverPlan } from '../helpers/one-host-plan.js'
import { amount } from '../helpers/amount.js'
import { routingOnly } from '../helpers/empty-plan.js'
import { physicalLinks } from '../helpers/virtual-link-support.js'
import { installableRules, installLinks, kernelRoutes, kernelRules } from './kernel.js'
import { inNetns, netnsTest, type Netns } from './netns.js'
import { writePrograms } from './programs.js'

const folder = mkdtempSync(join(tmpdir(), 'multihome-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Stands in front of ip(8), and does at call number /run/at what /run/fault says; `kill`: the program, with its shells. */
const faulty = `#!/bin/sh
read -r calls </run/calls
echo $((calls + 1)) >/run/calls
if [ "$((calls + 1))" = "$(cat /run/at)" ]; then
  case $(cat /run/fault) in
  fail) echo 'injected failure' >&2; exit 2 ;;
  hang) exec sleep 60 ;;
  kill)
    chain= process=$PPID
    while tr '\\0' ' ' <"/proc/$process/cmdline" | grep -q 'timeout\\|multihome-'; do
      chain="$process $chain"
      process=$(awk '/^PPid/ { print $2 }' "/proc/$process/status")
    done
    kill -9 $chain
    exit 1 ;;
  esac
fi
exec /run/ip "$@"
`

function prepare(netns: Netns): void {
  netns.must(['tee', '/run/faulty'], faulty)
  netns.must([
    'sh',
    '-ec',
    'real=$(readlink -f "$(command -v ip)"); cp "$real" /run/ip; chmod 0755 /run/faulty; mount --bind /run/faulty "$real"',
  ])
}

/** Runs a command with a fault at a call, and returns its exit status, messages and the number of calls. */
function runWith(netns: Netns, command: readonly string[], fault: string, at: number) {
  netns.must(['sh', '-c', `echo 0 >/run/calls; echo ${fault} >/run/fault; echo ${at} >/run/at`])
  const result = netns.run(command)
  return { ...result, calls: Number(netns.must(['cat', '/run/calls'])) }
}

const installable = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  state: { ...plan.state, rules: installableRules(plan) },
})

const plans = { old: installable(failoverPlan), new: installable(balancePlan) }
const links = [...new Set(Object.values(plans).flatMap(physicalLinks))]

const programs = {
  'multihome-plan': {
    commandOf: (plan: KernelPlan, name: string): readonly string[] => {
      const { files } = iproute2.render(plan, {}, { file: 'host.yaml', reporter: createReporter() })
      return [writePrograms(join(folder, name), files, '/usr/local/sbin/multihome.sh'), 'up']
    },
    prepareLinks: (): void => undefined,
  },
  'multihome-dispatcher': {
    commandOf: (plan: KernelPlan, name: string): readonly string[] => {
      const { files } = nmDispatcher.render(plan, {}, { file: 'host.yaml', reporter: createReporter() })
      const script = '/etc/NetworkManager/dispatcher.d/50-multihome'
      return [writePrograms(join(folder, name), files, script), 'all', 'apply']
    },
    prepareLinks: (netns: Netns): void => installLinks(netns, plans.new),
  },
  'multihome-ifupdown': {
    commandOf: (plan: KernelPlan, name: string): readonly string[] => {
      const context = { file: 'host.yaml', reporter: createReporter() }
      const { files } = ifupdown.render(routingOnly(plan), {}, context)
      return [writePrograms(join(folder, name), files, '/etc/network/if-up.d/multihome')]
    },
    prepareLinks: (netns: Netns): void => installLinks(netns, plans.new),
  },
}

const stateOf = (netns: Netns): readonly string[] => [...kernelRoutes(netns), ...kernelRules(netns)].sort()

describe.each(Object.entries(programs))('%s', (name, { commandOf, prepareLinks }) => {
  const [before, after] = [commandOf(plans.old, `${name}-old`), commandOf(plans.new, `${name}-new`)]

  netnsTest.each(['fail', 'kill'])(
    'has the right state after the next run, whichever call of ip would %s',
    async (fault) => {
      await inNetns(links, (netns) => {
        prepareLinks(netns)
        prepare(netns)
        expect(runWith(netns, after, 'none', 0).status).toBe(0)
        const wanted = stateOf(netns)
        expect(runWith(netns, before, 'none', 0).status).toBe(0)
        expect(stateOf(netns)).not.toEqual(wanted)
        const { calls } = runWith(netns, after, 'none', 0)
        const step = Math.max(1, Math.floor(calls / amount(5, 10)))
        for (let at = 1; at <= calls; at += step) {
          runWith(netns, before, 'none', 0)
          const { status, stderr } = runWith(netns, after, fault, at)
          // A command that failed once may succeed when it is repeated; a program that was killed has no exit status 0.
          if (fault === 'kill') expect(status, `call ${at}: ${stderr}`).not.toBe(0)
          if (status === 0) expect(stateOf(netns), `call ${at}, which failed`).toEqual(wanted)
          else if (fault === 'fail') expect(stderr, `call ${at}`).not.toBe('')
          expect(runWith(netns, after, 'none', 0), `after call ${at}`).toMatchObject({
            status: 0,
            stderr: '',
          })
          expect(stateOf(netns), `after call ${at}`).toEqual(wanted)
        }
      })
    },
  )

  netnsTest('ends, and says which call of ip did not', async () => {
    await inNetns(links, (netns) => {
      prepareLinks(netns)
      prepare(netns)
      const { calls } = runWith(netns, after, 'none', 0)
      runWith(netns, before, 'none', 0)
      const started = Date.now()
      const { status, stderr } = runWith(netns, after, 'hang', calls - 2)
      expect(Date.now() - started).toBeLessThan(60_000)
      if (status !== 0) expect(stderr).toMatch(/ip .*/)
      expect(runWith(netns, after, 'none', 0)).toMatchObject({ status: 0, stderr: '' })
    })
  })

  netnsTest('runs one at a time, and twice at once has the same state', async () => {
    await inNetns(links, (netns) => {
      prepareLinks(netns)
      expect(netns.run(after).status).toBe(0)
      const wanted = stateOf(netns)
      const [newer, older] = [after.join(' '), before.join(' ')]
      const both = `${older} & ${newer} & ${older} & wait; ${newer}`
      expect(netns.run(['sh', '-c', both])).toEqual({ status: 0, stdout: '', stderr: '' })
      expect(stateOf(netns)).toEqual(wanted)
    })
  })
})
