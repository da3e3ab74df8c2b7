// SARIF 2.1.0 report (OASIS) for code scanners: what diagnostics need.
import { catalogue, type DiagnosticCode } from '../../diagnostics/catalogue/catalogue.js'
import type { CatalogueEntry } from '../../diagnostics/catalogue/define.js'
import type { Diagnostic, Severity, Span } from '../../diagnostics/diagnostic.js'
import { jsonText } from '../json/document.js'
import type { Findings } from '../runtime/findings.js'
import { version } from '../runtime/version.js'

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }

export function reportSarif(findings: readonly Findings[]): string {
  const codes = [
    ...new Set(findings.flatMap(({ diagnostics }) => diagnostics.map(({ code }) => code))),
  ].sort()
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'multihome', version, rules: codes.map(ruleView) } },
        // Columns count as in JavaScript.
        columnKind: 'utf16CodeUnits',
        results: findings.flatMap(({ file, diagnostics }) =>
          diagnostics.map((diagnostic) => resultView(file, diagnostic, codes)),
        ),
      },
    ],
  })
}

function ruleView(code: DiagnosticCode) {
  const entry: Pick<CatalogueEntry, 'about' | 'fix' | 'severity'> = catalogue[code]
  return {
    id: code,
    helpUri: `urn:multihome:diagnostic:${code}`,
    shortDescription: { text: entry.about },
    fix: entry.fix === undefined ? undefined : { text: entry.fix },
    defaultConfiguration: { level: levels[entry.severity] },
  }
}

const resultView = (file: string, diagnostic: Diagnostic, codes: readonly DiagnosticCode[]) => ({
  ruleId: diagnostic.code,
  ruleIndex: codes.indexOf(diagnostic.code),
  level: levels[diagnostic.severity],
  message: { text: textOf(diagnostic) },
  locations: [
    {
      physicalLocation: {
        artifactLocation: { uri: uriOf(diagnostic.span?.file ?? file) },
        region: diagnostic.span === undefined ? undefined : regionView(diagnostic.span),
      },
    },
  ],
})

/** `encodeURIComponent` throws for a lone surrogate. */
const uriOf = (file: string): string =>
  file
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/')

const textOf = ({ message, example, fix }: Diagnostic): string =>
  [
    message,
    ...(example === undefined ? [] : [`For example: ${example}`]),
    ...(fix === undefined ? [] : [fix]),
  ].join('. ')

const regionView = ({ start, end }: Span) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
})
