// Virtual links of networkd: systemd.netdev(5) units, and membership in systemd.network(5).
import { groupBy } from '../../../stdlib/group-by.js'
import { memoizeLast } from '../../../stdlib/memoize.js'
import type { VirtualLink } from '../../../kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../../plan/plan.js'
import type { Block } from '../../../render/views.js'
import { entry, optionalEntry, type Entries } from '../ini-entries.js'
import { kindSections, netdevKeys, networkKeys } from './keys.js'
import { block } from './sections.js'
import { commentsOf, type Step } from '../../target.js'

function optionsOf(made: VirtualLink): Entries {
  switch (made.kind) {
    case 'vlan':
      return [entry(netdevKeys.id, made.id)]
    case 'bond':
      return [
        entry(netdevKeys.mode, made.mode),
        entry(netdevKeys.miimon, `${made.miimon}ms`),
        ...optionalEntry(netdevKeys.lacpRate, made.lacpRate),
        ...optionalEntry(netdevKeys.hashPolicy, made.xmitHashPolicy),
      ]
    case 'bridge':
      return [
        entry(netdevKeys.stp, made.stp ? 'yes' : 'no'),
        ...optionalEntry(netdevKeys.forwardDelay, made.forwardDelay),
      ]
    case 'vrf':
      return [entry(netdevKeys.table, made.table)]
  }
}

/** A comment of each file. */
export const keptNote = (name: string): string =>
  `networkd keeps the link when this file is gone: networkctl delete ${name}`

/** [NetDev] and the section of its kind. */
export function netdevBlocks(link: PlannedLink, made: VirtualLink): readonly Block[] {
  const origins = [link.origin]
  return [
    block('NetDev', [entry(netdevKeys.name, link.name), entry(netdevKeys.kind, made.kind)], origins, [
      ...commentsOf(link.origin),
      keptNote(link.name),
    ]),
    block(kindSections[made.kind], optionsOf(made), origins, []),
  ]
}

const vlansOf = memoizeLast((links: readonly PlannedLink[]) =>
  groupBy(links, ({ virtual }) => (virtual?.kind === 'vlan' ? virtual.link : undefined)),
)

/** [Network] of a link: VLANs on it, and its master. */
export const joinEntries = (link: PlannedLink, plan: KernelPlan): Entries => [
  ...(vlansOf(plan.state.links).get(link.name) ?? []).flatMap(({ name, managed }) =>
    managed ? [entry(networkKeys.vlan, name)] : [],
  ),
  ...(link.master === undefined ? [] : [entry(kindSections[link.master.kind], link.master.link)]),
  ...(isPrimary(link, plan) ? [entry(networkKeys.primary, 'yes')] : []),
]

const isPrimary = ({ name, master }: PlannedLink, plan: KernelPlan): boolean =>
  master?.kind === 'bond' &&
  plan.state.links.some(
    (link) => link.name === master.link && link.virtual?.kind === 'bond' && link.virtual.primary === name,
  )

/** Pairs `LINK/upper_NAME` below /sys/class/net for virtual links and members of the plan. */
const joined = (plan: KernelPlan): readonly string[] =>
  plan.state.links.flatMap(({ name, managed, virtual, master }) =>
    !managed
      ? []
      : [
          ...(virtual?.kind === 'vlan' ? [`${virtual.link}/upper_${name}`] : []),
          ...(master === undefined ? [] : [`${name}/upper_${master.link}`]),
        ],
  )

const KEPT = '/run/multihome-netdev'

/** Steps of a change beside the reload; none for a plan without virtual links. */
export interface VirtualLinkSteps {
  /** Before the previous files are replaced. */
  readonly keep: readonly Step[]
  /** Before the reload. */
  readonly release: readonly Step[]
  /** After the reload. */
  readonly join: readonly Step[]
}

export const createsLinks = (plan: KernelPlan): boolean =>
  plan.state.links.some(({ managed, virtual }) => managed && virtual !== undefined)

/** networkd neither changes nor deletes a link that it has created. `files` is a pattern. */
export function virtualLinkSteps(plan: KernelPlan, files: string): VirtualLinkSteps {
  if (!createsLinks(plan)) return { keep: [], release: [], join: [] }
  const folder = files.slice(0, files.lastIndexOf('/'))
  const pairs = joined(plan)
  const differs = `[ "$(grep -v '^#' $old)" = "$(grep -v '^#' ${folder}/\${old##*/} 2>/dev/null)" ]`
  return {
    keep: [
      {
        programs: ['cp', 'mkdir'],
        command: `{ rm -rf ${KEPT}; mkdir ${KEPT}; cp ${files} ${KEPT} 2>/dev/null || :; }`,
        why: 'how the links are made until now',
      },
    ],
    release: [
      {
        command: `for old in ${KEPT}/*; do [ ! -e $old ] || ${differs} || { ip link delete dev "$(sed -n 's/^Name=//p' $old)"; sleep 1; }; done`,
        // A reload before networkd sees the deletion would treat the old link as the new one and create none (257).
        why: 'networkd neither changes a link that it has made nor takes it away: one whose file differs is made anew',
      },
    ],
    join:
      pairs.length === 0
        ? []
        : [
            {
              programs: ['networkctl'],
              command: `{ sleep 2; for pair in ${pairs.join(' ')}; do [ -e /sys/class/net/$pair ] || networkctl reconfigure \${pair%%/*}; done; }`,
              why: 'what was part of a link that was made anew joins it again',
            },
          ],
  }
}
