// A file of a script that is read: its text by position, the comments in it, and what is reported of it.
import { forEachChild, parse } from 'unbash'
import type { SyntaxNode } from 'unbash'
import type { Place } from '../found.js'
import { joinComment } from '../../syntax/comment-lines.js'
import { isGenerated, ownComment } from '../own-comments.js'
import type { Reading, ScriptFile, Span } from './reading.js'

/** Commands, and assignments, of which nobody asks why they do not run. */
const QUIET = new Set([
  ...[
    '',
    '[',
    'test',
    'exit',
    'return',
    'true',
    ':',
    'false',
    'echo',
    'printf',
    'logger',
    'break',
    'continue',
  ],
])

/** Commands inside of `$(…)` are part of a value. */
const isValue = ({ type }: SyntaxNode): boolean =>
  /^(?:Word|Assignment|Arithmetic(?:Binary|Unary|Ternary|Group|Word|CommandExpansion))$/.test(type)

export function createScriptFile(
  path: string,
  text: string,
  reading: Reading,
  /** The line in which the text begins, from 1. */
  firstLine: number,
): ScriptFile {
  const { collector, functions, options } = reading
  const lines = text.split('\n')
  const starts = startsOf(lines)
  const isOurs = isGenerated(text)
  const tree = parse(text)
  const reached = new Set<number>()
  const reported = new Set<string>()

  /** Index of the line, from 0. */
  const lineAt = (pos: number): number => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= pos) low = middle
      else high = middle - 1
    }
    return low
  }
  const placeOf = (pos: number): Place => {
    const index = lineAt(pos)
    return { file: path, line: index + firstLine, text: lines[index]?.trim() ?? '' }
  }
  const sourceOf = ({ pos, end }: Span): string =>
    text.slice(pos, end).replace(/\s+/g, ' ').trim().slice(0, 200)
  const report: ScriptFile['report'] = (kind, pos, why) => {
    const key = `${pos} ${why}`
    if (reported.has(key)) return
    reported.add(key)
    collector[kind](placeOf(pos), why)
  }

  /** The comment behind a command, and the lines of comments directly above it. */
  const commentOf = ({ pos, end }: Span): string | undefined => {
    const last = lineAt(Math.max(pos, end - 1))
    const rest = lines[last]?.slice(end - (starts[last] ?? 0)) ?? ''
    const behind = /^[^#'"]*?(?:^|\s)#+\s*(.*)$/.exec(rest)?.[1]
    const above: string[] = []
    const first = lineAt(pos)
    const isFirst = lines[first]?.slice(0, pos - (starts[first] ?? 0)).trim() === ''
    for (let index = first - 1; isFirst && index >= 0; index--) {
      const comment = /^\s*#+(?!!)\s*(.*)$/.exec(lines[index] ?? '')?.[1]
      if (comment === undefined) break
      above.unshift(comment.trim())
    }
    const whole = joinComment([...above, behind ?? ''])
    return (isOurs && whole !== undefined ? ownComment(whole) : whole) ?? options.comment
  }

  const reach = (node: SyntaxNode): void => {
    if (node.type === 'Command') reached.add(node.pos)
    forEachChild(node, (child) => {
      if (!isValue(child)) reach(child)
    })
  }
  const reportUnreached = (node: SyntaxNode, around: string | undefined): void => {
    const inside = node.type === 'Function' ? node.name.value : around
    if (node.type === 'Command' && !reached.has(node.pos) && !QUIET.has(node.name?.value ?? '')) {
      const isCalled = inside === undefined || functions.has(inside)
      // `CMD || ROLLBACK`: the report is about a part of the line.
      const source = sourceOf(node)
      const subject = source === placeOf(node.pos).text || source.length > 80 ? 'it' : `\`${source}\``
      report(
        'withoutEffect',
        node.pos,
        isCalled
          ? `${subject} does not run when a link comes up`
          : `nothing calls the function \`${inside ?? ''}\``,
      )
    }
    forEachChild(node, (child) => {
      if (!isValue(child)) reportUnreached(child, inside)
    })
  }

  for (const { message, pos } of tree.errors ?? [])
    report('unknown', pos, `the shell refuses the script: ${message}`)
  return {
    path,
    tree,
    reading,
    placeOf,
    itemOf: (node) => {
      const comment = commentOf(node)
      return { place: placeOf(node.pos), ...(comment === undefined ? {} : { comment }) }
    },
    sourceOf,
    report,
    stop: (pos, why) => {
      if (!reading.isStopped) report('unknown', pos, why)
      reading.isStopped = true
    },
    reach,
    reportUnreached: () => reportUnreached(tree, undefined),
  }
}

function startsOf(lines: readonly string[]): readonly number[] {
  const starts: number[] = []
  let start = 0
  for (const line of lines) {
    starts.push(start)
    start += line.length + 1
  }
  return starts
}
