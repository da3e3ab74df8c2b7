// Reader for the live state of a host: what the kernel has, without what it adds by itself.
import type { Collector } from '../../found/collector.js'
import { RTPROT_DYNAMIC } from '../../kernel/protocol.js'
import { isKernelRule } from '../../kernel/kernel-rules.js'
import { softwareOfRule } from '../../software/attribution.js'
import type { LiveRule, LiveState } from '../../verify/state.js'
import { followedAddresses } from './followed.js'
import { ownerNote, placeOfRule } from './place.js'
import { readDynamic } from './read-dynamic.js'
import { readLiveLinks } from './read-links.js'
import { readLiveRoutes } from './read-routes.js'
import { readLiveSysctls } from './read-sysctls.js'

/** Names of tables are those that the collector knows. */
export function readLive(state: LiveState, collector: Collector): void {
  const followed = followedAddresses(state)
  readLiveLinks(state, followed, collector)
  readLiveRoutes(state, followed, collector)
  for (const rule of state.rules) readLiveRule(rule, collector)
  readDynamic(state, followed, collector)
  readLiveSysctls(state, collector)
}

function readLiveRule(live: LiveRule, collector: Collector): void {
  const { family, pref, selector, action, protocol } = live
  const place = placeOfRule(live)
  // Those of our tracker are replies of dynamic tables.
  if (protocol === RTPROT_DYNAMIC) return
  if (action.type === 'l3mdev') return
  if (action.type === 'nop') {
    collector.withoutEffect(place, 'the rule does nothing')
    return
  }
  if (isKernelRule({ family, pref, selector, action })) return
  if (live.unknownAttributes.length > 0) {
    collector.unknown(place, `a description has no ${live.unknownAttributes.join(' ')}`)
    return
  }
  const table = action.type === 'lookup' ? { table: action.table } : {}
  const owners = softwareOfRule({ pref, protocol, mark: selector.fwmark, ...table })
  const note = ownerNote('rule', owners)
  if (owners.some(({ traits }) => traits.includes('protocol'))) {
    collector.unknown(place, note)
    return
  }
  // Numbers alone may be chance.
  if (owners.some(({ traits }) => traits.length > 1)) collector.withoutEffect(place, note)
  collector.rule({ place, family, pref, selector, action })
}
