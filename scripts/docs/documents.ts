// Renewal of documents: every Markdown file of the project, with its generated blocks filled.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { acceptable } from '../../src/cli/import/report.js'
import { matrixMarkdown } from '../../src/cli/format/matrix.js'
import { planTable } from '../../src/cli/format/plan-table.js'
import { planCommands } from '../../src/cli/format/plan-commands.js'
import { repositoryFiles } from '../../src/cli/embedded.generated.js'
import { loadWith } from '../../src/node/load.js'
import { ok } from '../../src/stdlib/result.js'
import { parseDescription } from '../../src/yaml/extends.js'
import { formatResolved } from '../../src/yaml/resolved.js'
import { bands } from '../../src/plan/lower/priority-allocator.js'
import { matrixOf } from '../../src/targets/matrix.js'
import { targets } from '../../src/targets/index.js'
import { behaviourTable, comparedOutput } from './compare.js'
import { changedOutput } from './diff.js'
import { gatherLine } from '../../src/verify/collect.js'
import { fillBlocks, hasBlocks, type Makers } from './blocks.js'
import { bootedTables, type Booted } from './boot-matrix.js'
import { helpOfAll, helpOfEach, jsonReference } from './command-line.js'
import { diagnosticIndex, diagnosticSections, printedFor, warningTable } from './diagnostics.js'
import { readHosts, type Hosts } from './hosts.js'
import { exampleBlocks } from './examples.js'
import { importTable } from './import-rules.js'
import { keyRows, keyTable, repositoryRows } from './keys.js'
import { code, fence, table } from './markdown.js'
import { migrationSessions, type Sessions } from './migrations.js'
import { softwareTable } from './software.js'
import { verifiedHost } from './verify.js'
import {
  differenceTable,
  fileTable,
  foldedOutput,
  nativeLists,
  outputFence,
  settingsTable,
  stepList,
  targetNamed,
  targetTable,
} from './stacks.js'
import { tracedOutput } from './trace.js'

export interface Document {
  /** From the root of the project: `docs/targets.md`. */
  readonly path: string
  readonly current: string
  readonly renewed: string
}

export async function renewDocuments(root: string): Promise<readonly Document[]> {
  const hosts = readHosts(join(root, 'fixtures'))
  const booted = bootedTables(root, hosts)
  const makers = {
    ...makersOf(root, hosts, booted, await helpOfEach(), await exampleBlocks(root)),
    ...migrationMakers(await migrationSessions(root)),
  }
  const options = await resolveConfig(join(root, 'README.md'))
  const documents = await Promise.all(
    documentPaths(root).map(async (path) => {
      const current = readFileSync(join(root, path), 'utf8')
      if (!hasBlocks(current)) return { path, current, renewed: current }
      const filled = fillBlocks(current, makers)
      return { path, current, renewed: await format(filled, { ...options, parser: 'markdown' }) }
    }),
  )
  const picture = 'docs/booted.svg'
  const current = readFileSync(join(root, picture), 'utf8')
  return [...documents, { path: picture, current, renewed: booted.picture() }]
}

/** Markdown files of the project, without those of dependencies. */
export function documentPaths(root: string): readonly string[] {
  const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  const others = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'fixtures/README.md']
  const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`)
  return [
    ...others,
    ...examples,
    ...inDocs.filter((path) => path.endsWith('.md')).map((path) => `docs/${path}`),
  ].sort()
}

function makersOf(
  root: string,
  hosts: Hosts,
  booted: Booted,
  commandHelps: string,
  examples: ReadonlyMap<string, string>,
): Makers {
  const planOf = (name: string) => {
    const { compilation } = hosts.named(name)
    if (compilation.plan === undefined) throw new Error(`${name} has no plan`)
    return { plan: compilation.plan, lineOf: compilation.lineOf }
  }
  return {
    /** PATH, as in `gateways.NAME`; none for the description itself. */
    keys: ([path = '']) => keyTable(keyRows(path)),
    'repository-keys': () => keyTable(repositoryRows()),
    /** A file that `init --repository` writes. */
    'repository-file': ([path = '']) =>
      fence(path.endsWith('.yaml') ? 'yaml' : 'text', repositoryFiles[path] ?? ''),
    priorities: () => prioritiesTable(),
    software: ([kind = '']) => softwareTable(kind),
    targets: () => targetTable(),
    matrix: () => matrixMarkdown(matrixOf(targets)).split('\n\n')[0] ?? '',
    'matrix-remarks': () => matrixMarkdown(matrixOf(targets)).split('\n\n').at(-1) ?? '',
    native: () => nativeLists(),
    'diagnostic-index': () => diagnosticIndex(),
    warnings: () => warningTable(hosts),
    diagnostics: ([group = '']) => diagnosticSections(group, hosts),
    settings: ([target = '']) => settingsTable(target),
    reported: ([name = '']) => fence('text', printedFor(name, hosts)),
    description: ([host = '']) => fence('yaml', hosts.named(host).text),
    /** A file of the hosts that extend others. */
    site: ([path = '']) => fence('yaml', siteText(root, path)),
    resolved: ([host = '']) => {
      const file = `hosts/${host}.yaml`
      const load = loadWith((path) => ok(siteText(root, path)))
      return fence('yaml', formatResolved(parseDescription(siteText(root, file), file, load)))
    },
    plan: ([host = '']) => {
      const { plan, lineOf } = planOf(host)
      return fence('text', planTable(plan, lineOf))
    },
    /** A host, then packets. */
    trace: ([host = '', ...words]) => tracedOutput(host, words, hosts),
    'plan-ip': ([host = '']) => {
      const { plan, lineOf } = planOf(host)
      return fence('sh', planCommands(plan, lineOf))
    },
    help: () => helpOfAll(),
    commands: () => commandHelps,
    json: () => jsonReference(),
    /** A program of scripts/docs/examples, and what it prints. */
    example: ([name = '']) => {
      const block = examples.get(name)
      if (block === undefined) throw new Error(`there is no scripts/docs/examples/${name}.mjs`)
      return block
    },
    /** A file of the project, whole. */
    source: ([path = '']) => fence(languageOf(path), readFileSync(join(root, path), 'utf8')),
    imports: () => importTable(),
    gather: () => fence('sh', gatherLine()),
    verified: () => verifiedHost(root),
    'booted-summary': () => booted.summary(),
    'booted-whole': () => booted.whole(),
    differences: ([target = '', setting = '']) => differenceTable(target, setting),
    compared: ([host = '', ...words]) => comparedOutput(host, words.join(' '), hosts),
    /** A host, then a replacement in its text: `OLD TEXT => NEW TEXT`. */
    diff: ([host = '', ...words]) => changedOutput(host, words.join(' '), hosts),
    behaviour: () => behaviourTable(),
    files: ([target = '', host = '']) => fileTable(target, host, hosts),
    first: ([target = '', host = '']) => stepList(target, host, 'first', hosts),
    change: ([target = '', host = '']) => stepList(target, host, 'change', hosts),
    file: ([target = '', host = '', path = '']) => outputFence(hosts.file(host, target, path)),
    output: ([target = '', host = '', path = '']) =>
      foldedOutput(hosts.file(host, target, path), targetNamed(target).title),
  }
}

const languageOf = (path: string): string =>
  path.endsWith('Makefile') ? 'make' : (/\.(\w+)$/.exec(path)?.[1] ?? 'text')

const siteText = (root: string, path: string): string =>
  readFileSync(join(root, 'fixtures/hosts-of-one-site', path), 'utf8')

const migrationMakers = (sessions: Sessions): Makers => ({
  /** A migration, then a command of its session or a file of it. */
  migration: ([name = '', part = '']) => sessions(name, part),
  'difference-kinds': () =>
    table(
      ['kind', 'what differs'],
      Object.entries(acceptable).map(([kind, meaning]) => [code(kind), meaning]),
    ),
})

const PRIORITIES = 15000

function prioritiesTable(): string {
  const meanings: Readonly<Record<keyof typeof bands, string>> = {
    local: '`local`: networks that main routes, independent of the gateways',
    exceptions:
      'exceptions: the unpinned `rules` before the first that looks up a gateway, or a table but main',
    marks: '`fwmark` of gateways',
    replies: '`reply` of gateways',
    dynamicReplies: '`reply` of gateways, for addresses known at run time only',
    rules: 'the other `rules`',
  }
  return table(
    ['from', 'to', 'step', 'what'],
    Object.entries(bands).map(([tier, { offset, end, step }]) => [
      String(PRIORITIES + offset),
      String(Math.min(PRIORITIES + end - 1, 32765)),
      String(step),
      meanings[tier as keyof typeof bands],
    ]),
  )
}
