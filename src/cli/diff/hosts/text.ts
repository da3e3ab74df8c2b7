// Text of an overview: each group with its hosts, and the first of them as an example.
import { columns, wrap } from '../../format/columns.js'
import { countOf } from '../../runtime/findings.js'
import { diffBlocks } from '../text.js'
import { addressesIn } from './roles.js'
import { hostText, otherHosts, overviewSummary, type EffectGroup, type Overview } from './overview.js'

const WIDTH = 100
const MAX_HOSTS = 24

/** `all`: every host, its own values, and all rows of each example. */
export function overviewText(overview: Overview, all: boolean): string {
  const { before, after, groups } = overview
  const others = otherHosts(overview).map(([title, hosts, note]) => [
    `${title}: ${countOf(hosts.length, 'host')}${note === '' ? '' : ` (${note})`}`,
    ...namesText(hosts.map(hostText), all),
  ])
  return [
    [`${before} → ${after}`, `  ${overviewSummary(overview)}`],
    ...groups.flatMap((group) => groupBlocks(group, all)),
    ...others,
  ]
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}

function groupBlocks(group: EffectGroup, all: boolean): readonly (readonly string[])[] {
  const { hosts, example } = group
  const [first] = hosts
  const blocks = diffBlocks(example.view, all)
  // An address that is not printed needs no explanation.
  const printed = addressesIn(blocks.flat())
  const roles = group.roles.filter((role) => printed.has(first?.values.get(role)))
  const shown = `  shown: ${first?.name ?? ''}; the others change in the same way`
  const own =
    roles.length > 0 ? ', each with its own' : group.roles.length > 0 ? ', each with its own addresses' : ''
  return [
    [
      `${countOf(hosts.length, 'host')}: ${example.view.summary.join(' ')}`,
      ...namesText(hosts.map(hostText), all),
      ...(hosts.length > 1 ? [`${shown}${own}`] : []),
      ...columns(roles.map((role) => [first?.values.get(role) ?? '', role])).map((line) => `    ${line}`),
    ],
    ...blocks.map((lines) => lines.map((line) => `  ${line}`)),
    ...(all && group.roles.length > 0 ? [['  Addresses of each host', ...valueRows(group)]] : []),
  ]
}

const valueRows = ({ hosts, roles }: EffectGroup): readonly string[] =>
  columns([
    ['HOST', ...roles],
    ...hosts.map(({ name, values }) => [name, ...roles.map((role) => values.get(role) ?? '')]),
  ]).map((line) => `    ${line}`)

function namesText(names: readonly string[], all: boolean): readonly string[] {
  const shown = all ? names : names.slice(0, MAX_HOSTS)
  const more = names.length - shown.length
  const list = `${shown.join(', ')}${more > 0 ? ` and ${more} more (--all lists them)` : ''}`
  return wrap(list, WIDTH - 2).map((line) => `  ${line}`)
}
