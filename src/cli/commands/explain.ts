// `multihome explain`: what a diagnostic means, by an example, and how it is cured.
import { catalogue, isDiagnosticCode, type DiagnosticCode } from '../../diagnostics/catalogue.js'
import type { CatalogueEntry } from '../../diagnostics/define.js'
import { suggest } from '../../diagnostics/suggest.js'
import { columns } from '../columns.js'
import { examples, type Example } from '../embedded.generated.js'
import type { ExitCode, Io } from '../io.js'
import { misuse } from '../misuse.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

const codes: readonly string[] = Object.keys(catalogue).sort()

export const usage = {
  positionals: {
    code: {
      completes: async () =>
        codes.filter(isDiagnosticCode).map((each) => ({ value: each, describe: entryOf(each).about })),
      describe: 'A code as it is printed in brackets: host-bits. Without it: all codes',
    },
  },
  examples: [
    ['$0 explain host-bits', 'what it means, an example, the fix'],
    ['$0 explain', 'every code'],
  ],
} as const satisfies Usage

export async function run({ code }: ValuesOf<typeof usage>, io: Io): Promise<ExitCode> {
  if (code === undefined) {
    const rows = codes
      .filter(isDiagnosticCode)
      .map((each) => [each, entryOf(each).severity, entryOf(each).about])
    io.stdout(`${columns(rows).join('\n')}\n`)
    return 0
  }
  if (!isDiagnosticCode(code)) return misuse(io, 'explain', unknownText(code))
  io.stdout(explanation(code))
  return 0
}

type Entry = Pick<CatalogueEntry, 'about' | 'help' | 'severity'>

const entryOf = (code: DiagnosticCode): Entry => catalogue[code]

function explanation(code: DiagnosticCode): string {
  const { severity, about, help } = entryOf(code)
  const example = exampleOf(code)
  const paragraphs = [
    `${code} (${severity})`,
    about,
    ...(help === undefined ? [] : [`Cure: ${help}`]),
    ...(example === undefined
      ? []
      : [`For example:\n\n${indent(example.text)}`, `is answered with\n\n${indent(example.printed)}`]),
  ]
  return `${paragraphs.join('\n\n')}\n`
}

/** Its own fixture, or the first of those that show the code in another way (CODE-WORD). */
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

function unknownText(code: string): string {
  const near = suggest(code, codes)
  return `there is no code \`${code}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`
}
