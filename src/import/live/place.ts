// Places of live items: there is no file, so the text says which it is.
import type { Place } from '../../found/found.js'
import { ownersText, type Owner } from '../../software/attribution.js'

/** The name of the file in places. */
export const LIVE_FILE = 'live state'

/** `text`: the item in the syntax of ip(8). */
export const livePlace = (text: string): Place => ({ file: LIVE_FILE, line: 1, text })

/** Why an item may not belong into a description. */
export const ownerNote = (what: 'rule' | 'route', owners: readonly Owner[]): string =>
  `it looks like a ${what} of ${ownersText(owners)}: what another program adds belongs into \`coexist\``
