// Hosts that a person configured: boot of a tree as it is, and of what its import renders, and what the kernel answers.
import { differencesFromLive } from '../../../src/import/live/differences.js'
import { importTree, type Imported } from '../../../src/import/import.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import type { Finding } from '../../../src/verify/finding.js'
import { isCreatedBy, missingLinkSupport } from '../../helpers/virtual-link-support.js'
import { readTree, type Tree } from '../../import/trees.js'
import { batchCommand, batchOf, readAnswers } from '../../netns/decisions.js'
import { hostOf } from '../host/host.js'
import { neighboursOf } from '../host/neighbours.js'
import type { Platform, Rendering } from '../host/rendering.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import { liveStateOf } from '../checks/live-import.js'
import { findingText } from '../checks/verify-findings.js'
import { defaultClient } from '../lab/dhcp/dhcp-clients.js'
import type { Lease } from '../lab/dhcp/lease.js'
import type { Lab, LabSpec } from '../lab/lab.js'
import { readTree as readFolder, type TreeEntry } from '../lab/rootfs/tree.js'
import { unitFolder, type StackId } from '../lab/stacks.js'
import { whyNotOn } from '../run/skip-policy.js'

/** Stacks of the lab that read the files of a tree, or that people move to from a stack that the lab lacks. */
const stacks: Readonly<Record<Tree['stack'], StackId>> = {
  ...{ ifupdown: 'ifupdown', networkd: 'networkd', NetworkManager: 'nm-keyfile', netifrc: 'netifrc' },
  ...{ 'netplan-networkd': 'netplan', 'netplan-NetworkManager': 'netplan-nm', script: 'iproute2' },
  ...{ ifcfg: 'nm-keyfile', 'cloud-init': 'netplan' },
}

export type Host = { readonly tree: Tree; readonly imported: Imported; readonly platform: Platform }

export function hostNamed(name: string): Host {
  const tree = readTree(name)
  return {
    tree,
    imported: importTree(tree.files),
    platform: { stack: stacks[tree.stack], debian: tree.debian },
  }
}

/** Further stacks that the import of a tree boots on. ifcfg and cloud-init move in any case. */
const moves: Readonly<Partial<Record<string, readonly StackId[]>>> = {
  'hosting-second-network': ['netplan'],
  'three-files-that-merge': ['networkd'],
}

/** Every place where a tree boots. */
export const platformsOf = ({ tree, platform }: Host): readonly Platform[] =>
  [platform.stack, ...(moves[tree.name] ?? [])].map((stack) => ({ ...platform, stack }))

/** The kind of links that this machine's kernel does not make, for the files or for what their import renders. */
export const missingSupport = ({ imported: { source, plan } }: Host): string | undefined =>
  [source.plan, ...(plan === undefined ? [] : [plan])].flatMap((one) => missingLinkSupport(one) ?? [])[0]

/** The reason why the lab does not boot the files as they are. */
export function whyNotAsItIs({ tree, imported: { source }, platform }: Host): string | undefined {
  if (tree['without-boot'] !== undefined) return tree['without-boot']
  if (tree.packages.length > 0) return `the lab lacks ${tree.packages.join(', ')}`
  const missing = othersLinks(tree, source.plan).filter((link) => isLeft(link, tree))
  return missing.length === 0
    ? whyNotOn(source.plan, platform)
    : `the lab does not make ${missing.join(', ')}`
}

/** Links that neither the lab nor multihome makes: tunnels, wifi, bonds whose members no file names. */
const othersLinks = ({ links }: Tree, { state }: KernelPlan): readonly string[] =>
  state.links.flatMap(({ name, managed }) => (managed || links.includes(name) ? [] : [name]))

/** A packet leaves by the link. */
const isLeft = (link: string, { packets }: Tree): boolean =>
  packets.some(({ answer }) => answer.split(' ').includes(link))

/** What the import renders for a platform; or the reason why that does not boot. */
export function renderedImport({ imported }: Host, platform: Platform): Rendering | string {
  if (imported.plan === undefined) return imported.diagnostics.map(({ message }) => message).join('\n')
  const rendering = renderFor(imported.description, platform)
  return isRefusal(rendering)
    ? `refused: ${rendering.refused}`
    : (whyNotOn(rendering.plan, platform) ?? rendering)
}

/** Modes that a person gave a file, where they differ from those of rendered ones. */
function asInstalled(entry: TreeEntry): TreeEntry {
  if (!('content' in entry)) return entry
  if (entry.content.startsWith('#!')) return { ...entry, mode: 0o755 }
  return entry.path.startsWith('/etc/NetworkManager/system-connections/') ? { ...entry, mode: 0o600 } : entry
}

/** The host with the files as they are. */
export function handWrittenHost({ tree, imported, platform }: Host): LabSpec {
  const { plan } = imported.source
  const client = tree.leases.size === 0 ? undefined : defaultClient(platform.stack)
  return withCards(tree, plan, {
    ...platform,
    ...(client === undefined ? {} : { client }),
    tree: [...readFolder(`${tree.folder}/root`).map(asInstalled), noUnitOfTheLab],
    peers: neighboursOf(plan, tree.leases),
    virtualLinks: plan.state.links.filter(isCreatedBy).map(({ name }) => name),
  })
}

/** The lab would run the first script of the files, as the one of the target iproute2; here rc.local or a unit does. */
const noUnitOfTheLab: TreeEntry = { path: `${unitFolder}/multihome-lab.service`, symlink: '/dev/null' }

/** The host of rendered files, with the cards and leases of the tree. */
export function renderedHost({ tree }: Host, rendering: Rendering, platform: Platform): LabSpec {
  // Nothing answers the clients of the other links.
  const none = rendering.plan.state.links.map(({ name }): [string, Lease] => [name, {}])
  const leases = new Map([...none, ...tree.leases])
  return withCards(tree, rendering.plan, hostOf(rendering, { ...platform, leases }))
}

/**
 * With cards that no file mentions, and the hardware addresses of the tree. Of the links that nothing makes in the lab,
 * there are those that a packet leaves by.
 */
function withCards(tree: Tree, plan: KernelPlan, spec: LabSpec): LabSpec {
  const { links, macs, leases } = tree
  const absent = othersLinks(tree, plan).filter((link) => !isLeft(link, tree))
  const planned = spec.peers.flatMap((peer) => {
    const own = peer.links.filter((link) => !absent.includes(link))
    return own.length === 0 ? [] : [{ ...peer, links: own }]
  })
  const others = links
    .filter((link) => !planned.some((peer) => peer.links.includes(link)))
    .map((link) => {
      const lease = leases.get(link)
      return { links: [link], addresses: [], ...(lease === undefined ? {} : { lease }) }
    })
  const commands = (spec.prepare ?? []).filter(
    (line) => !line.split(' ').some((word) => absent.includes(word)),
  )
  const addresses = Object.entries(macs).map(([link, mac]) => `ip link set dev ${link} address ${mac}`)
  return { ...spec, peers: [...planned, ...others], prepare: [...addresses, ...commands] }
}

/** Answers of the booted kernel to the packets of the tree. */
export async function answersOf(lab: Lab, { packets }: Tree): Promise<readonly string[]> {
  const questions = packets.map(({ get }) => get)
  // `ip route get … iif` needs forwarding. On a container host the runtime turns it on.
  if (questions.some((get) => / iif /.test(get))) await lab.netExec('sysctl -qw net.ipv4.ip_forward=1')
  const output = await lab.netExec(`${batchCommand.join(' ')} <<'END'\n${batchOf(questions)}END`)
  return readAnswers(output, questions.length)
}

/** What verify finds on the booted host, without what the files of the tree or the lab leave open. */
export async function wrongOf(lab: Lab, plan: KernelPlan, { tree }: Host): Promise<readonly string[]> {
  const findings = differencesFromLive({ plan }, await liveStateOf(lab, plan))
  return findings
    .filter((finding) => finding.severity === 'error' && !isLeftOpen(finding, tree, plan))
    .map((finding) => `verify: ${findingText(finding)}`)
}

function isLeftOpen({ kind, what, family, words, live }: Finding, tree: Tree, plan: KernelPlan): boolean {
  const { leases, stack } = tree
  if (what === 'link' && kind === 'missing') return othersLinks(tree, plan).includes(words)
  // No provider of the tree gives what a client asks for.
  if (what === 'lease' && family === 'inet6')
    return ![...leases].some(
      ([link, { advertisement, dhcp6 }]) =>
        words.startsWith(`${link} `) && (advertisement ?? dhcp6) !== undefined,
    )
  // The plan of a source names no gateways, so it has no default routes of leases.
  if (what === 'route' && kind === 'foreign')
    return [...leases].some(([link, { dhcp4 }]) =>
      dhcp4?.routers.some(({ text }) => words.startsWith(`default via ${text} dev ${link} `)),
    )
  return what === 'route' && live !== undefined && sameRoute(words, stack) === sameRoute(live, stack)
}

/** Without what the files do not say. */
function sameRoute(words: string, stack: Tree['stack']): string {
  // netifrc gives the number of the link to routes without a metric.
  if (stack === 'netifrc') return words.replace(/ metric \d$/, '')
  // nm_manager_device_route_metric_reserve(): cards get 100, 101 … as they come up, which is a race.
  return stack.endsWith('NetworkManager') ? words.replace(/ metric 10\d\b/, ' metric 100') : words
}
