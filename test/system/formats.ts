// Trees for the consumers of formats, and what a consumer leaves below a root.
import { spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { formatTrees, getFormat } from '../../src/formats/index.js'
import type { Format, HostTree } from '../../src/formats/format.js'
import { writeTree } from '../../src/node/tree/write.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { fixtureTree, hostileTexts, treeOf } from '../formats/trees.js'

/** `describe`, or a skip that says what is missing; a failure with MULTIHOME_REQUIRE_FORMATS. */
export function describeConsumer(name: string, programs: readonly string[], body: () => void): void {
  const missing = programs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
  const reason =
    process.getuid?.() !== 0 ? 'needs root' : missing.length > 0 ? `no ${missing.join(', ')}` : undefined
  if (reason === undefined) {
    describe(name, body)
    return
  }
  if (process.env['MULTIHOME_REQUIRE_FORMATS'] === '1') throw new Error(`${name}: ${reason}`)
  console.warn(`skipped: ${name}: ${reason}`)
  describe.skip(`${name} (${reason})`, body)
}

const folders: string[] = []

/** Removed after the tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-formats-'))
  folders.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

export interface Ran {
  readonly status: number | null
  readonly output: string
}

/** Both streams together, for the message of a failed assertion. */
export function run(command: readonly string[], input?: Uint8Array, cwd?: string): Ran {
  const [program = '', ...args] = command
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  })
  if (error !== undefined) throw error
  return { status, output: stdout + stderr }
}

/** Names that a shell, a template or an archive might evaluate or split. */
const HOSTILE_PATH = '/etc/multihome/it\'s "$(id)" {{ 7 * 7 }} %{x} ü/-rf \\n'

/** Files with hostile paths and contents, of several modes and owners. */
export const hostileTree: HostTree = treeOf(
  [
    ...hostileTexts.map((content, index): RenderedFile => {
      const owner = ['root:root', 'root:adm', 'daemon:root'][index % 3] ?? ''
      return { path: `${HOSTILE_PATH} ${index}`, mode: [0o644, 0o600, 0o755][index % 3] ?? 0, owner, content }
    }),
    { path: `${HOSTILE_PATH} link`, symlink: `/no/it's "$(id)" {{ 7 * 7 }} ü` },
    { path: `/etc/${'long/'.repeat(30)}${'n'.repeat(120)}`, mode: 0o644, owner: 'root:root', content: 'x\n' },
  ],
  {
    first: [{ command: `printf '%s\\n' 'it is "{{ 7 * 7 }}" %{x}' >> /calls`, why: 'a "{{ why }}"\n $(id)' }],
  },
)

const pairs = [
  ['two-isps-balanced', 'networkd'],
  ['comments-everywhere', 'netplan'],
  ['two-isps-balanced', 'nm-keyfile'],
  ['leases-balanced', 'networkd'],
  ['leases-balanced', 'ifupdown'],
  ['two-isps-balanced', 'netifrc'],
  ['marks-of-gateways', 'nm-dispatcher'],
  ['two-isps-balanced', 'iproute2'],
] as const

export const trees: readonly (readonly [name: string, tree: HostTree])[] = [
  ...pairs.map(([fixture, target]) => [`${fixture}, ${target}`, fixtureTree(fixture, target)] as const),
  ['hostile names and contents', hostileTree],
]

/** One file of these trees. */
export const formatted = (id: string, list: readonly HostTree[]): Uint8Array =>
  formatTrees(formatNamed(id), list)

export function formatNamed(id: string): Format {
  const format = getFormat(id)
  if (format === undefined) throw new Error(`no format ${id}`)
  return format
}

/** Path below a root → what is there, with mode, numeric owner and content. Folders end with a slash. */
export function snapshot(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(root.length)
    const { mode, uid, gid } = lstatSync(full)
    const owner = `${(mode & 0o7777).toString(8)} ${uid}:${gid}`
    if (entry.isSymbolicLink()) found.set(path, `link ${uid}:${gid} ${readlinkSync(full)}`)
    else if (entry.isDirectory()) found.set(`${path}/`, owner)
    else found.set(path, `${owner}\n${readFileSync(full, 'utf8')}`)
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** What the tree writer leaves below a root. */
export async function writtenSnapshot(files: readonly RenderedFile[]): Promise<ReadonlyMap<string, string>> {
  const root = temporaryFolder()
  mkdirSync(root, { recursive: true })
  const written = await writeTree(root, files)
  if (!written.ok) throw new Error(JSON.stringify(written.problems))
  const all = new Map(snapshot(root))
  all.delete('/.multihome/manifest')
  if (![...all.keys()].some((path) => path.startsWith('/.multihome/') && path !== '/.multihome/'))
    all.delete('/.multihome/')
  return all
}

export const withoutFolders = (found: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...found].filter(([path]) => !path.endsWith('/')))
