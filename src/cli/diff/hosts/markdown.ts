// Markdown of an overview, for a comment on a pull request.
import { escapeControls } from '../../../diagnostics/sanitize.js'
import { markdownTable } from '../../format/columns.js'
import { code, text } from '../../format/markdown.js'
import { countOf } from '../../runtime/findings.js'
import { diffMarkdownBlocks, fold } from '../markdown.js'
import { addressesIn } from './roles.js'
import { hostText, otherHosts, overviewSummary, type EffectGroup, type Overview } from './overview.js'

/** GitHub takes 65,536 characters; the rest is for what a script adds. */
const MAX_CHARACTERS = 60_000
const MAX_NAMES = { title: 8, names: 1000, others: 100 }

type Block = readonly string[]

export function overviewMarkdown(overview: Overview): string {
  const { before, after, groups } = overview
  const head = [[`**${text(overviewSummary(overview))}**`], [`${code(cut(before))} → ${text(cut(after))}`]]
  const others = otherHosts(overview).map(([title, hosts, note]) => [
    `**${title}**: ${namesText(hosts.map(hostText), MAX_NAMES.others)}${note === '' ? '' : ` (${text(note)})`}`,
  ])
  let room = MAX_CHARACTERS - sizeOf([...head, ...others, ...cutText(groups, [], 1)])
  // First every change by its title, then details, then the addresses of every host.
  const blocks = new Map<EffectGroup, readonly Block[]>()
  const brief = new Set<EffectGroup>()
  for (const detail of details) {
    for (const group of groups) {
      const known = blocks.get(group)
      if (known === undefined && detail !== 'title') continue
      const more = groupBlocks(group, detail)
      const size = sizeOf(more) - (known === undefined ? 0 : sizeOf(known))
      const isFitting = size <= room
      if (isFitting) {
        room -= size
        blocks.set(group, more)
      }
      // A smaller change that comes later is no reason to leave out a larger one.
      if (!isFitting && detail === 'title') break
      if (detail === 'names' && !isFitting) brief.add(group)
    }
  }
  const shown = groups.filter((group) => blocks.has(group))
  const hidden = groups.filter((group) => !blocks.has(group))
  const ends = cutText(groups, hidden, brief.size)
  return textOf([...head, ...shown.flatMap((group) => blocks.get(group) ?? []), ...others, ...ends])
}

/** What is printed of a group; each has more than the one before. */
const details = ['title', 'names', 'addresses'] as const

const textOf = (blocks: readonly Block[]): string =>
  `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`

/** As they leave the process, with the line between blocks. */
const sizeOf = (blocks: readonly Block[]): number => escapeControls(textOf(blocks)).length + 2

/** What is cut, and how to see it. */
function cutText(
  all: readonly EffectGroup[],
  hidden: readonly EffectGroup[],
  brief: number,
): readonly Block[] {
  const hosts = hidden.reduce((count, group) => count + group.hosts.length, 0)
  const parts = [
    ...(brief === 0 ? [] : [`${brief} without details`]),
    ...(hidden.length === 0 ? [] : [`${hidden.length} not shown (${countOf(hosts, 'host')})`]),
  ]
  if (parts.length === 0) return []
  return [
    [
      `*Too long for a comment: of ${countOf(all.length, 'change')}, ${parts.join(' and ')}. The same command with \`--all\` or \`--format html\` shows everything.*`,
    ],
  ]
}

function groupBlocks(group: EffectGroup, detail: (typeof details)[number]): readonly Block[] {
  const { hosts, example, roles } = group
  const { view } = example
  const [first] = hosts
  const title = [`### ${countOf(hosts.length, 'host')}: ${text(view.summary[0])}`]
  if (detail === 'title') return [title, [namesText(hosts.map(hostText), MAX_NAMES.title)]]
  const shown = code(first === undefined ? '' : cut(hostText(first)))
  const own = roles.length === 0 ? '' : ', each with its own addresses'
  const body = diffMarkdownBlocks(view)
  return [
    title,
    [
      `${text(view.summary[1])} ${hosts.length === 1 ? `${shown}.` : `Shown: ${shown}; the others change in the same way${own}.`}`,
    ],
    ...(hosts.length === 1
      ? []
      : fold(
          `The ${hosts.length} hosts`,
          detail === 'addresses'
            ? addressesTable(group, body)
            : [namesText(hosts.map(hostText), MAX_NAMES.names)],
        )),
    ...body,
  ]
}

/** The addresses that are printed of the example, for each host. */
function addressesTable({ hosts, roles }: EffectGroup, body: readonly Block[]): Block {
  const printed = addressesIn(body.flat())
  const shown = roles.filter((role) => printed.has(hosts[0]?.values.get(role)))
  if (shown.length === 0) return [namesText(hosts.map(hostText), hosts.length)]
  return markdownTable([
    ['host', ...shown.map(text)],
    ...hosts.map((host) => [
      code(cut(hostText(host))),
      ...shown.map((role) => code(host.values.get(role) ?? '')),
    ]),
  ])
}

function namesText(names: readonly string[], most: number): string {
  const more = names.length - most
  const list = names.slice(0, most).map((name) => code(cut(name)))
  return `${list.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

const cut = (name: string): string => (name.length > 200 ? `${name.slice(0, 200)}…` : name)
