// Commands of a script: assignments, tests, commands of the shell, functions, programs.
import type { Command } from 'unbash'
import { withoutPrefix } from '../../commands/command.js'
import { assign } from './assignment.js'
import { runBuiltin } from './builtins.js'
import { testWords } from '../conditions.js'
import { inDoubt, type Environment, type Outcome } from '../environment.js'
import { wordsOf } from '../words/expand.js'
import { runProgram } from './programs.js'
import {
  MAX_COMMANDS,
  MAX_CONDITION,
  questionOf,
  runInside,
  type DefinedFunction,
  type ScriptFile,
} from '../reading.js'
import { argumentWords, valuesOf, writtenWords } from './command-words.js'

export function runCommand(
  command: Command,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { reading } = script
  const { name } = command
  script.reach(command)
  if (++reading.steps > MAX_COMMANDS)
    script.stop(command.pos, `the script runs more than ${MAX_COMMANDS} commands`)
  if (reading.isStopped) return [{ environment, ok: true }]
  if (name === undefined) {
    for (const part of command.prefix) if (part.type === 'Assignment') assign(part, environment, script)
    return [{ environment, ok: true }]
  }
  if (name.text === '[' || name.text === 'test') {
    if (command.end - command.pos > MAX_CONDITION) return inDoubt(environment, script.sourceOf(command))
    const args = argumentWords(command)
    return testWords(name.text === '[' ? args.slice(0, -1) : args, questionOf(command, script))(environment)
  }
  const words = wordsOf(command, environment)
  const [program = ''] = words.ok ? words.fields : [name.value]
  const outcomes = runBuiltin(program, command, environment, script)
  if (outcomes !== undefined) return outcomes
  const [called = ''] = withoutPrefix(words.ok ? words.fields : writtenWords(command))
  const defined = reading.functions.get(called)
  return defined === undefined
    ? runProgram(command, words, environment, script)
    : callFunction(defined, command, environment, script)
}

function callFunction(
  { run }: DefinedFunction,
  command: Command,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { arguments: given, locals } = environment
  environment.arguments = valuesOf(command.args, environment)
  environment.locals = new Map()
  const outcomes = runInside(script, command.pos, environment, () => run(environment))
  for (const { environment: path } of outcomes) {
    path.arguments = given
    for (const [name, value] of path.locals)
      if (value === undefined) path.variables.delete(name)
      else path.variables.set(name, value)
    path.locals = locals
    if (path.state === 'return') path.state = 'running'
  }
  return outcomes
}
