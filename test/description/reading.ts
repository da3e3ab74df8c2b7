// Decodes text as the program does, with a result that is easy to compare.
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js'
import { formatPath, hasErrors } from '../../src/diagnostics/diagnostic.js'
import { createReporter } from '../../src/diagnostics/reporter.js'
import { decode, type DecodeSource } from '../../src/description/decode.js'
import type { Description } from '../../src/description/description.js'
import { parseYaml } from '../../src/yaml/source.js'

export interface Read {
  readonly description: Description | undefined
  readonly diagnostics: readonly Diagnostic[]
}

export function read(text: string): Read {
  const source = parseYaml(text)
  if (source.diagnostics.length > 0) return { description: undefined, diagnostics: source.diagnostics }
  return readWith(source)
}

export const readValue = (value: unknown): Read => readWith({ value })

/** If there are errors, only these: test/errors-at-once.test.ts compares the rest of the description. */
function readWith(source: DecodeSource): Read {
  const reporter = createReporter()
  const description = decode(source, reporter)
  const { diagnostics } = reporter
  return { description: hasErrors(diagnostics) ? undefined : description, diagnostics }
}

/** `code path`, sorted. */
export const reported = ({ diagnostics }: Read): string[] =>
  diagnostics.map(({ code, path }) => `${code} ${formatPath(path)}`).sort()

/** The one diagnostic that the text gives. */
export function only(text: string): Diagnostic {
  const { diagnostics } = read(text)
  const [found] = diagnostics
  if (found === undefined || diagnostics.length !== 1)
    throw new Error(`${diagnostics.length} diagnostics: ${JSON.stringify(diagnostics)}`)
  return found
}
