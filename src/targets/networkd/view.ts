// The plan as files of networkd: which file each link has, and whether it is the whole of it or a drop-in.
import { loopback, type LinkName } from '../../kernel/link.js'
import type { KernelPlan, PlannedLink, Route } from '../../plan/plan.js'
import type { Block } from '../../render/views.js'
import { leaseOf } from '../shared/lease/settings.js'
import { addressesOn, leaseBlocks, leaseSections } from '../shared/networkd/lease.js'
import { block, linkEntries, matchBlock, networkEntries, routeBlocks } from '../shared/networkd/sections.js'
import { joinEntries, netdevBlocks } from '../shared/networkd/netdev.js'
import {
  dropInPath,
  unmanagedLinkFile,
  NETWORK_FOLDER,
  unitFile,
  type UnitHead,
} from '../shared/networkd/units.js'
import type { TextFile, WrittenSettings } from '../target.js'
import { fileNames } from './settings.js'

/** With `manage: routing` a drop-in beside the file that configures the link; lo has such a file only where it is named. */
export function filePathOf(link: LinkName, plan: KernelPlan, settings: WrittenSettings): `/${string}` {
  const names = fileNames(settings)
  const named = Object.hasOwn(names, link) ? names[link] : undefined
  const isOurs = plan.intent.manage === 'full' || (link === loopback && named === undefined)
  if (isOurs) return `${NETWORK_FOLDER}/${named ?? `10-multihome-${link}.network`}`
  return dropInPath(named ?? `10-${link}.network`)
}

/** Nothing for a link of someone else's that carries none of our routes. */
export function linkFiles(
  plan: KernelPlan,
  byFile: ReadonlyMap<LinkName, readonly Route[]>,
  settings: WrittenSettings,
  systemd: string,
  head: UnitHead,
): readonly TextFile[] {
  return plan.state.links.flatMap((link) => {
    const routes = byFile.get(link.name) ?? []
    if (link.managed)
      return [
        ...netdevFile(link, head),
        unitFile(filePathOf(link.name, plan, settings), ownBlocks(link, plan, routes, systemd), head),
      ]
    if (routes.length === 0) return []
    if (plan.intent.manage === 'routing')
      return [unitFile(filePathOf(link.name, plan, settings), routeBlocks(routes, 'others'), head)]
    return [unmanagedLinkFile(filePathOf(link.name, plan, settings), link, routes, systemd, head)]
  })
}

/** None for a link that is there by itself. */
function netdevFile(link: PlannedLink, head: UnitHead): readonly TextFile[] {
  if (link.virtual === undefined) return []
  const blocks = netdevBlocks(link, link.virtual)
  return [unitFile(`${NETWORK_FOLDER}/10-multihome-${link.name}.netdev`, blocks, head)]
}

function ownBlocks(
  link: PlannedLink,
  plan: KernelPlan,
  routes: readonly Route[],
  systemd: string,
): readonly Block[] {
  const hardware = linkEntries(link)
  const lease = leaseOf(plan, link)
  const origins = [link.origin]
  return [
    matchBlock(link.name, origins),
    ...(hardware.length === 0 ? [] : [block('Link', hardware, origins, [])]),
    block('Network', [...joinEntries(link, plan), ...networkEntries(link)], origins, []),
    ...(lease === undefined ? [] : leaseBlocks(leaseSections(link, lease, systemd), link)),
    ...routeBlocks(routes, addressesOn(link, systemd)),
  ]
}
