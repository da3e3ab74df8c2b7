// Shell line that collects the state of a host, for ssh, Ansible or a local shell.
import { sysctlPath } from '../kernel/sysctl.js'
import type { KernelPlan } from '../plan/plan.js'

/** Prefix of each section header. Makes the output independent of order and of login messages. */
export const MARK = '== multihome '

/** Last section; its absence means a truncated stream. */
export const END = 'end'

/** `-N` prints numbers for tables and protocols instead of the host's names. */
const ip = (words: string): string => `ip ${words.replace('@', '-N -details -json')}`

/**
 * Excludes secrets, which only root can read, and neighbour settings, which have thousands of lines. Lists the names of
 * files that not every user may read, since without root their existence would be unknown.
 */
const sysctls = (paths: readonly string[]): string =>
  [
    `grep -rs . ${['/proc/sys/net', ...paths].join(' ')} | grep -v -e /neigh/ -e secret -e _key`,
    'find /proc/sys/net -type f ! -perm -004',
  ].join('; ')

const commands = (paths: readonly string[]) => ({
  program: 'ip -V',
  'rules inet': ip('-4 @ rule show'),
  'rules inet6': ip('-6 @ rule show'),
  'routes inet': ip('-4 @ route show table all'),
  'routes inet6': ip('-6 @ route show table all'),
  links: ip('@ address show'),
  sysctls: sysctls(paths),
})

export type Section = keyof ReturnType<typeof commands>
export const SECTIONS = Object.keys(commands([])) as readonly Section[]

/**
 * Contains no apostrophes, so that it can be quoted with them, and only syntax that every shell understands, fish
 * included. Needs no root. A plan adds its sysctls outside of net.
 */
export function gatherLine(plan?: Pick<KernelPlan, 'state'>): string {
  const paths = (plan?.state.sysctls ?? []).flatMap(({ key }) => (key[0] === 'net' ? [] : [sysctlPath(key)]))
  const asked = commands([...new Set(paths)].sort())
  return [...SECTIONS.flatMap((name) => [`echo "${MARK}${name}"`, asked[name]]), `echo "${MARK}${END}"`].join(
    '; ',
  )
}
