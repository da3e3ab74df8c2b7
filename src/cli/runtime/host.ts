// The commands' only door to the outside: tests pass another one.
import type { RenderedFile } from '../../targets/target.js'
import type { CompareOutcome, ModeComparison } from '../../node/compare.js'
import type { ReadOutcome } from '../../node/read.js'
import type { WriteOutcome } from '../../node/write.js'
import type { WriteTextOutcome } from '../../node/write-text.js'

/** 0: clean. 1: findings, or output that is stale. 2: the command was used wrongly, or multihome has a bug. */
export type ExitCode = 0 | 1 | 2

export interface Host {
  /** /dev/stdin is standard input. `limit`: bytes, where it is no description. */
  readonly read: (path: string, limit?: number) => Promise<ReadOutcome>
  /** What the file says at a revision of git; an empty one is the index. */
  readonly readRevision: (revision: string, path: string) => Promise<ReadOutcome>
  readonly readKernelConfig: (path: string) => Promise<ReadOutcome>
  /** What a line of shell prints on this machine. */
  readonly run: (line: string) => Promise<ReadOutcome>
  /** The files that a pattern names, sorted; what is no pattern names itself. */
  readonly expand: (pattern: string) => readonly string[]
  readonly write: (root: string, files: readonly RenderedFile[]) => Promise<WriteOutcome>
  /** One file, at the very place that was named. */
  readonly writeText: (path: string, text: string) => WriteTextOutcome
  readonly compare: (root: string, files: readonly RenderedFile[], modes: ModeComparison) => CompareOutcome
  /** Whether an earlier run wrote a tree there. */
  readonly hasTree: (root: string) => boolean
  /** What was asked for. */
  readonly stdout: (text: string) => void
  /** What is to be said about it. */
  readonly stderr: (text: string) => void
  /** Characters in a line of the terminal that stdout is; undefined where it is none. */
  readonly width: number | undefined
  /** Whether stderr may carry colour. */
  readonly color: boolean
  /** Whether stdout may carry colour. */
  readonly stdoutColor: boolean
  /** Whether a bug of ours is told with its stack. */
  readonly debug: boolean
}
