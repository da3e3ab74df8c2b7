// What has to be asked of a host, in one line of shell that runs anywhere: over ssh, by Ansible, here.
import type { KernelPlan } from '../plan/plan.js'

/** What stands in front of each answer, so that neither order nor what a shell says at log-in can confuse. */
export const MARK = '== multihome '

/** The last section: without it the stream has been cut off. */
export const END = 'end'

export const SECTIONS = [
  'program',
  'rules inet',
  'rules inet6',
  'routes inet',
  'routes inet6',
  'links',
  'sysctls',
] as const
export type Section = (typeof SECTIONS)[number]

/** `-N` keeps tables and protocols numbers, which names of that host would hide. */
const ip = (words: string): string => `ip ${words.replace('@', '-N -details -json')}`

/**
 * Keys and secrets that only root can read are nobody’s business; neighbours have thousands of lines and no plan. What
 * not everybody may read is named, since without root nothing else would tell that it is there.
 */
const sysctls = (paths: readonly string[]): string =>
  [
    `grep -rs . ${['/proc/sys/net', ...paths].join(' ')} | grep -v -e /neigh/ -e secret -e _key`,
    'find /proc/sys/net -type f ! -perm -004',
  ].join('; ')

const commands = (paths: readonly string[]): Readonly<Record<Section, string>> => ({
  program: 'ip -V',
  'rules inet': ip('-4 @ rule show'),
  'rules inet6': ip('-6 @ rule show'),
  'routes inet': ip('-4 @ route show table all'),
  'routes inet6': ip('-6 @ route show table all'),
  links: ip('@ address show'),
  sysctls: sysctls(paths),
})

/**
 * Without apostrophes, so that it stands between two; of words that every shell understands, fish included. Needs no
 * root: the kernel tells each user of its rules, routes and addresses. A plan adds what it sets outside of net.
 */
export function gatherLine(plan?: Pick<KernelPlan, 'sysctls'>): string {
  const keys = (plan?.sysctls ?? []).map(({ key }) => sysctlPath(key))
  const paths = keys.filter((path) => !path.startsWith('/proc/sys/net/'))
  const asked = commands([...new Set(paths)].sort())
  return [...SECTIONS.flatMap((name) => [`echo "${MARK}${name}"`, asked[name]]), `echo "${MARK}${END}"`].join(
    '; ',
  )
}

/** sysctl.d(5): both separators are understood, the first decides; a link’s own dots then stand for themselves. */
export function sysctlPath(key: string): string {
  const first = /[./]/.exec(key)?.[0]
  const parts = first === '/' ? key : key.replace(/[./]/g, (one) => (one === '.' ? '/' : '.'))
  return `/proc/sys/${parts}`
}
