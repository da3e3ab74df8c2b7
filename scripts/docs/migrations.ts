// Sessions of docs/guides/migrate.md: trees of test/import/trees are imported, reviewed, rendered and compared by the command.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../src/cli/cli.js'
import { createNodeIo } from '../../src/cli/runtime/node-host.js'
import type { Host } from '../../src/cli/runtime/host.js'
import { writeTree } from '../../src/node/tree/write.js'
import { fence } from './markdown.js'
import { languageOf } from './stacks.js'

export interface Migration {
  /** Of the host, and of its files in the session. */
  readonly name: string
  /** Folder in test/import/trees. */
  readonly tree: string
  readonly target: string
  /** What the review changes in the imported description: texts that it has once, and what replaces them. */
  readonly review: readonly (readonly [text: string, replacement: string])[]
}

export const migrations: readonly Migration[] = [
  {
    name: 'web1',
    tree: 'hosting-second-network',
    target: 'netplan',
    review: [
      ['  eth0: { link', '  isp: { link'],
      ['default: eth0', 'default: isp'],
      ['203.0.113.3/29] }', '203.0.113.3/29], comment: private network of the hosting company }'],
    ],
  },
  {
    name: 'web2',
    tree: 'gateway4-and-rules-without-priority',
    target: 'networkd',
    review: [[', connected: []', '']],
  },
  { name: 'app1', tree: 'rhel7-ip-format-with-rules', target: 'nm-keyfile', review: [] },
]

/** A host of which a line is not understood, and the hosts that share a file. */
const others = {
  edge1: {
    tree: 'second-gateway-fails',
    words: ['edge1', '--partial', '--accept', 'all', '--out', 'edge1.yaml'],
  },
  hosts: {
    tree: 'hosting-second-network',
    words: ['web1', 'web3', '--accept', 'all', '--out', 'hosts', '--common', 'site.yaml'],
  },
}

export const treeOf = (root: string, { tree }: Pick<Migration, 'tree'>): string =>
  join(root, 'test/import/trees', tree, 'root')

export function reviewed(text: string, { name, review }: Migration): string {
  return review.reduce((before, [old, replacement]) => {
    if (before.split(old).length !== 2) throw new Error(`${name} does not have this just once: ${old}`)
    return before.replace(old, () => replacement)
  }, text)
}

/** By `NAME PART`; files that the session writes are parts by their paths. */
export type Sessions = (name: string, part: string) => string

export async function migrationSessions(root: string): Promise<Sessions> {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-migrations-'))
  const blocks = new Map<string, string>()
  try {
    for (const migration of migrations) {
      const { name, target } = migration
      const add = async (part: string, words: readonly string[]): Promise<void> =>
        void blocks.set(`${name} ${part}`, await session(folder, words))
      cpSync(treeOf(root, migration), join(folder, name), { recursive: true })
      const imported = `${name}.imported.yaml`
      const own = `${name}.yaml`
      const tree = `${name}.${target}`
      await add('import', ['import', name, '--out', imported])
      writeFileSync(join(folder, own), reviewed(readFileSync(join(folder, imported), 'utf8'), migration))
      await add('check', ['check', imported, '--target', target])
      if (migration.review.length > 0) await add('diff', ['diff', imported, own])
      await add('render', ['render', own, '--target', target, '--out', tree])
      await add('back', ['import', tree, '--out', `${name}.back.yaml`])
      await add('same', ['diff', own, `${name}.back.yaml`])
    }
    for (const [name, { tree, words }] of Object.entries(others)) {
      const host = name === 'hosts' ? 'web3' : name
      cpSync(treeOf(root, { tree }), join(folder, host), { recursive: true })
      if (name === 'hosts') renumberWeb3(folder)
      blocks.set(`${name} import`, await session(folder, ['import', ...words]))
    }
    const files = readFiles(folder)
    return (name, part) => {
      const block = blocks.get(`${name} ${part}`)
      if (block !== undefined) return block
      const text = files.get(part)
      if (text === undefined) throw new Error(`the session of ${name} has no ${part}`)
      return fence(languageOf(part), text)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The second host of the hosting company has other addresses. */
function renumberWeb3(folder: string): void {
  const path = join(folder, 'web3/etc/network/interfaces')
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace('192.0.2.10', '192.0.2.11').replace('203.0.113.3', '203.0.113.4'))
}

/** A command and what it prints on both streams, in the order of time; `folder` is the current one. */
async function session(folder: string, words: readonly string[]): Promise<string> {
  let printed = ''
  const print = (text: string): void => void (printed += text)
  const io: Host = {
    ...createNodeIo(),
    ...{ stdout: print, stderr: print, color: false, stdoutColor: false, width: undefined },
    // A test has signals of its own.
    write: async (tree, files) => writeTree(tree, files, { signal: new AbortController().signal }),
  }
  const isPath = (word: string, before: string | undefined): boolean =>
    before !== undefined && !word.startsWith('--') && before !== '--target' && before !== '--accept'
  const code = await run(
    words.map((word, index) => (isPath(word, words[index - 1]) ? join(folder, word) : word)),
    io,
  )
  const output = `${printed.replaceAll(`${folder}/`, '')}${code}\n`
  return `${fence('sh', `multihome ${words.join(' ')}; echo $?`)}\n\n${fence('text', output)}`
}

function readFiles(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [
        path.slice(folder.length + 1),
        readFileSync(path, 'utf8').replaceAll(`${folder}/`, ''),
      ]),
  )
}
