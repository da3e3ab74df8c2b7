// Commands that are joined by pipes.
import type { CommandNode, Pipeline } from 'unbash'
import { withoutPrefix } from '../commands/command.js'
import { inDoubt, type Environment, type Outcome } from './environment.js'
import { changesNothing, effectOf } from './known-commands.js'
import type { ScriptFile } from './reading.js'
import { wordsOf } from './command-words.js'
import { echoed, writeFile } from './written-files.js'

export function runPipeline(
  node: Pipeline,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const [first, last] = [node.commands[0], node.commands.at(-1)]
  const source = script.sourceOf(node)
  script.reach(node)
  const written = echoed(first, environment)
  const target = last?.type === 'Command' ? wordsOf(last, environment) : undefined
  const [program, ...paths] = target?.ok === true ? withoutPrefix(target.fields) : []
  if (written !== undefined && program === 'tee') {
    for (const path of paths) if (!path.startsWith('-')) writeFile(path, written, node, environment, script)
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
