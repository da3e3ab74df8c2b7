// `multihome targets`: which stack can say what.
import type { Argv } from 'yargs'
import { matrixOf } from '../../targets/matrix.js'
import type { ArgumentsOf } from '../command.js'
import type { ExitCode, Io } from '../io.js'
import { matrixDocument, matrixMarkdown, matrixTable } from '../matrix-text.js'
import { targetOption } from '../options.js'
import { targetsNamed } from '../target-names.js'

export const build = (parser: Argv) =>
  parser
    .option('target', targetOption)
    .option('format', {
      choices: ['table', 'json', 'markdown'] as const,
      default: 'table' as const,
      describe: 'Form of the matrix',
    })
    .epilogue(
      'native: the stack’s own key. hook: ip commands in a script that the stack runs. drop-in: a file of another layer beside it. partial: with a loss. no: an error, with the reason.',
    )

export async function run(args: ArgumentsOf<typeof build>, io: Io): Promise<ExitCode> {
  const matrix = matrixOf(targetsNamed(args.target))
  if (args.format === 'json') io.stdout(`${JSON.stringify(matrixDocument(matrix), null, 2)}\n`)
  else io.stdout(args.format === 'markdown' ? matrixMarkdown(matrix) : matrixTable(matrix))
  return 0
}
