// Commands of the shell itself: assignments, jumps, arguments, `.`.
import type { Command } from 'unbash'
import { assign } from './assignment.js'
import { unknown, type Environment, type Outcome } from './environment.js'
import type { ScriptFile } from './reading.js'
import { runSource } from './sourced-files.js'
import { argumentWords, valuesOf } from './command-words.js'

/** Undefined for other commands. */
export function runBuiltin(
  program: string,
  command: Command,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] | undefined {
  const ok = (isOk = true): readonly Outcome[] => [{ environment, ok: isOk }]
  const args = argumentWords(command)
  switch (program) {
    case 'exit':
    case 'return':
    case 'break':
    case 'continue':
      environment.state = program
      return ok()
    case 'true':
    case ':':
      return ok()
    case 'false':
      return ok(false)
    case 'export':
    case 'local':
    case 'readonly':
    case 'declare':
    case 'typeset':
      for (const arg of command.args) if (arg.type === 'Assignment') assign(arg, environment, script)
      return ok()
    case 'unset':
      for (const { value } of args) environment.variables.delete(value)
      return ok()
    case 'shift':
      environment.arguments = environment.arguments.slice(Number(args[0]?.value ?? 1) || 1)
      return ok()
    case 'set': {
      const index = args.findIndex(({ value }) => value === '--')
      if (index >= 0) environment.arguments = valuesOf(args.slice(index + 1), environment)
      return ok()
    }
    case 'read':
    case 'getopts':
    case 'mapfile':
      for (const { value } of args)
        environment.variables.set(value, unknown(`\`${value}\` is what \`${program}\` reads`))
      return ok()
    case '.':
    case 'source':
      return runSource(command, environment, script)
    case 'eval':
      script.report('unknown', command.pos, '`eval` is not followed')
      return ok()
    default:
      return undefined
  }
}
