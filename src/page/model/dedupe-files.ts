// Which ends of files need not stand twice? A program of ours is long, the same at every stack, and says no idea there.
import type { ComparedFile, ComparedStack } from '../../compare/comparison.js'

/** Lines from `from` to the last, which are line for line those of an earlier stack's file from `line` on. */
export interface SharedEnding {
  /** From 1; the lines before it stand. */
  readonly from: number
  readonly to: number
  /** The stack where they stand, and which of its files has them. */
  readonly stack: ComparedStack
  readonly file: number
  readonly line: number
}

/** Lines that are sooner read than looked up in another place. */
const MIN_SHARED_LINES = 40

/**
 * By file, of those that have one. Lines that say an idea, and all before them, stand at every stack: they are what is
 * compared. A tail begins a paragraph.
 */
export function dedupeFiles(stacks: readonly ComparedStack[]): ReadonlyMap<ComparedFile, SharedEnding> {
  const tails = new Map<ComparedFile, SharedEnding>()
  const whole: { readonly stack: ComparedStack; readonly file: number; readonly lines: readonly string[] }[] =
    []
  for (const stack of stacks) {
    const places = Object.values(stack.cells).flatMap((cell) => cell.locations)
    stack.files.forEach((file, index) => {
      const lines = linesOfFile(file)
      const said = places
        .filter(({ path }) => path === file.path)
        .flatMap(({ ranges }) => ranges.map(({ to }) => to))
      const own = Math.max(0, ...said)
      const [longest] = whole
        .map((other) => ({ ...other, start: beginOf(lines, other.lines, own) }))
        .sort((a, b) => a.start - b.start)
      if (longest === undefined || lines.length - longest.start < MIN_SHARED_LINES)
        whole.push({ stack, file: index, lines })
      else
        tails.set(file, {
          from: longest.start + 1,
          to: lines.length,
          stack: longest.stack,
          file: longest.file,
          line: longest.lines.length - lines.length + longest.start + 1,
        })
    })
  }
  return tails
}

/** Index of the first line of the tail that both share, none of the first `own` lines among it. */
function beginOf(lines: readonly string[], others: readonly string[], own: number): number {
  const ahead = others.length - lines.length
  let start = lines.length
  while (start > own && lines[start - 1] === others[ahead + start - 1]) start--
  while (start > 0 && start < lines.length && lines[start - 1] !== '') start++
  return start
}

/** None of a link. */
export const linesOfFile = (file: ComparedFile): readonly string[] =>
  'symlink' in file ? [] : file.text.replace(/\n$/, '').split('\n')
