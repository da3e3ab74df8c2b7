// Hosts as people configure them by hand: files below root/, and what a person reads in them, in tree.yaml.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dump, load } from 'js-yaml'
import { z } from 'zod'
import type { InputFiles } from '../../src/found/reader.js'
import { parseLeases } from '../boot/host/leases/leases-file.js'

export const treesFolder = fileURLToPath(new URL('trees', import.meta.url))

const stacks = [
  'ifupdown',
  'netplan-networkd',
  'netplan-NetworkManager',
  'networkd',
  'NetworkManager',
  'netifrc',
  'script',
  'ifcfg',
  'cloud-init',
] as const

/** Unknown keys are errors. */
const facts = z.strictObject({
  /** What is sloppy, old or surprising about the files, in a sentence. */
  idea: z.string().regex(/^\S.{30,}\.$/s),
  stack: z.enum(stacks),
  /** Of the lab. A stack that Debian lacks has the one that its tree is rendered for. */
  debian: z.union([z.literal(12), z.literal(13)]),
  /** Why the lab cannot boot it as it is. */
  'without-boot': z.string().optional(),
  /** Debian packages that the files need and the lab's root file systems lack. */
  packages: z.array(z.string()).default([]),
  /** Cards that the lab offers. Other links of the files are made by the stack, or missing. */
  links: z.array(z.string()).min(1),
  macs: z.record(z.string(), z.string().regex(/^(?:[\da-f]{2}:){5}[\da-f]{2}$/)).default({}),
  /** As in fixtures/NAME/leases.yaml. */
  leases: z
    .record(z.string(), z.unknown())
    .default({})
    .transform((leases) => parseLeases(dump(leases))),
  /** As in fixtures/NAME/decisions.yaml, derived from the files by hand. */
  packets: z.array(z.strictObject({ get: z.string(), answer: z.string() })).min(5),
})

export interface Tree extends z.infer<typeof facts> {
  readonly name: string
  readonly folder: string
  /** By absolute path below the root: those of root/, and the cards as /sys/class/net has them. */
  readonly files: InputFiles
  /**
   * Lines of kernel.txt: what the kernel has after the stack itself has read the files, in a namespace. Without connected
   * routes, what leases bring, and the flag onlink. Absent if the stack could not be run.
   */
  readonly kernel?: readonly string[]
}

export const treeNames: readonly string[] = readdirSync(treesFolder).sort()

/** Throws if tree.yaml has an unknown key or an invalid value. */
export function readTree(name: string): Tree {
  const folder = join(treesFolder, name)
  const read = facts.safeParse(load(readFileSync(join(folder, 'tree.yaml'), 'utf8')))
  if (!read.success) throw new Error(`${name}/tree.yaml: ${z.prettifyError(read.error)}`)
  const kernel = join(folder, 'kernel.txt')
  const files = new Map([...filesBelow(join(folder, 'root')), ...cardsOf(read.data)])
  return {
    ...{ name, folder, files, ...read.data },
    ...(existsSync(kernel) ? { kernel: readFileSync(kernel, 'utf8').trimEnd().split('\n') } : {}),
  }
}

const filesBelow = (root: string): InputFiles =>
  new Map(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')]),
  )

export const isCard = (path: string): boolean => path.startsWith('/sys/class/net/')

const cardsOf = ({ links, macs }: z.infer<typeof facts>): InputFiles =>
  new Map(
    links.map((link, index) => [
      `/sys/class/net/${link}/address`,
      `${macs[link] ?? `02:00:00:00:00:${`${index + 1}`.padStart(2, '0')}`}\n`,
    ]),
  )
