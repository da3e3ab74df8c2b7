// Whose is each line of a file? Read from the comments of the twin, whose blocks name numbers.
import { numberIn } from './numbered.js'

export type Numbers = readonly number[]

export interface OwnedLine {
  /** Without comments and blank lines, which the twin and the file may have otherwise. */
  readonly text: string
  readonly numbers: Numbers
}

/** What ends a block of a shell script without being part of it. */
const CLOSING = /^(?:;;|esac|\}|\*\) .*)$/

/** A key of YAML that holds what the next comment tells of. */
const LIST_HEAD = /^[a-z-]+:$/

/** netifrc cannot comment within a list, so a legend above it tells of each entry, in their order. */
const LEGEND = /^ \S+, what its lines serve:$/

/** Files of sections are one link's as a whole, but for what is said to be another's. */
const SECTIONS = /\.(?:network|netdev|nmconnection)$|\.network\.d\/[^/]+\.conf$/

const STANZA = /^iface \S+ inet6? /

interface Line {
  readonly kind: 'comment' | 'blank' | 'code'
  readonly text: string
  readonly indent: number
}

const lineOf = (raw: string): Line => {
  const text = raw.trim()
  const kind = text === '' ? 'blank' : text.startsWith('#') ? 'comment' : 'code'
  return { kind, text, indent: raw.length - raw.trimStart().length }
}

const linesOf = (content: string): readonly Line[] => content.split('\n').map(lineOf)

/** Lines that say something, from 1: what the twin has in common with the file. */
export const codeLines = (content: string): readonly { readonly number: number; readonly text: string }[] =>
  linesOf(content).flatMap(({ kind, text }, index) => (kind === 'code' ? [{ number: index + 1, text }] : []))

/** `isLink`: whether the number is that of a link, which owns what stands around its routes. */
export function ownedLines(
  path: string,
  content: string,
  isLink: (number: number) => boolean,
): readonly OwnedLine[] {
  const lines = linesOf(content)
  const blocks = blocksOf(lines)
  const linksNamed = [...new Set(blocks.flatMap(({ numbers }) => numbers.flat()).filter(isLink))]
  const whole = SECTIONS.test(path) && linksNamed.length === 1 ? linksNamed : []
  const hasStanzas = lines.some(({ text }) => STANZA.test(text))

  const owned = new Map<number, Numbers>()
  for (const { from, numbers } of blocks)
    numbers.forEach((own, offset) => {
      owned.set(from + offset, own)
    })
  let around: Numbers = whole
  return lines.flatMap(({ kind, text }, index) => {
    if (kind !== 'code') return []
    const numbers = owned.get(index) ?? []
    if (hasStanzas && numbers.some(isLink)) around = numbers.filter(isLink)
    return [{ text, numbers: numbers.length === 0 ? around : numbers }]
  })
}

/** Numbers of lines that follow each other, the first at the index `from`. */
interface Block {
  readonly from: number
  readonly numbers: readonly Numbers[]
}

function blocksOf(lines: readonly Line[]): readonly Block[] {
  const blocks: Block[] = []
  let index = 0
  while (index < lines.length) {
    const comments = takeWhile(lines, index, ({ kind }) => kind === 'comment')
    const from = index + comments.length
    if (comments.length > 0) {
      const numbers = numbersOf(lines, from, comments)
      if (numbers.length > 0) blocks.push({ from, numbers })
    }
    index = from + Math.max(1, takeWhile(lines, from, ({ kind }) => kind !== 'comment').length)
  }
  return blocks
}

function numbersOf(lines: readonly Line[], from: number, comments: readonly Line[]): readonly Numbers[] {
  const told = comments.map(({ text }) => text.slice(1))
  const numbers = told.flatMap((comment) => numberIn(comment) ?? [])
  // What it serves stands at the end of a run of comments; in the head of a file nothing follows it.
  if (numbers.length === 0) return []
  const code = takeWhile(lines, from, ({ kind }) => kind === 'code')
  // The first line opens the quotes, the last one closes them: they are no entry's.
  if (told.some((comment) => LEGEND.test(comment)))
    return code.map((_, index) => (index === 0 ? [] : numbers.slice(index - 1, index)))
  const indent = comments[0]?.indent ?? 0
  const block = takeWhile(code, 0, (line) => line.indent >= indent && !CLOSING.test(line.text))
  const isFollowedByList = lines[from + block.length]?.kind === 'comment'
  const own = isFollowedByList && LIST_HEAD.test(block.at(-1)?.text ?? '') ? block.slice(0, -1) : block
  return own.map(() => numbers)
}

function takeWhile(lines: readonly Line[], from: number, isWanted: (line: Line) => boolean): readonly Line[] {
  let end = from
  while (end < lines.length && isWanted(lines[end] ?? { kind: 'blank', text: '', indent: 0 })) end += 1
  return lines.slice(from, end)
}
