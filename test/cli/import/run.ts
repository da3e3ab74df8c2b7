// Runs `multihome import` on trees in a temporary folder.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { run } from '../../../src/cli/cli.js'
import { createFiles } from '../../../src/node/files/create-files.js'
import { readText } from '../../../src/node/read.js'
import { fakeHost, type Outcome, type World } from '../fake-io.js'

export interface Workbench {
  /** The folder: arguments that begin with `@` are below it. */
  readonly folder: () => string
  readonly put: (path: string, content: string | Uint8Array) => void
  readonly text: (path: string) => string
  readonly exists: (path: string) => boolean
  readonly run: (
    words: readonly string[],
    world?: World,
  ) => Promise<Pick<Outcome, 'code' | 'stdout' | 'stderr'>>
}

export function workbench(): Workbench {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'multihome-import-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  return {
    folder: () => folder,
    put: (path, content) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    },
    text: (path) => readFileSync(join(folder, path), 'utf8'),
    exists: (path) => existsSync(join(folder, path)),
    run: async (words, world) => {
      const { code, stdout, stderr } = await runOnFiles(
        words.map((word) => word.replace(/^@|(?<==)@/, `${folder}/`)),
        world,
      )
      return { code, stdout: stdout.replaceAll(folder, '@'), stderr: stderr.replaceAll(folder, '@') }
    },
  }
}

/** With the files of this machine. */
export async function runOnFiles(words: readonly string[], world: World = {}): Promise<Outcome> {
  const { io, outcome } = fakeHost(world)
  const code = await run(['import', ...words], {
    ...io,
    isFolder: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    read: async (path, limit) => (path === '/dev/stdin' ? io.read(path) : readText(path, limit)),
    createFiles,
  })
  return { code, ...outcome() }
}
