// Tables of `npm run bench`: the number of lines and files that a typical edit of a description changes.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { targets } from '../../src/targets/index.js'
import { changesBetween, treeAfter, treeOf, typicalEdits, type Tree } from '../../test/helpers/edits.js'

interface Host {
  readonly name: string
  readonly text: string
  readonly tree: Tree
}

const ids = targets.map(({ id }) => id)

const ofTarget = (id: string, path: string): boolean => path.startsWith(`${id}/`)

function hostsIn(root: string): readonly Host[] {
  const folder = join(root, 'fixtures')
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name, 'description.yaml')
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    const tree = treeOf(text)
    return tree === undefined ? [] : [{ name, text, tree }]
  })
}

/** Without programs, most of which are the same in every tree. */
const linesFor = (id: string, { tree }: Host): number =>
  [...tree].reduce(
    (sum, [path, content]) =>
      ofTarget(id, path) && !path.endsWith('.sh') ? sum + content.split('\n').length : sum,
    0,
  )

/** `4/2`: four lines, removed and added ones together, in two files; `-` if the edit does not apply to the host. */
function sizesOf(host: Host, wanted: readonly string[]): readonly (readonly string[])[] {
  return typicalEdits.map((edit) => {
    const after = treeAfter(edit, host.text)
    const changes = after === undefined ? undefined : changesBetween(host.tree, after)
    return wanted.map((id) => {
      if (changes === undefined) return '-'
      const own = changes.filter(({ path }) => ofTarget(id, path))
      const lines = own.reduce((sum, { removed, added }) => sum + removed.length + added.length, 0)
      return `${lines}/${own.length}`
    })
  })
}

function tableOf(columns: readonly (readonly [id: string, cells: readonly string[]])[]): string {
  const first = Math.max(...typicalEdits.map(({ name }) => name.length))
  const row = (name: string, cells: readonly string[]): string =>
    `${name.padEnd(first)}${cells.map((cell, index) => ` ${cell.padStart(columns[index]?.[0].length ?? 0)}`).join('')}`
  return [
    row(
      '',
      columns.map(([id]) => id),
    ),
    ...typicalEdits.map(({ name }, index) =>
      row(
        name,
        columns.map(([, cells]) => cells[index] ?? ''),
      ),
    ),
  ].join('\n')
}

const columnsOf = (host: Host, wanted: readonly string[]) => {
  const sizes = sizesOf(host, wanted)
  return wanted.map((id, column) => [id, sizes.map((cells) => cells[column] ?? '')] as const)
}

/** For README's host, a host with a balanced default route, and the fixture with the most lines of each target. */
export function editTables(root: string): string {
  const hosts = hostsIn(root)
  const named = (wanted: string): readonly string[] =>
    hosts.filter(({ name }) => name === wanted).map((host) => tableOf(columnsOf(host, ids)))
  const largest = ids.flatMap((id) => {
    const [host] = hosts.toSorted((a, b) => linesFor(id, b) - linesFor(id, a))
    return host === undefined ? [] : [{ id, host, lines: linesFor(id, host) }]
  })
  return [
    'Changed lines / files for typical edits of README’s host:',
    ...named('two-providers'),
    '',
    'The same of a host with a balanced default route:',
    ...named('dual-stack-balanced'),
    '',
    'The same of the largest fixture of each target:',
    ...largest.map(({ id, host, lines }) => `  ${id}: ${host.name}, ${lines} lines`),
    tableOf(largest.flatMap(({ id, host }) => columnsOf(host, [id]))),
  ].join('\n')
}
