// Interface of the commands to the outside; tests pass another implementation.
import type { collectTree } from '../../node/collect-tree.js'
import type { compareTree } from '../../node/tree/compare.js'
import type { createFiles } from '../../node/files/create-files.js'
import type { findUpwards } from '../../node/find-upwards.js'
import type { compareFile, createFile } from '../../node/files/file-sink.js'
import type { mergeBase, openRevision } from '../../node/git.js'
import type { ReadResult } from '../../node/read.js'
import type { Load } from '../../yaml/extends.js'
import type { Palette } from '../format/paint.js'
import type { symlinkBelow } from '../../node/symlink-below.js'
import type { digestBelow } from '../../node/tree/tree-digest.js'
import type { isCurrent, writeTree } from '../../node/tree/write.js'

/** 0: clean. 1: findings, or stale output. 2: wrong usage, or a bug. */
export type ExitCode = 0 | 1 | 2

/** A job by name, with what it needs to know. */
export interface JobMessage {
  readonly name: string
  readonly options: unknown
  readonly color: boolean
  readonly stdoutColor: boolean
}

/** A thread that does a job for the descriptions that are posted to it. */
export interface HostWorker {
  readonly post: (files: readonly string[]) => void
  readonly onMessage: (receive: (message: unknown) => void) => void
  readonly onError: (receive: (error: unknown, isMemory: boolean) => void) => void
  /** Whether a tree changes just now. */
  readonly isWriting: () => boolean
  /** It has answered everything, and may be started for another job. */
  readonly release: () => void
  readonly stop: () => void
}

export interface Progress {
  readonly tick: () => void
  /** Removes it, so that something else can be printed; the next step draws it again. */
  readonly clear: () => void
  readonly stop: () => void
}

export interface Workers {
  /** Number of processors that this process may use. */
  readonly processors: number
  /** `isLimited`: with little memory, which is enough for almost every host. */
  readonly start: (job: JobMessage, isLimited: boolean) => HostWorker
}

export interface Host {
  /** /dev/stdin is standard input. `limit`: in bytes, for anything other than a description. */
  readonly read: (path: string, limit?: number) => Promise<ReadResult>
  /** The file at a Git revision; an empty one is the index. */
  readonly readRevision: (revision: string, path: string) => Promise<ReadResult>
  /** The files at a Git revision, in the repository of a path. */
  readonly openRevision: (
    ...args: Parameters<typeof openRevision>
  ) => Promise<ReturnType<typeof openRevision>>
  readonly mergeBase: (...args: Parameters<typeof mergeBase>) => Promise<ReturnType<typeof mergeBase>>
  /** Reads what descriptions extend. */
  readonly load: Load
  /** The same at a Git revision, whose descriptions have names with this prefix. */
  readonly loadRevision: (revision: string, prefix: string) => Promise<Load>
  readonly readKernelConfig: (path: string) => Promise<ReadResult>
  /** Output of a shell command on this machine. */
  readonly run: (line: string) => Promise<ReadResult>
  /** Name of this machine. */
  readonly hostName: string
  /** The files that match a pattern, sorted; a path matches itself. */
  readonly expand: (pattern: string) => readonly string[]
  /** Whether there is such a file, or a symbolic link to one. */
  readonly isFile: (path: string) => boolean
  /** The nearest file of that name in the current folder and those above it. */
  readonly findUpwards: typeof findUpwards
  readonly isFolder: (path: string) => boolean
  readonly collectTree: typeof collectTree
  readonly symlinkBelow: typeof symlinkBelow
  readonly write: typeof writeTree
  /** Absent: all is done in one thread. */
  readonly loadWorkers?: () => Promise<Workers>
  /** Whether a signal asks to stop: no further tree is written. */
  readonly isInterrupted: boolean
  /** Waits until something in these folders changes; returns the names that changed. Empty after a signal. */
  readonly watch: (folders: readonly string[]) => Promise<ReadonlySet<string>>
  /** Writes one file; returns why it failed. */
  readonly writeText: (path: string, text: string) => string | undefined
  readonly createFiles: typeof createFiles
  readonly createFile: typeof createFile
  readonly compareFile: typeof compareFile
  /** Sets the time of a file to now. */
  readonly touch: (path: string) => void
  readonly compare: typeof compareTree
  /** Whether writing a tree would change nothing. */
  readonly isCurrent: typeof isCurrent
  readonly digestBelow: typeof digestBelow
  /** What the names of owners mean on this machine, as text that changes when that does. */
  readonly owners: () => string
  /** Files of the user's cache, by name; absent: nothing is kept. */
  readonly cache?: {
    readonly read: (name: string) => string | undefined
    readonly write: (name: string, text: string) => void
  }
  /** Whether an earlier run wrote a tree there. */
  readonly hasTree: (root: string) => boolean
  /** The answer, and its colours on a terminal. */
  readonly stdout: (text: string, palette?: Palette) => void
  /** The answer, if it is no text. */
  readonly stdoutBytes: (bytes: Uint8Array) => void
  /** Diagnostics and notes. */
  readonly stderr: (text: string) => void
  /** Columns of the terminal on stdout; undefined if it is no terminal. */
  readonly width: number | undefined
  /** A bar of this many steps on standard error; absent if that is no terminal. */
  readonly progress?: (steps: number) => Promise<Progress>
  /** Whether stderr is coloured. */
  readonly color: boolean
  /** Whether stdout is coloured. */
  readonly stdoutColor: boolean
  /** Whether a bug is reported with its stack trace. */
  readonly debug: boolean
}
