// `multihome compare`: how each stack configures each item of the plan, side by side.
import { compare } from '../../compare/compare.js'
import { jsonText } from '../json/document.js'
import { configOption, defaultsOf } from '../repository/scope.js'
import { planFile } from '../runtime/compile-inputs.js'
import { STDIN } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import type { compareSchema } from '../json/compare.js'
import { answerFormat, fileOption, filePositional, targetOption, targetsNamed } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { file: filePositional },
  options: {
    target: {
      ...targetOption,
      describe: 'A target to compare, or several with commas; default: those that the description chooses',
    },
    format: {
      ...answerFormat,
      choices: ['text', 'markdown', 'json'],
      describe: 'Form of the answer; default: text, unless a page is written',
    },
    config: configOption,
    html: {
      ...fileOption,
      describe:
        'Write one page of all of it, with the drawing and the lookup, to open in a browser; - is standard output',
    },
  },
  examples: [
    ['$0 compare host.yaml', 'every link, rule, route and sysctl as each stack configures it'],
    ['$0 compare host.yaml -t networkd -t netplan --format markdown', 'two stacks, for a document'],
    [
      '$0 compare host.yaml --html host.html',
      'the page: ask where a packet goes, find each item in every file',
    ],
  ],
  notes:
    'A stack that refuses the description is an answer too: the exit status is 1 only where the description itself is wrong.',
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const targets = targetsNamed(args.target)
  const defaults = await defaultsOf(args.config, io)
  if (!defaults.ok) return 1
  const planned = await planFile(args.file, { strict: false, defaults: defaults.value }, io)
  if (planned === undefined) return 1
  const { file, source, plan, chosen, settings, lineOf } = planned
  const comparison = compare(plan, targets ?? chosen, { file, text: source.texts, lineOf, settings })
  if (args.html !== undefined) {
    const html = (await import('../../page/page.js')).page(comparison, plan, Object.keys(settings))
    if (args.html === STDIN) io.stdout(html)
    else {
      const problem = io.writeText(args.html, html)
      if (problem !== undefined) {
        io.stderr(`multihome compare: cannot write ${args.html}: ${problem}\n`)
        return 2
      }
      if (args.format === undefined) io.stdout(`${args.html}: written; open it in a browser\n`)
    }
    if (args.format === undefined) return 0
  }
  if (args.format === 'json') io.stdout(jsonText<typeof compareSchema>(comparison))
  else if (args.format === 'markdown')
    io.stdout((await import('../compare/markdown.js')).comparisonMarkdown(comparison))
  else io.stdout((await import('../compare/text.js')).comparisonText(comparison, io.width))
  return 0
}
