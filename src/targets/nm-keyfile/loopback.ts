// Profile of lo: rules and reject routes, which survive the loss of every uplink.
import { loopback } from '../../kernel/link.js'
import type { Family } from '../../kernel/family.js'
import type { Route, Rule } from '../../plan/plan.js'
import { entry } from '../shared/ini-entries.js'
import { profileName, type KeyfileBlock, type KeyfileSection } from '../shared/networkmanager/keyfile.js'
import { connectionKeys, ipKeys, ipSections } from '../shared/networkmanager/keys.js'
import { routeEntries, routeNumbers } from './route.js'
import { ruleValue } from './rule.js'

/**
 * `method=auto` without addresses leaves 127.0.0.1 and ::1 to the kernel: `manual` would add routes for them,
 * and with `disabled` NetworkManager refuses the profile and all rules are missing.
 */
export function loopbackSections(
  rules: readonly Rule[],
  routes: readonly Route[],
): readonly KeyfileSection[] {
  const section = (family: Family): KeyfileSection => ({
    name: ipSections[family],
    blocks: [
      { entries: [entry(ipKeys.method, 'auto')] },
      ...routeBlocks(routes.filter((route) => route.family === family)),
      ...ruleBlocks(rules.filter((rule) => rule.family === family)),
    ],
  })
  return [
    {
      name: connectionKeys.section,
      blocks: [
        {
          comments: ['rules and reject routes: they stay when an uplink is lost'],
          entries: [
            entry(connectionKeys.id, profileName(loopback)),
            entry(connectionKeys.type, 'loopback'),
            entry(connectionKeys.link, loopback),
          ],
        },
      ],
    },
    section('inet'),
    section('inet6'),
  ]
}

function routeBlocks(routes: readonly Route[]): readonly KeyfileBlock[] {
  const numbers = routeNumbers(routes)
  return routes.map((route, index) => ({
    origin: route.origin,
    entries: routeEntries(route, route.nexthops[0], numbers[index] ?? index),
  }))
}

const ruleBlocks = (rules: readonly Rule[]): readonly KeyfileBlock[] =>
  rules.map((rule) => ({
    origin: rule.origin,
    // Any number is valid: with the pref, another rule changes no line.
    entries: [entry(`${ipKeys.rule}${rule.pref}`, ruleValue(rule))],
  }))
