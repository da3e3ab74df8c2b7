// Rules, routes and addresses of the kernel by `ip -json`, in one command.
import { run } from '../process/shell.js'
import { inNetns } from '../network/veth-topology.js'

export type Fields = { readonly [name: string]: unknown }

export const asArray = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? (value as Fields[]) : []

/** In this order; without a family option both families. */
const queries = [
  '-4 rule show',
  '-4 route show table all',
  '-6 rule show',
  '-6 route show table all',
  'address show up',
] as const

/** A list for each query. */
export type KernelDump = (query: (typeof queries)[number]) => readonly Fields[]

/** rtm_type of linux/rtnetlink.h; rules use the same numbers for their actions. */
const types = [
  ...['unspec', 'unicast', 'local', 'broadcast', 'anycast', 'multicast'],
  ...['blackhole', 'unreachable', 'prohibit', 'throw', 'nat', 'xresolve'],
]
const scopes: Fields = { 0: 'global', 200: 'site', 253: 'link', 254: 'host', 255: 'nowhere' }

/** `-N` prints table numbers, which names of this machine could hide, but also numbers for these keys. */
function withNames(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => {
      if (key === 'type' || key === 'action') return [key, types[Number(value)] ?? value]
      if (key === 'scope') return [key, scopes[String(value)] ?? value]
      if (key === 'ipproto') return [key, String(value).replace('ipproto-', '')]
      return [key, value]
    }),
  )
}

const separator = '== '

/** `ip -json` prints nothing for an empty list. */
const script = queries
  .map((words) => `echo '${separator}${words}'; ip -N -details -json ${words}`)
  .join(' && ')

export async function readKernelState(netns: string): Promise<KernelDump> {
  const { code, stdout, stderr } = await run(inNetns(netns, ['sh', '-c', script]))
  if (code !== 0) throw new Error(`ip in ${netns}: ${stderr}`)
  const results = stdout
    .split(separator)
    .slice(1)
    .map((part): [string, readonly Fields[]] => {
      const [words = '', ...rest] = part.split('\n')
      const text = rest.join('\n').trim()
      return [words, text === '' ? [] : asArray(JSON.parse(text)).map(withNames)]
    })
  const byQuery = new Map(results)
  return (query) => byQuery.get(query) ?? []
}
