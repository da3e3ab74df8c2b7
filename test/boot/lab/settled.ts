// When is a host done: no duplicate check runs any more, and nothing has changed for a while.
import { asArray, readKernel } from './reading.js'
import type { Fields, Reading } from './reading.js'
import { sleep } from './shell.js'
import { difference, readState, stateOf } from './state.js'
import type { State } from './state.js'

export type Patience = {
  /** Seconds in which nothing may change; leases take longer to come. */
  readonly quiet: number
  /** Whether a state is the one to come: if it is not yet, there is a longer wait for the next change. */
  readonly isExpected?: (state: State) => boolean
}

const quietUnexpected = 5
const withinSeconds = 60

/** The state once no address is tentative any more and nothing has changed for so many seconds. */
export async function settled(netns: string, { quiet, isExpected }: Patience): Promise<State> {
  const end = Date.now() + withinSeconds * 1000
  let before = await readState(netns)
  let since = Date.now()
  for (;;) {
    await sleep(0.25)
    const reading = await readKernel(netns)
    const now = stateOf(reading)
    const changes = difference(before, now)
    const busy = isTentative(reading)
    if (busy || changes.length > 0) since = Date.now()
    before = now
    const wait = isExpected === undefined || isExpected(now) ? quiet : Math.max(quiet, quietUnexpected)
    if (Date.now() - since >= wait * 1000) return now
    if (Date.now() > end) {
      const why = busy ? 'an address is tentative still' : `the state changes still: ${changes.join('; ')}`
      throw new Error(`${why} after ${withinSeconds} s`)
    }
  }
}

/** A link has an address whose duplicate check is not over. */
function isTentative(reading: Reading): boolean {
  return reading('address show up').some(
    (link) =>
      !isCarrierless(link) && asArray(link['addr_info']).some((address) => address['tentative'] === true),
  )
}

/** Without carrier the check does not even begin: nothing to wait for. */
function isCarrierless(link: Fields): boolean {
  return Array.isArray(link['flags']) && link['flags'].includes('NO-CARRIER')
}
