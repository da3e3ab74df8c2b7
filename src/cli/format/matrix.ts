// Capability matrix as text and as Markdown: a word in each cell, the reasons numbered below.
import { remarkOf, supportWord, type Matrix } from '../../targets/matrix.js'
import { distinctBy } from '../../stdlib/group-by.js'
import { columns, markdownTable } from './columns.js'
import type { DocumentOf } from '../json/document.js'
import type { targetsSchema } from '../json/targets.js'

interface Cells {
  readonly rows: readonly (readonly string[])[]
  /** Distinct; a cell refers to one by its number. */
  readonly remarks: readonly string[]
}

export function matrixTable(matrix: Matrix): string {
  const { rows, remarks } = cellsOf(matrix, (number) => `[${number}]`)
  const notes = remarks.map((remark, index) => `[${index + 1}] ${remark}`)
  return joined(columns(rows), versions(matrix), notes)
}

export function matrixMarkdown(matrix: Matrix): string {
  const { rows, remarks } = cellsOf(matrix, (number) => `<sup>${number}</sup>`)
  const notes = remarks.map((remark, index) => `${index + 1}. ${remark}`)
  const list = versions(matrix).map((line) => `- ${line}`)
  return joined(markdownTable(rows), list, notes)
}

/** The blocks that have a line, with an empty line between them. */
const joined = (...blocks: readonly (readonly string[])[]): string =>
  blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')

function cellsOf({ variants, rows }: Matrix, refer: (number: number) => string): Cells {
  const remarks: string[] = []
  const numberOf = (remark: string): number => {
    if (!remarks.includes(remark)) remarks.push(remark)
    return remarks.indexOf(remark) + 1
  }
  const body = rows.map(({ title, support }) => [
    title,
    ...support.map((each) => {
      const remark = remarkOf(each)
      return remark === undefined ? supportWord(each) : `${supportWord(each)} ${refer(numberOf(remark))}`
    }),
  ])
  return { rows: [['', ...variants.map(({ name }) => name)], ...body], remarks }
}

/** The number after `≥` is a version of the consumer; the default applies without `version` in the description. */
const versions = ({ variants }: Matrix): readonly string[] =>
  distinctBy(variants, ({ target }) => target.id).map(
    ({ target }) =>
      `${target.id}: ${target.title}; versions are those of ${target.consumer}, ${target.defaultVersion} if the description has none`,
  )

export const matrixDocument = ({ variants, rows }: Matrix): DocumentOf<typeof targetsSchema> => ({
  version: 1,
  variants: variants.map(({ name, target: { id, title, consumer, defaultVersion }, settings }) => {
    return { name, target: id, title, consumer, defaultVersion, settings }
  }),
  features: rows.map(({ feature, title, support }) => ({
    feature,
    title,
    support: Object.fromEntries(support.map((each, index) => [variants[index]?.name ?? '', each])),
  })),
})
