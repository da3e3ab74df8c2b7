// How does the bundled command start fast? V8's code cache beside it, as Python keeps its .pyc: compiling the
// bundle anew costs 20 ms of each start, reading what was compiled before 2 ms.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import type { main } from '../app.js'
import { version } from './version.js'

interface App {
  readonly main: typeof main
}

/** Changes with the bundle: V8 itself compares no more than the length of the source. Set by scripts/bundle.mjs. */
declare const BUNDLE_HASH: string

export async function launch(words: readonly string[]): Promise<void> {
  const file = join(import.meta.dirname, 'app.cjs')
  const cache = join(dirname(file), `app-${version}-${BUNDLE_HASH}-${process.version}-${process.arch}.cache`)
  const cachedData = readCache(cache)
  // scripts/bundle.mjs writes ASCII alone, which need not be decoded.
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(file, 'latin1')}\n})`
  const script = new Script(source, { filename: file, ...(cachedData === undefined ? {} : { cachedData }) })
  // Only this command runs enough of the bundle for its functions to be worth keeping.
  if (words[0] === 'render' && (cachedData === undefined || script.cachedDataRejected === true))
    process.once('exit', () => writeCache(cache, script))
  await load(script, file).main(words)
}

function load(script: Script, file: string): App {
  const holder: { exports: unknown } = { exports: {} }
  const wrapper: unknown = script.runInThisContext()
  if (typeof wrapper !== 'function') throw new Error(`${file} is no module`)
  // The bundle is CommonJS, and lies beside this one.
  wrapper(holder.exports, require, holder, file, dirname(file))
  return holder.exports as App
}

function readCache(cache: string): Buffer | undefined {
  try {
    return readFileSync(cache)
  } catch {
    return undefined
  }
}

/** Where the package's folder is not ours to write, every start compiles: slower, no less right. */
function writeCache(cache: string, script: Script): void {
  const temporary = `${cache}.${process.pid}`
  try {
    const descriptor = openSync(temporary, 'wx')
    writeSync(descriptor, script.createCachedData())
    // V8 trusts what it reads: after a power cut there must be all of it or nothing.
    fsyncSync(descriptor)
    closeSync(descriptor)
    renameSync(temporary, cache)
  } catch {
    rmSync(temporary, { force: true })
  }
}
