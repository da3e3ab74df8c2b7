// Places of live items: there is no file, so the text says which it is.
import type { Place } from '../../found/found.js'
import type { Family } from '../../kernel/family.js'
import { ownersText, type Owner } from '../../software/attribution.js'
import { formatLiveRoute, formatLiveRule } from '../../verify/format-live.js'
import type { LiveRoute, LiveRule } from '../../verify/state.js'

/** The name of the file in places. */
export const LIVE_FILE = 'live state'

/** `text`: the item in the syntax of ip(8). */
export const livePlace = (text: string): Place => ({ file: LIVE_FILE, line: 1, text })

const placeOf = (what: 'rule' | 'route', family: Family, words: readonly string[]): Place =>
  livePlace([what, ...(family === 'inet6' ? ['-6'] : []), ...words].join(' '))

export const placeOfRule = (rule: LiveRule): Place => placeOf('rule', rule.family, formatLiveRule(rule))

export const placeOfRoute = (route: LiveRoute): Place =>
  placeOf('route', route.family, formatLiveRoute(route))

/** Why an item may not belong into a description. */
export const ownerNote = (what: 'rule' | 'route', owners: readonly Owner[]): string =>
  `it looks like a ${what} of ${ownersText(owners)}: what another program adds belongs into \`coexist\``
