// Launcher with V8’s code cache beside the bundle. One render of one target takes 72 ms on Node 22 with it, 102 ms with
// module.enableCompileCache() and 128 ms without a cache. Node 20 has no compile cache: 107 ms and 167 ms.
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import type { main, work } from '../app.js'
import { version } from './version.js'

interface App {
  readonly main: typeof main
  readonly work: typeof work
}

/** Hash of the bundle, because V8 compares only the length of the source. Set by scripts/bundle.mjs. */
declare const BUNDLE_HASH: string

/** Other commands run too little of the bundle to fill the cache. */
export const launch = (words: readonly string[]): Promise<void> => load(words[0] === 'render').main(words)

/** In a worker thread. */
export const launchWorker = (): Promise<void> => load(false).work()

function load(fillsCache: boolean): App {
  const file = join(import.meta.dirname, 'app.cjs')
  const build = `${version}-${BUNDLE_HASH}-${process.version}-${process.arch}`
  const cache = join(dirname(file), `app-${build}-${process.geteuid?.() ?? 0}.cache`)
  const cachedData = readCache(cache)
  // scripts/bundle.mjs writes ASCII, which needs no decoding, as a function, since each copy of it costs memory.
  const source = readFileSync(file, 'latin1')
  const script = new Script(source, { filename: file, cachedData })
  if (fillsCache && (cachedData === undefined || script.cachedDataRejected === true))
    process.once('exit', () => writeCache(cache, script))
  return evaluate(script, file)
}

function evaluate(script: Script, file: string): App {
  const holder: { exports: unknown } = { exports: {} }
  const wrapper: unknown = script.runInThisContext()
  if (typeof wrapper !== 'function') throw new Error(`${file} is no module`)
  // The bundle is CommonJS, in the same folder.
  wrapper(holder.exports, require, holder, file, dirname(file))
  return holder.exports as App
}

/** V8 trusts the cache as it trusts the bundle, so one that another user wrote or can write is not read. */
function readCache(cache: string): Buffer | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(cache, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const status = fstatSync(descriptor)
    const isPrivate = status.isFile() && (status.mode & 0o077) === 0 && status.uid === process.geteuid?.()
    return isPrivate ? readFileSync(descriptor) : undefined
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** If the package's folder is not writable, every start compiles the bundle. */
function writeCache(cache: string, script: Script): void {
  const temporary = `${cache}.${process.pid}`
  try {
    const descriptor = openSync(temporary, 'wx', 0o600)
    writeSync(descriptor, script.createCachedData())
    // V8 trusts the cache, so it must be complete even after a power failure.
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, cache)
  } catch {
    rmSync(temporary, { force: true })
  }
}
