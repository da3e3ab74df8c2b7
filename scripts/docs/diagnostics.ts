// What can multihome complain of? Each code of the catalogue, with the fixture that earns it.
import { catalogue, isDiagnosticCode } from '../../src/diagnostics/catalogue/catalogue.js'
import { readingCatalogue } from '../../src/diagnostics/catalogue/input.js'
import { schemaCatalogue } from '../../src/diagnostics/catalogue/schema.js'
import { networkCatalogue } from '../../src/diagnostics/catalogue/network.js'
import { virtualLinkCatalogue } from '../../src/diagnostics/catalogue/virtual-links.js'
import { ruleCatalogue } from '../../src/diagnostics/catalogue/rules.js'
import { targetCatalogue } from '../../src/diagnostics/catalogue/targets.js'
import { warningCatalogue } from '../../src/diagnostics/catalogue/warnings.js'
import type { CatalogueEntry } from '../../src/diagnostics/catalogue/define.js'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import type { Hosts } from './hosts.js'
import { fence, fold, table } from './markdown.js'

const groups: Readonly<Record<string, Readonly<Record<string, CatalogueEntry>>>> = {
  reading: readingCatalogue,
  schema: schemaCatalogue,
  network: networkCatalogue,
  made: virtualLinkCatalogue,
  rules: ruleCatalogue,
  warnings: warningCatalogue,
  targets: targetCatalogue,
}

function groupNamed(name: string): readonly (readonly [string, CatalogueEntry])[] {
  const group = groups[name]
  if (group === undefined) throw new Error(`no diagnostics are called ${name}`)
  return Object.entries(group)
}

export const diagnosticIndex = (): string =>
  table(
    ['code', 'severity', 'says'],
    Object.entries(catalogue)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [`[${name}](#${name})`, entry.severity, messageShape(entry as CatalogueEntry)]),
  )

export const diagnosticSections = (group: string, hosts: Hosts): string =>
  groupNamed(group)
    .map(([name, entry]) => section(name, entry, hosts))
    .join('\n\n')

function section(name: string, entry: CatalogueEntry, hosts: Hosts): string {
  const example = exampleOf(name, hosts)
  return [
    `### ${name}`,
    `**${entry.severity}**: ${messageShape(entry)}`,
    entry.about,
    ...(entry.fix === undefined ? [] : [`_Cure:_ ${entry.fix}`]),
    ...(example === undefined ? [] : [fold('Example', example)]),
  ].join('\n\n')
}

/** The message with the names of its arguments in their places: "unknown key KEY in PARENT". */
function messageShape(entry: CatalogueEntry): string {
  const placeholder = (name: string) => {
    const word = name.replace(/[A-Z]/g, (letter) => `-${letter}`).toUpperCase()
    // Of a list some messages name the first and the last, and some how many there are.
    const length = { toString: () => 'N', valueOf: () => 2 }
    return {
      toString: () => word,
      join: () => `${word}, …`,
      slice: () => ({ join: () => word }),
      at: () => '…',
      length,
    }
  }
  const args: unknown = new Proxy({}, { get: (_target, name) => placeholder(String(name)) })
  return entry.message(args as never)
}

/** Each warning with what is told of the first fixture that earns it: the packet, and the cure. */
export const warningTable = (hosts: Hosts): string =>
  table(
    ['code', 'for example', 'cure'],
    Object.keys(warningCatalogue).map((name) => {
      const folder = folderOf(name, hosts)
      const printed =
        folder === undefined
          ? undefined
          : hosts.named(`invalid/${folder}`).compilation.diagnostics.find(({ code }) => code === name)
      const { fix } = (warningCatalogue as Readonly<Record<string, CatalogueEntry>>)[name] ?? {}
      return [`[${name}](diagnostics.md#${name})`, printed?.example ?? '–', printed?.fix ?? fix ?? '–']
    }),
  )

/** What is printed of a fixture below `invalid/`. */
export function printedFor(name: string, hosts: Hosts): string {
  const { text, compilation } = hosts.named(`invalid/${name}`)
  return compilation.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, text)).join('\n\n')
}

/** A longer one would hide the page: a YAML bomb, a thousand rules. */
const MAX_LINES = 40

const folderOf = (name: string, { invalid }: Hosts): string | undefined =>
  invalid.find((each) => each === name) ??
  invalid.find((each) => each.startsWith(`${name}-`) && !isDiagnosticCode(each))

/** Its own fixture, or the first of those that show the code in another way (CODE-WORD). */
function exampleOf(name: string, hosts: Hosts): string | undefined {
  const folder = folderOf(name, hosts)
  if (folder === undefined) return undefined
  const { text } = hosts.named(`invalid/${folder}`)
  const source = `[fixtures/invalid/${folder}](../fixtures/invalid/${folder}/description.yaml)`
  const isShort = text.split('\n').length <= MAX_LINES && text.length < 4000
  return [
    ...(isShort ? [`<!-- earns: ${name} -->`, fence('yaml', text)] : [`The description is ${source}.`]),
    'is answered with',
    fence('text', printedFor(folder, hosts)),
    ...(isShort ? [`(${source})`] : []),
  ].join('\n\n')
}
