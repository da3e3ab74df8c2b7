// Markdown of an import, for a review.
import { diffMarkdownBlocks } from '../diff/markdown.js'
import { diffView } from '../diff/view.js'
import { markdownTable } from '../format/columns.js'
import { code, codeBlock, text } from '../format/markdown.js'
import { verifyText } from '../format/verify.js'
import { liveHeading, sourceLine, type ImportReport } from './report.js'
import { groupTitle, renumberedLines, signs, summaryLine } from './text.js'

/** Forges accept comments of some ten thousand characters. */
const MAX_ROWS = 100

export function importMarkdown(report: ImportReport): string {
  const { host, imported, groups, diff, live, isPartial } = report
  const heading = liveHeading(live)
  const unknown = imported.problems.filter(({ kind }) => kind === 'unknown')
  const others = imported.problems.length - unknown.length
  const blocks = [
    [`## ${text(host.name)}`],
    [`**${text(summaryLine(report))}**`],
    ...(host.unread.length === 0
      ? []
      : [host.unread.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => `- ${text(message)}`))]),
    ...(unknown.length === 0
      ? []
      : [
          [`### Not imported${isPartial ? ', kept as comments' : ''}`],
          limited(
            [
              ['file', 'line', 'why'],
              ...unknown.map(({ place, why }) => [
                code(`${host.nameOf(place.file)}:${place.line}`),
                code(place.text),
                text(why),
              ]),
            ],
            unknown.length,
          ),
        ]),
    ...(others === 0 ? [] : [[`${others} more lines have no effect on packets.`]]),
    ...groups.flatMap((group) => [
      [`### ${text(groupTitle(group))}`],
      ...(group.kind === 'packets' && diff !== undefined
        ? diffMarkdownBlocks({ ...diffView(diff), sections: [] })
        : [
            limited(
              [
                ['', 'what', 'why'],
                ...group.differences.map(({ change, what, why }) => [signs[change], code(what), text(why)]),
              ],
              group.differences.length,
            ),
          ]),
    ]),
    renumberedLines(report).map(text),
    ...(live === undefined || heading === undefined
      ? []
      : [
          [`### ${heading}`],
          codeBlock(
            'text',
            verifyText(live, imported.source.plan, (path) => sourceLine(imported.source.placeOf(path), host))
              .trimEnd()
              .split('\n'),
          ),
        ]),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** `count`: rows without the head. */
const limited = (rows: readonly (readonly string[])[], count: number): readonly string[] => [
  ...markdownTable(rows.slice(0, MAX_ROWS + 1)),
  ...(count <= MAX_ROWS ? [] : ['', `${count - MAX_ROWS} more are not shown.`]),
]
