// What hands do to a host with a leased gateway: its follower killed, its rules flushed, its link down, its stack restarted.
import { RTPROT_DYNAMIC } from '../../../../src/kernel/protocol.js'
import type { Lab } from '../../lab/lab.js'
import { link, lost, nothing, shortly, table, until, watchLoss } from './lease-lifecycle.js'
import type { Happening } from './lease-lifecycle.js'
import { wrongAnswers } from '../events/outages.js'
import type { Place, Rendering } from '../rendering.js'
import { tell } from '../actions/run-command.js'
import { briefly, waysOf } from '../actions/stack-commands.js'

/** The one that watches; the rest of its kind are its subshells. */
const findFollower = `for proc in /proc/[0-9]*; do
  case $(tr '\\0' ' ' <$proc/cmdline 2>/dev/null) in
  '/bin/sh '*'multihome-follow watch ') echo "\${proc#/proc/}"; break ;;
  esac
done`

const follower = async (lab: Lab): Promise<string> => (await lab.exec(findFollower)).stdout.trim()

const families = ['-4', '-6']
const flushRules = families.map((family) => `ip ${family} rule flush protocol ${RTPROT_DYNAMIC}`)
const flushRoutes = families.map(
  (family) => `ip ${family} route flush table ${table} protocol ${RTPROT_DYNAMIC}`,
)

/** What it has laid goes meanwhile, so that only one that is back lays it again. */
async function killed(lab: Lab): Promise<readonly string[]> {
  const before = await follower(lab)
  if (before === '') return ['! nothing follows']
  const wrong = await tell(lab, [`kill -9 ${before}`, ...flushRules].join('; '))
  const isBack = await until(async () => !['', before].includes(await follower(lab)), 15)
  return [...wrong, ...(isBack ? [] : ['! it does not come back'])]
}

async function carrierLost(lab: Lab): Promise<readonly string[]> {
  const wrong = await watchLoss(lab, lost, () => lab.carrier(link, false))
  await lab.carrier(link, true)
  return wrong
}

async function setDown(lab: Lab): Promise<readonly string[]> {
  const down = await tell(lab, `ip link set dev ${link} down`)
  await lab.settled(undefined, shortly)
  const wrong = await wrongAnswers(lab, lost.answers)
  return [...down, ...wrong, ...(await tell(lab, `ip link set dev ${link} up`))]
}

export function byHand(place: Place, rendering: Rendering): readonly Happening[] {
  const { restart, again, relink } = waysOf(place, rendering)
  const commands = [restart, ...again, ...relink.map((command) => command(link))]
  return [
    { name: 'the follower killed', perform: killed },
    {
      name: 'its rules and routes flushed',
      perform: (lab) => tell(lab, [...flushRules, ...flushRoutes].join('; ')),
    },
    { name: 'carrier lost and back', perform: carrierLost, isAsked: true },
    { name: 'set down and up by hand', perform: setDown },
    ...commands.map((command) => ({
      name: briefly(command),
      perform: (lab: Lab) => tell(lab, command),
    })),
    { name: 'in the end', perform: nothing, isAsked: true },
  ]
}
