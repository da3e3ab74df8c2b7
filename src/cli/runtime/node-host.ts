// Host of a real process: its files, streams and environment.
import { fstatSync, statSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { readCached, writeCached } from '../../node/files/cache-folder.js'
import { collectTree } from '../../node/collect-tree.js'
import { compareTree } from '../../node/tree/compare.js'
import { symlinkBelow } from '../../node/symlink-below.js'
import { createFiles } from '../../node/files/create-files.js'
import { ownersText } from '../../node/tree/file-owner.js'
import { findUpwards } from '../../node/find-upwards.js'
import { expandGlob, isFile } from '../../node/glob.js'
import { loadFile, loadWith } from '../../node/load.js'
import { compareFile, createFile } from '../../node/files/file-sink.js'
import { hasTree } from '../../node/tree/manifest.js'
import { isDescriptor, readKernelConfig, readStream, readText, type ReadResult } from '../../node/read.js'
import { errnoOf, reasonOf } from '../../node/errno-text.js'
import { digestBelow } from '../../node/tree/tree-digest.js'
import { touch } from '../../node/files/touch.js'
import { isCurrent, writeTree } from '../../node/tree/write.js'
import { writeText } from '../../node/files/write-text.js'
import { STDIN } from './inputs.js'
import { catchSignals, interruption } from './signals.js'
import type { Host } from './host.js'

/** https://force-color.org, https://no-color.org and CLICOLOR; an empty variable counts as unset. FORCE_COLOR takes precedence, as in Node. */
function wantsColor(descriptor: 1 | 2): boolean {
  const { FORCE_COLOR = '', NO_COLOR = '', CLICOLOR_FORCE = '', CLICOLOR = '' } = process.env
  if (FORCE_COLOR !== '') return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  if (NO_COLOR !== '') return false
  if (CLICOLOR_FORCE !== '' && CLICOLOR_FORCE !== '0') return true
  return CLICOLOR !== '0' && isTerminal(descriptor)
}

/** Whether it can move the cursor and show colours. */
function isTerminal(descriptor: 1 | 2): boolean {
  // `fstatSync` first: `process.stdout` and `process.stderr` load all of Node's streams.
  return (
    process.env['TERM'] !== 'dumb' &&
    fstatSync(descriptor).isCharacterDevice() &&
    (descriptor === 1 ? process.stdout : process.stderr).isTTY
  )
}

/** Less than 40 columns is no plausible width. */
function terminalWidth(): number | undefined {
  if (!fstatSync(1).isCharacterDevice()) return undefined
  const { columns } = process.stdout
  return columns < 40 ? undefined : columns
}

/** Writes; a stream may still be writing after that. */
interface Writer {
  (text: string | Uint8Array): void
  readonly isStreaming: () => boolean
}

/**
 * Writes to the descriptor, because loading each of Node's streams takes 2 ms. The stream takes over if a non-blocking
 * pipe is full.
 */
function writerTo(descriptor: 1 | 2): Writer {
  let stream: NodeJS.WriteStream | undefined
  const write = (text: string | Uint8Array): void => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    let written = 0
    try {
      while (stream === undefined && written < bytes.length) written += writeSync(descriptor, bytes, written)
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') return giveUp(descriptor, error)
      stream = descriptor === 1 ? process.stdout : process.stderr
      stream.on('error', (late) => giveUp(descriptor, late))
    }
    stream?.write(bytes.subarray(written))
  }
  return Object.assign(write, { isStreaming: () => stream !== undefined })
}

/**
 * A reader that has exited (`| head`) is no failure. A full disk after `>` is no bug, but a partial answer must not look
 * complete.
 */
function giveUp(descriptor: 1 | 2, error: unknown): never {
  if (errnoOf(error) === 'EPIPE') process.exit()
  if (descriptor === 1) writeSync(2, `multihome: standard output: ${reasonOf(error)}\n`)
  process.exit(2)
}

/** `isStreaming`: whether output is still to be written. */
export function createNodeIo(): Host & { readonly isStreaming: () => boolean } {
  const stdout = writerTo(1)
  const stderr = writerTo(2)
  const streams = new Map<string, Promise<ReadResult>>()
  /** A stream can be read only once. */
  const readOnce = (path: string, read: () => Promise<ReadResult>): Promise<ReadResult> => {
    const known = streams.get(path) ?? read()
    streams.set(path, known)
    return known
  }
  return {
    isStreaming: () => stdout.isStreaming() || stderr.isStreaming(),
    read: async (path, limit) => {
      if (path === STDIN) return readOnce(path, () => readStream(process.stdin, limit))
      return isDescriptor(path) ? readOnce(path, async () => readText(path, limit)) : readText(path, limit)
    },
    loadWorkers: async () => {
      catchSignals()
      const { processors, startWorker } = await import('../hosts/start-worker.js')
      return { processors, start: startWorker }
    },
    readRevision: async (revision, path) => (await import('../../node/git.js')).readRevision(revision, path),
    openRevision: async (...words) => (await import('../../node/git.js')).openRevision(...words),
    mergeBase: async (...words) => (await import('../../node/git.js')).mergeBase(...words),
    load: loadFile,
    loadRevision: async (revision, prefix) => {
      const git = await import('../../node/git.js')
      return loadWith((path) => git.readRevision(revision, path), { prefix })
    },
    run: async (line) => (await import('../../node/run-shell.js')).runShell(line),
    readKernelConfig,
    expand: (pattern) => expandGlob(pattern),
    isFile,
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    collectTree,
    findUpwards,
    symlinkBelow,
    get hostName() {
      return hostname()
    },
    write: (root, files) => {
      catchSignals()
      return writeTree(root, files, { signal: interruption })
    },
    get isInterrupted() {
      return interruption.aborted
    },
    watch: async (folders) => {
      catchSignals()
      return (await import('../hosts/watch-folders.js')).watchFolders(folders)
    },
    writeText,
    createFiles,
    createFile,
    compareFile,
    touch,
    compare: compareTree,
    isCurrent,
    digestBelow,
    owners: ownersText,
    cache: { read: readCached, write: writeCached },
    hasTree,
    stdout,
    stdoutBytes: stdout,
    stderr,
    get progress() {
      return isTerminal(2)
        ? async (steps: number) => (await import('./progress.js')).progressBar(steps)
        : undefined
    },
    // Getters, because most commands need none of these.
    get width() {
      return terminalWidth()
    },
    get color() {
      return wantsColor(2)
    },
    get stdoutColor() {
      return wantsColor(1)
    },
    debug: (process.env['DEBUG'] ?? '') !== '',
  }
}
