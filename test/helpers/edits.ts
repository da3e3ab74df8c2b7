// Typical edits of descriptions, and the rendered lines that change with them.
import { diffLines } from 'diff'
import { dump, load } from 'js-yaml'
import { compile } from '../../src/compile.js'

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const mappingAt = (host: Mapping, key: string): Mapping => {
  const value = host[key]
  return isMapping(value) ? value : {}
}

const listAt = (host: Mapping, key: string): readonly unknown[] => {
  const value = host[key]
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}

const hostOf = (text: string): Mapping => {
  const host = load(text)
  return isMapping(host) ? host : {}
}

export interface Edit {
  readonly name: string
  /** Edited texts, the most likely first; none if the description has nothing to edit. */
  readonly candidates: (text: string) => readonly string[]
}

const withHost =
  (edit: (host: Mapping) => readonly Mapping[]): Edit['candidates'] =>
  (text) =>
    edit(hostOf(text)).map((host) => dump(host))

const NEW_LINK = 'zz9'
const newLink = { [NEW_LINK]: { addresses: ['198.19.7.10/24'] } }
const newGateway = { zz: { link: NEW_LINK, via: '198.19.7.1' } }

const withLink = (host: Mapping): Mapping => ({ ...host, links: { ...mappingAt(host, 'links'), ...newLink } })

/** By every gateway; at least one has the family of the rule. */
const newRules = (host: Mapping): readonly Mapping[] =>
  ['198.19.8.0/24', '2001:db8:7777::/64'].flatMap((from) =>
    Object.keys(mappingAt(host, 'gateways')).map((gateway) => ({ from, gateway })),
  )

const withRules = (host: Mapping, edit: (rules: readonly unknown[], rule: Mapping) => readonly unknown[]) =>
  newRules(host).map((rule) => ({ ...host, rules: edit(listAt(host, 'rules'), rule) }))

export const linkAppended: Edit = {
  name: 'a link appended',
  candidates: withHost((host) => [withLink(host)]),
}

/** Adds the link of the gateway too. */
export const gatewayAppended: Edit = {
  name: 'a gateway appended, with its link',
  candidates: withHost((host) => {
    const linked = withLink(host)
    const gateways = { ...mappingAt(host, 'gateways'), ...newGateway }
    // With several gateways, `default` must name those with a default route.
    const failover = [...Object.keys(mappingAt(host, 'gateways')), 'zz']
    return [
      { ...linked, gateways },
      { ...linked, gateways, default: { failover } },
      { ...linked, gateways, default: 'none' },
    ]
  }),
}

export const ruleAppended: Edit = {
  name: 'a rule appended',
  candidates: withHost((host) => withRules(host, (rules, rule) => [...rules, rule])),
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Replaces every occurrence of the word, as in an editor. */
const replaceWord = (text: string, from: string, to: string): string =>
  text.replaceAll(new RegExp(`(?<![\\w.:-])${escaped(from)}(?![\\w.:/-])`, 'g'), to)

/** Static next hops of gateways. */
export const nexthopsOf = (text: string): readonly string[] => [
  ...new Set(
    Object.values(mappingAt(hostOf(text), 'gateways'))
      .flatMap((gateway) => (isMapping(gateway) ? listAt(gateway, 'via') : []))
      .filter((via): via is string => typeof via === 'string' && /[.:]/.test(via)),
  ),
]

/** Addresses that may be on the same link, the most likely first. */
function neighboursOf(address: string): readonly string[] {
  if (address.includes(':')) return ['5', '6', 'beef'].map((end) => address.replace(/[0-9a-f]*$/, end))
  const last = Number(address.split('.').at(-1))
  return [253, last + 1, last - 1, last + 2]
    .filter((octet) => octet > 0 && octet < 255)
    .map((octet) => address.replace(/\d+$/, String(octet)))
}

export const nexthopChanged = (address: string): Edit => ({
  name: `next hop ${address} changed`,
  candidates: (text) =>
    neighboursOf(address)
      .filter((now) => !text.includes(now))
      .map((now) => replaceWord(text, address, now)),
})

const firstKeyWith = (host: Mapping, list: string, key: string): string | undefined =>
  Object.entries(mappingAt(host, list)).find(([, value]) => isMapping(value) && key in value)?.[0]

const keysWithOrder = new Set(['links', 'gateways', 'default.balance', 'sysctls'])

/** Reverses every mapping, except those whose order has a meaning (docs/description.md). */
function reversed(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => reversed(item, path))
  if (!isMapping(value)) return value
  const entries = Object.entries(value).map(([key, item]) => [key, reversed(item, [...path, key])] as const)
  return Object.fromEntries(keysWithOrder.has(path.join('.')) ? entries : entries.reverse())
}

export const keysReordered: Edit = {
  name: 'keys in another order',
  candidates: (text) => [dump(reversed(hostOf(text), []))],
}

export const commentsAdded: Edit = {
  name: 'comments and blank lines added',
  candidates: (text) => [
    text
      .split('\n')
      .map((line) =>
        line === '' ? line : `${/^[a-z]/.test(line) ? '# as agreed\n\n' : ''}${line} # see the wiki`,
      )
      .join('\n'),
  ],
}

/** Edits that `npm run bench` measures. */
export const typicalEdits: readonly Edit[] = [
  { name: 'a comment added', candidates: (text) => [`# as agreed\n${text}`] },
  commentsAdded,
  keysReordered,
  {
    name: 'a next hop changed',
    candidates: (text) =>
      nexthopsOf(text)
        .slice(0, 1)
        .flatMap((address) => nexthopChanged(address).candidates(text)),
  },
  {
    name: 'a weight changed',
    candidates: withHost((host) => {
      const weights = mappingAt(mappingAt(host, 'default'), 'balance')
      const [first] = Object.keys(weights)
      return first === undefined ? [] : [{ ...host, default: { balance: { ...weights, [first]: 7 } } }]
    }),
  },
  {
    name: 'an address added',
    candidates: withHost((host) => {
      const name = firstKeyWith(host, 'links', 'addresses')
      if (name === undefined) return []
      const links = mappingAt(host, 'links')
      const link = mappingAt(links, name)
      const addresses = [...listAt(link, 'addresses'), '198.19.9.10/24']
      return [{ ...host, links: { ...links, [name]: { ...link, addresses } } }]
    }),
  },
  {
    name: 'a link renamed',
    candidates: (text) => {
      const name = Object.keys(mappingAt(hostOf(text), 'links'))[0]
      return name === undefined ? [] : [replaceWord(text.replaceAll(`${name}:`, 'new0:'), name, 'new0')]
    },
  },
  ruleAppended,
  {
    name: 'a rule inserted first',
    candidates: withHost((host) => withRules(host, (rules, rule) => [rule, ...rules])),
  },
  {
    name: 'the last rule removed',
    candidates: withHost((host) => {
      const rules = listAt(host, 'rules')
      return rules.length < 2 ? [] : [{ ...host, rules: rules.slice(0, -1) }]
    }),
  },
  linkAppended,
  gatewayAppended,
]

/** Target and path → content, of a tree with its control files. */
export type Tree = ReadonlyMap<string, string>

/** undefined if the description has an error. */
export function treeOf(text: string): Tree | undefined {
  const { plan, outputs } = compile(text)
  if (plan === undefined || outputs.size === 0) return undefined
  const tree = new Map<string, string>()
  for (const [id, { files, control }] of outputs) {
    for (const file of [...files, ...control])
      tree.set(`${id}${file.path}`, 'symlink' in file ? `-> ${file.symlink}\n` : file.content)
  }
  return tree
}

/** The tree of the first edited text without errors. */
export function treeAfter({ candidates }: Edit, text: string): Tree | undefined {
  for (const edited of candidates(text)) {
    const tree = treeOf(edited)
    if (tree !== undefined) return tree
  }
  return undefined
}

export interface FileChange {
  readonly path: string
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

export function changesBetween(before: Tree, after: Tree): readonly FileChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const [old = '', now = ''] = [before.get(path), after.get(path)]
    if (old === now) return []
    const parts = diffLines(old, now)
    const linesOf = (wanted: 'removed' | 'added'): readonly string[] =>
      parts.flatMap((part) => (part[wanted] ? part.value.replace(/\n$/, '').split('\n') : []))
    return [{ path, removed: linesOf('removed'), added: linesOf('added') }]
  })
}
