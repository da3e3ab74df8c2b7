// Programs that a script runs, and who reads them: the caller, the readers of ip(8), or the list of known programs.
import type { Command } from 'unbash'
import { isIpCommand, readIpCommand, withoutPrefix } from '../../commands/command.js'
import { doubtText, inDoubt, type Environment, type Outcome } from '../environment.js'
import type { Expansion } from '../words/expand.js'
import { batchFile, readBatch } from './batch.js'
import { runCalled } from '../called-scripts.js'
import { documentOf, fileInput, inputOf } from '../input.js'
import { changesNothing, effectOf } from './known-commands.js'
import { isNew, type ScriptFile } from '../reading.js'
import { writtenWords } from './command-words.js'
import { readOutput } from '../written-files.js'

export function runProgram(
  command: Command,
  words: Expansion,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { options } = script.reading
  const ok: readonly Outcome[] = [{ environment, ok: true }]
  const fields = withoutPrefix(words.ok ? words.fields : writtenWords(command))
  const [program = ''] = fields
  const document = documentOf(command.redirects, environment, script)
  const isTaken = words.ok || document !== undefined
  if (isTaken && options.command?.(fields, script.itemOf(command), document) === true) return ok
  if (/^(?:echo|printf|cat)$/.test(program) && readOutput(command, words, environment, script)) return ok
  if (isIpCommand(program)) {
    readIp(command, fields, words, environment, script)
    return ok
  }
  const effect = effectOf(fields)
  if (effect?.kind !== 'without-effect' && words.ok && runCalled(command, fields, environment, script))
    return ok
  if (effect === undefined)
    script.report('unknown', command.pos, words.ok ? `the command \`${program}\` is not known` : words.why)
  else script.report(effect.kind === 'unknown' ? 'unknown' : 'withoutEffect', command.pos, effect.why)
  return statusOf(command, fields, environment, script)
}

/** The exit status of a program that only its status makes interesting. */
function statusOf(
  command: Command,
  fields: readonly string[],
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const [program = ''] = fields
  // Names of tables are not there before the script adds them.
  if (/grep$/.test(program) && fields.some((field) => /\/rt_tables/.test(field)))
    return [{ environment, ok: false }]
  if (/^(?:ping6?|grep|egrep|fgrep|pidof|pgrep|arping|curl|fping|iwgetid)$/.test(program))
    return inDoubt(environment, script.sourceOf(command))
  // `which ip`, `command -v ip`: whether a program is there.
  if (/^(?:which|type|hash)$/.test(program)) return inDoubt(environment, script.sourceOf(command), true)
  return [{ environment, ok: true }]
}

function readIp(
  command: Command,
  fields: readonly string[],
  words: Expansion,
  environment: Environment,
  script: ScriptFile,
): void {
  const { reading } = script
  if (changesNothing(fields, reading.idle))
    script.report('withoutEffect', command.pos, 'the command shows what is there')
  else if (!words.ok) script.report('unknown', command.pos, words.why)
  else if (environment.doubt !== undefined)
    script.report('unknown', command.pos, doubtText(environment.doubt))
  else if (isNew(reading, environment, `${script.path} ${command.pos} ${fields.join(' ')}`)) {
    const file = batchFile(fields)
    if (file !== undefined) {
      const input = file === '-' ? inputOf(command.redirects, environment, script) : fileInput(file, script)
      const why =
        file === '-' ? 'the commands that `ip` reads are not known' : `the file \`${file}\` is not read`
      if (input === undefined || 'why' in input)
        script.report('unknown', command.pos, input === undefined ? why : input.why)
      else readBatch(fields, input, command.pos, script)
      return
    }
    const { link } = reading.options
    readIpCommand(fields, script.itemOf(command), reading.collector, link === undefined ? {} : { link })
  }
}
