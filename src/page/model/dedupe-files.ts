// Deduplication of files: a long program that several targets share is shown once, and the others link to it.
import type { ComparedFile, ComparedStack } from '../../compare/comparison.js'

/** Lines from `from` to `to`, the last, which equal the last lines of an earlier target’s file. */
export interface SharedEnding {
  /** From 1; the lines before it are shown. */
  readonly from: number
  readonly to: number
  /** The target that shows them, the index of its file, and the line there. */
  readonly stack: ComparedStack
  readonly file: number
  readonly line: number
}

/** A shorter ending is easier to read in place. */
const MIN_SHARED_LINES = 40

/**
 * By file, of those that have a shared ending. Lines of a plan item, and all lines before them, are never shared: they
 * are what the page compares. A shared ending begins a paragraph.
 */
export function dedupeFiles(stacks: readonly ComparedStack[]): ReadonlyMap<ComparedFile, SharedEnding> {
  const endings = new Map<ComparedFile, SharedEnding>()
  const shown: { readonly stack: ComparedStack; readonly file: number; readonly lines: readonly string[] }[] =
    []
  for (const stack of stacks) {
    const locations = Object.values(stack.cells).flatMap((cell) => cell.locations)
    stack.files.forEach((file, index) => {
      const lines = linesOfFile(file)
      const itemEnds = locations
        .filter(({ path }) => path === file.path)
        .flatMap(({ ranges }) => ranges.map(({ to }) => to))
      const lastItemLine = Math.max(0, ...itemEnds)
      const [longest] = shown
        .map((other) => ({ ...other, start: sharedStart(lines, other.lines, lastItemLine) }))
        .sort((a, b) => a.start - b.start)
      if (longest === undefined || lines.length - longest.start < MIN_SHARED_LINES)
        shown.push({ stack, file: index, lines })
      else
        endings.set(file, {
          from: longest.start + 1,
          to: lines.length,
          stack: longest.stack,
          file: longest.file,
          line: longest.lines.length - lines.length + longest.start + 1,
        })
    })
  }
  return endings
}

/** Index of the first line of the ending that both files share; it is `min` or more. */
function sharedStart(lines: readonly string[], others: readonly string[], min: number): number {
  const offset = others.length - lines.length
  let start = lines.length
  while (start > min && lines[start - 1] === others[offset + start - 1]) start--
  while (start > 0 && start < lines.length && lines[start - 1] !== '') start++
  return start
}

/** Empty for a symbolic link. */
export const linesOfFile = (file: ComparedFile): readonly string[] =>
  'symlink' in file ? [] : file.text.replace(/\n$/, '').split('\n')
