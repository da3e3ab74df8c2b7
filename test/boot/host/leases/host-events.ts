// Events on a host with a leased gateway: tracker killed, rules flushed, link down, stack restarted.
import { RTPROT_DYNAMIC } from '../../../../src/kernel/protocol.js'
import type { Lab } from '../../lab/lab.js'
import { link, lost, nothing, shortQuietSeconds, table, until, watchLoss } from './lease-lifecycle.js'
import type { LeaseEvent } from './lease-lifecycle.js'
import { wrongAnswers } from '../events/outages.js'
import type { Platform, Rendering } from '../rendering.js'
import { runCommand } from '../actions/run-command.js'
import { withoutWaits, stackCommandsOf } from '../actions/stack-commands.js'

/** The process that watches; other processes with this name are its subshells. */
const findTracker = `for proc in /proc/[0-9]*; do
  case $(tr '\\0' ' ' <$proc/cmdline 2>/dev/null) in
  '/bin/sh '*'multihome-tracker watch ') echo "\${proc#/proc/}"; break ;;
  esac
done`

const tracker = async (lab: Lab): Promise<string> => (await lab.exec(findTracker)).stdout.trim()

const families = ['-4', '-6']
const flushRules = families.map((family) => `ip ${family} rule flush protocol ${RTPROT_DYNAMIC}`)
const flushRoutes = families.map(
  (family) => `ip ${family} route flush table ${table} protocol ${RTPROT_DYNAMIC}`,
)

/** Also deletes its rules, so that only a restarted tracker restores them. */
async function killed(lab: Lab): Promise<readonly string[]> {
  const before = await tracker(lab)
  if (before === '') return ['! no tracker runs']
  const wrong = await runCommand(lab, [`kill -9 ${before}`, ...flushRules].join('; '))
  const isBack = await until(async () => !['', before].includes(await tracker(lab)), 15)
  return [...wrong, ...(isBack ? [] : ['! it does not come back'])]
}

async function carrierLost(lab: Lab): Promise<readonly string[]> {
  const wrong = await watchLoss(lab, lost, () => lab.carrier(link, false))
  await lab.carrier(link, true)
  return wrong
}

async function setDown(lab: Lab): Promise<readonly string[]> {
  const down = await runCommand(lab, `ip link set dev ${link} down`)
  await lab.waitStable(undefined, shortQuietSeconds)
  const wrong = await wrongAnswers(lab, lost.answers)
  return [...down, ...wrong, ...(await runCommand(lab, `ip link set dev ${link} up`))]
}

export function hostEvents(platform: Platform, rendering: Rendering): readonly LeaseEvent[] {
  const { restart, reloads, relink } = stackCommandsOf(platform, rendering)
  const commands = [restart, ...reloads, ...relink.map((command) => command(link))]
  return [
    { name: 'the follower killed', perform: killed },
    {
      name: 'its rules and routes flushed',
      perform: (lab) => runCommand(lab, [...flushRules, ...flushRoutes].join('; ')),
    },
    { name: 'carrier lost and back', perform: carrierLost, checksReplies: true },
    { name: 'set down and up by hand', perform: setDown },
    ...commands.map((command) => ({
      name: withoutWaits(command),
      perform: (lab: Lab) => runCommand(lab, command),
    })),
    { name: 'in the end', perform: nothing, checksReplies: true },
  ]
}
