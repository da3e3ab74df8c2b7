// In-memory host for the commands: readable files, written trees and output.
import { join } from 'node:path'
import type { Host } from '../../src/cli/runtime/host.js'
import { ok } from '../../src/stdlib/result.js'
import { collectTree } from '../../src/node/collect-tree.js'
import { compareFile, createFile } from '../../src/node/files/file-sink.js'
import { mergeBase, openRevision, readRevision } from '../../src/node/git.js'
import { loadWith } from '../../src/node/load.js'
import type { Refusal } from '../../src/node/tree/tree-validation.js'
import { run } from '../../src/cli/cli.js'
import type { RenderedFile } from '../../src/targets/target.js'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Root → files, in the order of writing. */
  readonly written: ReadonlyMap<string, readonly RenderedFile[]>
  /** Single files, by path. */
  readonly texts: ReadonlyMap<string, string>
}

export interface World {
  readonly files?: Readonly<Record<string, string>>
  readonly stdin?: string
  /** This file vanishes after it was read once. */
  readonly vanishing?: string
  readonly kernelConfig?: string
  /** Output of the shell line that collects the state. */
  readonly printed?: string
  /** Roots of earlier runs. */
  readonly trees?: readonly string[]
  readonly compare?: (root: string) => ReturnType<Host['compare']>
  /** Writes to this root fail. */
  readonly refusing?: string
  /** How, by default before anything is written. */
  readonly failure?: Refusal
  readonly hostName?: string
  /** Owner of multihome.yaml that is not trusted. */
  readonly configOwner?: number
  readonly color?: boolean
  /** Width of the terminal; absent without one. */
  readonly width?: number
}

export async function runIn(world: World, ...words: readonly string[]): Promise<Outcome> {
  const { io, outcome } = fakeHost(world)
  return { code: await run(words, io), ...outcome() }
}

/** `outcome`: what was printed and written so far. */
export function fakeHost(world: World): { readonly io: Host; readonly outcome: () => Omit<Outcome, 'code'> } {
  let stdout = ''
  let stderr = ''
  const written = new Map<string, readonly RenderedFile[]>()
  const texts = new Map<string, string>()
  const files = new Map(Object.entries(world.files ?? {}))
  const io: Host = {
    read: async (path) => {
      const text = path === '/dev/stdin' ? world.stdin : files.get(path)
      if (path === world.vanishing) files.delete(path)
      return text === undefined ? { ok: false, reason: 'there is no such file' } : ok(text)
    },
    readRevision: async (revision, path) => readRevision(revision, path),
    openRevision: async (...words) => openRevision(...words),
    mergeBase: async (...words) => mergeBase(...words),
    load: loadWith((path) => {
      const text = files.get(path)
      return text === undefined ? { ok: false, reason: 'there is no such file' } : ok(text)
    }),
    loadRevision: async (revision, prefix) => loadWith((path) => readRevision(revision, path), { prefix }),
    readKernelConfig: async () =>
      world.kernelConfig === undefined
        ? { ok: false, reason: 'there is no such file' }
        : ok(world.kernelConfig),
    run: async () =>
      world.printed === undefined ? { ok: false, reason: 'there is no such file' } : ok(world.printed),
    expand: (pattern) =>
      pattern.includes('*') || pattern.endsWith('/')
        ? [...files.keys()].filter((name) => name.startsWith(pattern.split('*')[0] ?? ''))
        : [pattern],
    isFolder: (path) => path.endsWith('/'),
    collectTree,
    symlinkBelow: () => undefined,
    hostName: world.hostName ?? 'localhost',
    findUpwards: (name) => {
      const path = [name, `../${name}`].find((each) => files.has(each))
      return path === undefined ? undefined : { path, untrustedOwner: world.configOwner }
    },
    isFile: (path) => files.has(path),
    write: async (root, tree) => {
      if (root === world.refusing)
        return {
          ok: false,
          ...(world.failure ?? { problems: [{ path: '/etc', text: 'permission denied' }] }),
        }
      written.set(root, tree)
      const paths = tree.map(({ path }) => path)
      return ok({ written: paths, restored: [], unchanged: [], removed: [], remarks: [] })
    },
    isInterrupted: false,
    watch: async () => new Set(),
    writeText: (path, text) => {
      if (path === world.refusing) return 'permission denied'
      texts.set(path, text)
      return undefined
    },
    createFiles: (folder, created) => {
      const paths = Object.keys(created).map((name) => join(folder, name))
      const existing = paths.filter((path) => files.has(path))
      if (existing.length > 0) return { ok: false, existing }
      for (const [name, text] of Object.entries(created)) texts.set(join(folder, name), text)
      return ok(undefined)
    },
    hasTree: (root) => world.trees?.includes(root) === true,
    isCurrent: () => false,
    digestBelow: () => undefined,
    owners: () => '',
    createFile,
    compareFile,
    touch: () => undefined,
    stdoutBytes: (bytes) => {
      stdout += Buffer.from(bytes).toString('latin1')
    },
    compare: (root) => world.compare?.(root) ?? ok([]),
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    width: world.width,
    color: world.color ?? false,
    stdoutColor: world.color ?? false,
    debug: false,
  }
  return { io, outcome: () => ({ stdout, stderr, written, texts }) }
}

/** Every stack can express this description. */
export const GOOD = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: 198.51.100.1 }
default: production
`

/** iproute2 can express it and nm-keyfile cannot: a goto. */
export const REFUSED = `${GOOD}rules:
  - { from: 203.0.113.0/24, goto: 20500, priority: 20100 }
  - { from: 203.0.113.9, gateway: admin, priority: 20500 }
`

export const WRONG = GOOD.replace('via: 192.0.2.1,', 'vai: 192.0.2.1,')
