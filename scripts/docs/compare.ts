// Output of `multihome compare` for the documents, and the table of what each stack does at run time.
import { comparisonText } from '../../src/cli/compare/text.js'
import { compare } from '../../src/compare/compare.js'
import { topics, topicTitles, type Topic } from '../../src/targets/shared/runtime-notes.js'
import { targets } from '../../src/targets/index.js'
import type { Hosts } from './hosts.js'
import { fence, table } from './markdown.js'

/** The overview, and the item with this heading. */
export function comparedOutput(host: string, words: string, hosts: Hosts): string {
  const { compilation } = hosts.named(host)
  if (compilation.plan === undefined) throw new Error(`${host} has no plan`)
  const text = comparisonText(
    compare(compilation.plan, targets, { file: 'host.yaml', lineOf: compilation.lineOf }),
  )
  const [overview = ''] = text.split('\nLinks\n')
  const item = text.split('\n\n').find((section) => section.startsWith(`${words}\n`))
  if (item === undefined) throw new Error(`${host} has no item of the words ${words}`)
  return fence('text', `${overview.trimEnd()}\n\n[…]\n\n${item}`)
}

/** Stacks with the same sentence share a row. */
export const behaviourTable = (): string =>
  table(['when', 'stacks', 'what happens'], topics.flatMap(factRows))

function factRows(topic: Topic): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly ids: string[]; readonly source: string }>()
  for (const target of targets) {
    const { text, source } = target.behaviour({}, 'full')[topic]
    const row = rows.get(text)
    if (row === undefined) rows.set(text, { ids: [target.id], source })
    else row.ids.push(target.id)
  }
  return [...rows].map(([text, { ids, source }], index) => [
    index === 0 ? topicTitles[topic] : '',
    ids.join(', '),
    `${text} [More](${source.replace('docs/', '')})`,
  ])
}
