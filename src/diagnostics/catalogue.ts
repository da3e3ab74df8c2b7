// Every diagnostic that multihome can give: code, severity, words and cure, in one typed table.
import { readingCatalogue } from './catalogue-reading.js'
import { schemaCatalogue } from './catalogue-schema.js'
import { madeCatalogue } from './catalogue-made.js'
import { networkCatalogue } from './catalogue-network.js'
import { ruleCatalogue } from './catalogue-rules.js'
import { warningCatalogue } from './catalogue-warnings.js'
import { targetCatalogue } from './catalogue-targets.js'
import type { CatalogueEntry } from './define.js'

export const catalogue = {
  ...readingCatalogue,
  ...schemaCatalogue,
  ...networkCatalogue,
  ...madeCatalogue,
  ...ruleCatalogue,
  ...warningCatalogue,
  ...targetCatalogue,
} as const satisfies Record<string, CatalogueEntry>

export type DiagnosticCode = keyof typeof catalogue
export type ArgsOf<C extends DiagnosticCode> = Parameters<(typeof catalogue)[C]['message']>[0]

export const isDiagnosticCode = (code: string): code is DiagnosticCode => Object.hasOwn(catalogue, code)
