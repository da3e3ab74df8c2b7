// Commands of the shell itself: assignments, jumps, arguments, `.`.
import type { Command } from 'unbash'
import { isIpCommand, withoutPrefix } from '../../commands/command.js'
import { assign, emptyNamedArray } from './assignment.js'
import { computeText } from '../words/arithmetic.js'
import { conditionOf, unknown, type Environment, type Outcome } from '../environment.js'
import { commandContext, expandText, wordsOf } from '../words/expand.js'
import { readVariables } from '../input.js'
import { runProgram } from './programs.js'
import type { ScriptFile } from '../reading.js'
import { runSource } from '../sourced-files.js'
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
    case 'local':
    case 'declare':
    case 'typeset':
      for (const arg of command.args) {
        const name = arg.type === 'Assignment' ? arg.name : arg.value
        if (!name.startsWith('-') && !environment.locals.has(name))
          environment.locals.set(name, environment.variables.get(name))
        if (arg.type === 'Assignment') assign(arg, environment, script)
        else if (args.some(({ value }) => /^-\w*A/.test(value)) && !name.startsWith('-'))
          environment.variables.set(name, emptyNamedArray)
      }
      return ok()
    case 'export':
    case 'readonly':
      for (const arg of command.args) if (arg.type === 'Assignment') assign(arg, environment, script)
      return ok()
    case 'let': {
      const values = args.map((arg) => {
        const expression = expandText(arg, environment)
        return expression.kind === 'text'
          ? computeText(expression.text, commandContext(environment))
          : expression
      })
      return conditionOf(values.at(-1), environment, script.sourceOf(command))
    }
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
      return readVariables(command, environment, script)
    case 'getopts':
    case 'mapfile':
    case 'readarray':
      for (const { value } of args)
        environment.variables.set(value, unknown(`\`${value}\` is what \`${program}\` reads`))
      return ok()
    case 'printf':
      if (args[0]?.value !== '-v') return undefined
      for (const { value } of args.slice(1, 2))
        environment.variables.set(value, unknown(`\`${value}\` is what \`printf\` prints`))
      return ok()
    case '.':
    case 'source':
      return runSource(command, environment, script)
    case 'eval': {
      const words = wordsOf(command, environment)
      const text = words.ok ? words.fields.slice(1).join(' ') : ''
      const fields = text.split(/\s+/)
      // Without words of the shell, it is one command.
      if (/^[\w\s.:/,@-]+$/.test(text) && isIpCommand(withoutPrefix(fields)[0] ?? ''))
        return runProgram(command, { ok: true, fields }, environment, script)
      script.report('unknown', command.pos, '`eval` is not followed')
      return ok()
    }
    default:
      return undefined
  }
}
