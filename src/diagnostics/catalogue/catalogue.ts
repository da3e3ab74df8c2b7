// Catalogue of diagnostics: code, severity, message, fix, explanation.
import { importCatalogue } from './import.js'
import { readingCatalogue } from './input.js'
import { repositoryCatalogue } from './repository.js'
import { schemaCatalogue } from './schema.js'
import { virtualLinkCatalogue } from './virtual-links.js'
import { networkCatalogue } from './network.js'
import { ruleCatalogue } from './rules.js'
import { warningCatalogue } from './warnings.js'
import { targetCatalogue } from './targets.js'
import type { CatalogueEntry } from './define.js'

export const catalogue = {
  ...readingCatalogue,
  ...repositoryCatalogue,
  ...schemaCatalogue,
  ...networkCatalogue,
  ...virtualLinkCatalogue,
  ...ruleCatalogue,
  ...warningCatalogue,
  ...targetCatalogue,
  ...importCatalogue,
} as const satisfies Record<string, CatalogueEntry>

export type DiagnosticCode = keyof typeof catalogue
export type ArgsOf<C extends DiagnosticCode> = Parameters<(typeof catalogue)[C]['message']>[0]

export const isDiagnosticCode = (code: string): code is DiagnosticCode => Object.hasOwn(catalogue, code)
