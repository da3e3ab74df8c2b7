// Tables and sections of docs/diagnostics.md: each code of the catalogue, with its fixture.
import { catalogue, isDiagnosticCode } from '../../src/diagnostics/catalogue/catalogue.js'
import { importCatalogue } from '../../src/diagnostics/catalogue/import.js'
import { readingCatalogue } from '../../src/diagnostics/catalogue/input.js'
import { repositoryCatalogue } from '../../src/diagnostics/catalogue/repository.js'
import { schemaCatalogue } from '../../src/diagnostics/catalogue/schema.js'
import { networkCatalogue } from '../../src/diagnostics/catalogue/network.js'
import { virtualLinkCatalogue } from '../../src/diagnostics/catalogue/virtual-links.js'
import { ruleCatalogue } from '../../src/diagnostics/catalogue/rules.js'
import { targetCatalogue } from '../../src/diagnostics/catalogue/targets.js'
import { warningCatalogue } from '../../src/diagnostics/catalogue/warnings.js'
import type { CatalogueEntry } from '../../src/diagnostics/catalogue/define.js'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import type { Hosts } from './hosts.js'
import { table } from './markdown.js'

const groups: Readonly<Record<string, Readonly<Record<string, CatalogueEntry>>>> = {
  reading: readingCatalogue,
  repository: repositoryCatalogue,
  schema: schemaCatalogue,
  network: networkCatalogue,
  made: virtualLinkCatalogue,
  rules: ruleCatalogue,
  warnings: warningCatalogue,
  targets: targetCatalogue,
  import: importCatalogue,
}

function groupNamed(name: string): readonly (readonly [string, CatalogueEntry])[] {
  const group = groups[name]
  if (group === undefined) throw new Error(`no diagnostics are called ${name}`)
  return Object.entries(group)
}

export const diagnosticIndex = (): string =>
  table(
    ['code', 'severity', 'message'],
    Object.entries(catalogue)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [`[${name}](#${name})`, entry.severity, messageShape(entry as CatalogueEntry)]),
  )

export const diagnosticSections = (group: string, hosts: Hosts): string =>
  groupNamed(group)
    .map(([name, entry]) => section(name, entry, hosts))
    .join('\n\n')

/** Short, since the page has all codes: the example is a link to its fixture. */
function section(name: string, entry: CatalogueEntry, hosts: Hosts): string {
  const folder = folderOf(name, hosts)
  const path = `../fixtures/invalid/${folder}`
  return [
    `### ${name}`,
    `**${entry.severity}**: ${messageShape(entry)}`,
    entry.about,
    ...(entry.fix === undefined ? [] : [`_Fix:_ ${entry.fix}`]),
    ...(folder === undefined
      ? []
      : [`_Example:_ [description](${path}/description.yaml), [output](${path}/expected/diagnostics.txt)`]),
  ].join('\n\n')
}

/** The message with the names of its arguments as placeholders: "unknown key KEY in PARENT". */
function messageShape(entry: CatalogueEntry): string {
  const placeholder = (name: string) => {
    const word = name.replace(/[A-Z]/g, (letter) => `-${letter}`).toUpperCase()
    // Some messages name the first and the last item of a list, and some the number of items.
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

/** Each warning with the packet and the fix of the first fixture that has it. */
export const warningTable = (hosts: Hosts): string =>
  table(
    ['code', 'for example', 'fix'],
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

/** The diagnostics of a fixture below `invalid/`, as printed. */
export function printedFor(name: string, hosts: Hosts): string {
  const { text, compilation } = hosts.named(`invalid/${name}`)
  return compilation.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, text)).join('\n\n')
}

/** The fixture CODE, or else the first CODE-WORD. */
const folderOf = (name: string, { invalid }: Hosts): string | undefined =>
  invalid.find((each) => each === name) ??
  invalid.find((each) => each.startsWith(`${name}-`) && !isDiagnosticCode(each))
