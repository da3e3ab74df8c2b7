// `.` and `source`: files whose commands run as those of the script.
import type { Command } from 'unbash'
import type { Environment, Outcome } from './environment.js'
import { expandWord } from './words/expand.js'
import { MAX_SIZE, runInside, type ScriptFile } from './reading.js'
import { createScriptFile } from './script-file.js'
import { argumentWords } from './programs/command-words.js'

/** Libraries of functions that distributions have. */
const LIBRARY = /^(?:\/usr)?\/lib\/(?:lsb|init|netifrc)\/|\/functions(?:\.sh)?$|^\/etc\/rc\.(?:conf|status)$/

export function runSource(
  command: Command,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { reading } = script
  const [word] = argumentWords(command)
  const expansion = word === undefined ? undefined : expandWord(word, environment)
  const path = expansion?.ok === true ? expansion.fields.join(' ') : undefined
  const sourced = path === undefined ? undefined : reading.options.files?.get(path)
  if (path !== undefined && sourced !== undefined && sourced.length <= MAX_SIZE) {
    if (reading.open.has(path)) {
      script.report('unknown', command.pos, `the file \`${path}\` reads itself again`)
      return [{ environment, ok: true }]
    }
    const file = reading.files.get(path) ?? createScriptFile(path, sourced, reading, 1)
    reading.files.set(path, file)
    reading.open.add(path)
    const outcomes = runInside(script, command.pos, environment, () => reading.run(file, environment))
    reading.open.delete(path)
    for (const outcome of outcomes)
      if (outcome.environment.state === 'return') outcome.environment.state = 'running'
    return outcomes
  }
  if (path !== undefined && LIBRARY.test(path))
    script.report('withoutEffect', command.pos, 'it reads functions and settings of the distribution')
  else {
    if (path?.startsWith('/') === true) reading.collector.wants(path)
    script.report('unknown', command.pos, `the file \`${path ?? word?.text ?? ''}\` is not read`)
  }
  return [{ environment, ok: true }]
}
