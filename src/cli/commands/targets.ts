// `multihome targets`: lists what each stack can express.
import { matrixOf } from '../../targets/matrix.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { jsonText } from '../json/document.js'
import { matrixDocument, matrixMarkdown, matrixTable } from '../format/matrix.js'
import { answerFormat, targetOption, targetsNamed } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'
import { targets } from '../../targets/index.js'

export const usage = {
  options: {
    target: { ...targetOption, describe: 'A target to list, or several with commas; default: all' },
    format: { ...answerFormat, choices: ['table', 'json', 'markdown'], default: 'table' },
  },
  examples: [['$0 targets -t networkd -t netplan', 'what two stacks can express']],
  notes:
    'native: the stack’s own key. hook: ip commands in a script that the stack runs. drop-in: a file of another layer. partial: with a limitation. no: an error, with the reason.',
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const matrix = matrixOf(targetsNamed(args.target) ?? targets)
  if (args.format === 'json') io.stdout(jsonText(matrixDocument(matrix)))
  else io.stdout(args.format === 'markdown' ? matrixMarkdown(matrix) : matrixTable(matrix))
  return 0
}
