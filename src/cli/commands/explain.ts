// `multihome explain`: the meaning of a diagnostic, with an example and a fix.
import { catalogue, isDiagnosticCode, type DiagnosticCode } from '../../diagnostics/catalogue/catalogue.js'
import type { CatalogueEntry } from '../../diagnostics/catalogue/define.js'
import { suggest } from '../../diagnostics/suggest.js'
import { columns } from '../format/columns.js'
import { jsonText } from '../json/document.js'
import { examples, type Example } from '../embedded.generated.js'
import type { ExitCode, Host } from '../runtime/host.js'
import type { explainSchema } from '../json/lists.js'
import { usageError } from '../runtime/usage-error.js'
import { answerFormat } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

const codes = Object.keys(catalogue).filter(isDiagnosticCode).sort()

export const usage = {
  positionals: {
    code: {
      completes: async () => codes.map((value) => ({ value, describe: entryOf(value).about })),
      describe: 'A code as it is printed in brackets: host-bits. Without it: all codes',
    },
  },
  options: { format: { ...answerFormat, choices: ['text', 'json'], default: 'text' } },
  examples: [
    ['$0 explain host-bits', 'what it means, an example, the fix'],
    ['$0 explain', 'every code'],
  ],
} as const satisfies Usage

export async function run({ code, format }: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  if (code !== undefined && !isDiagnosticCode(code)) {
    const near = suggest(code, codes)
    const fix = near === undefined ? 'multihome explain lists them' : `write multihome explain ${near}`
    return usageError(io, 'explain', `there is no code \`${code}\``, fix)
  }
  if (format === 'json') io.stdout(explainJson(code))
  else if (code === undefined) {
    const rows = codes.map((each) => [each, entryOf(each).severity, entryOf(each).about])
    io.stdout(`${columns(rows).join('\n')}\n`)
  } else io.stdout(explanation(code))
  return 0
}

const explainJson = (code: DiagnosticCode | undefined): string =>
  jsonText<typeof explainSchema>({
    version: 1,
    diagnostics: (code === undefined ? codes : [code]).map((each) => {
      const { severity, about, fix } = entryOf(each)
      const example = code === undefined ? undefined : exampleOf(each)
      return {
        code: each,
        severity,
        about,
        fix,
        example: example === undefined ? undefined : { description: example.text, printed: example.printed },
      }
    }),
  })

type Entry = Pick<CatalogueEntry, 'about' | 'fix' | 'severity'>

const entryOf = (code: DiagnosticCode): Entry => catalogue[code]

function explanation(code: DiagnosticCode): string {
  const { severity, about, fix } = entryOf(code)
  const example = exampleOf(code)
  const paragraphs = [
    `${code} (${severity})`,
    about,
    ...(fix === undefined ? [] : [`fix: ${fix}`]),
    ...(example === undefined
      ? []
      : [`For example:\n\n${indent(example.text)}`, `prints\n\n${indent(example.printed)}`]),
  ]
  return `${paragraphs.join('\n\n')}\n`
}

/** The fixture of the code, or the first variant of it (CODE-WORD). */
function exampleOf(code: DiagnosticCode): Example | undefined {
  const known = Object.keys(examples).sort()
  const name =
    known.find((each) => each === code) ??
    known.find((each) => each.startsWith(`${code}-`) && !isDiagnosticCode(each))
  return name === undefined ? undefined : examples[name]
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n')
