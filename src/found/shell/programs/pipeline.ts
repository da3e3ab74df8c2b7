// Commands that are joined by pipes.
import type { CommandNode, Pipeline } from 'unbash'
import { withoutPrefix } from '../../commands/command.js'
import { batchFile, readBatch } from './batch.js'
import { doubtText, inDoubt, type Environment, type Outcome } from '../environment.js'
import { wordsOf } from '../words/expand.js'
import { changesNothing, effectOf } from './known-commands.js'
import type { Input } from '../input.js'
import { isNew, type ScriptFile } from '../reading.js'
import { writeFile } from '../written-files.js'

export function runPipeline(
  node: Pipeline,
  /** What the first of two commands writes, if it is known. */
  input: Input | undefined,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const last = node.commands.at(-1)
  const source = script.sourceOf(node)
  script.reach(node)
  const target = last?.type === 'Command' ? wordsOf(last, environment) : undefined
  const [program, ...paths] = target?.ok === true ? withoutPrefix(target.fields) : []
  if (input !== undefined && program === 'tee') {
    for (const path of paths)
      if (!path.startsWith('-')) writeFile(path, input.lines.join('\n'), node, environment, script)
    return [{ environment, ok: true }]
  }
  if (input !== undefined && target?.ok === true && batchFile(withoutPrefix(target.fields)) === '-') {
    if (environment.doubt !== undefined) script.report('unknown', node.pos, doubtText(environment.doubt))
    else if (isNew(script.reading, environment, `${script.path} ${node.pos}`))
      readBatch(withoutPrefix(target.fields), input, node.pos, script)
    return [{ environment, ok: true }]
  }
  if (!node.commands.every((command) => isHarmless(command, environment, script))) {
    script.report('unknown', node.pos, 'commands joined by pipes are not followed')
    return inDoubt(environment, source)
  }
  script.report('withoutEffect', node.pos, 'the commands route no packet')
  // Whether something is there already: before the script, nothing is.
  if (
    /\b(?:grep|awk|wc)\b/.test(source) &&
    /\bip\b.*\b(?:rule|ru|route|ro|r|addr|address|a)\b|rt_tables/.test(source)
  )
    return [{ environment, ok: false }]
  return /\bgrep\b|\bping\b/.test(source) ? inDoubt(environment, source) : [{ environment, ok: true }]
}

function isHarmless(node: CommandNode, environment: Environment, { reading }: ScriptFile): boolean {
  if (node.type !== 'Command') return false
  const words = wordsOf(node, environment)
  const fields = withoutPrefix(words.ok ? words.fields : [node.name?.value ?? ''])
  return changesNothing(fields, reading.idle) || effectOf(fields)?.kind === 'without-effect'
}
