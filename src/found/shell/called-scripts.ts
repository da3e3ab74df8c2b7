// Scripts that a script runs: their files are read where they run, with the arguments of the command.
import type { Command } from 'unbash'
import { doubtText, type Environment } from './environment.js'
import { MAX_REPEATED } from './for-each-link.js'
import type { ScriptFile } from './reading.js'

/** Scripts that one script may run, counting those that they run in turn. */
const MAX_CALLED = 100

/** Where distributions have their programs, which are no scripts of a person. */
const PROGRAMS = /^(?:\/usr)?\/s?bin\//

/** run-parts(8), without options: the names that it takes. */
const PART = /^[A-Za-z0-9_-]+$/

/** True if the words run scripts that are among the files; the files that are not are asked for. */
export function runCalled(
  command: Command,
  words: readonly string[],
  environment: Environment,
  script: ScriptFile,
): boolean {
  const { reading } = script
  const { files, isRead } = reading.options
  const { paths, given } = calledBy(words, files ?? new Map())
  if (paths.length > 0 && paths.every((path) => isRead?.(path) === true)) {
    script.report('withoutEffect', command.pos, 'the script is read by itself')
    return true
  }
  const known = paths.filter((path) => files?.has(path) === true)
  if (known.length === 0 || known.length < paths.length) return false
  if (environment.doubt !== undefined) {
    script.report('unknown', command.pos, doubtText(environment.doubt))
    return true
  }
  for (const path of known) {
    const text = files?.get(path)
    const key = [path, ...given].join('\0')
    if (reading.callers.includes(path)) script.report('unknown', command.pos, 'the script runs itself')
    else if (reading.called.size >= MAX_CALLED)
      script.report('unknown', command.pos, `more than ${MAX_CALLED} scripts run each other`)
    else if (text !== undefined && !reading.called.has(key)) {
      const { called } = reading.collector
      reading.called.add(key)
      called.paths.add(path)
      called.size += text.length
      if (called.size <= MAX_REPEATED) reading.call(path, text, given)
      else script.report('unknown', command.pos, 'scripts run too often to be read each time')
    }
  }
  return true

  function calledBy(
    [program = '', ...others]: readonly string[],
    among: ReadonlyMap<string, string>,
  ): { readonly paths: readonly string[]; readonly given: readonly string[] } {
    const isShell = /(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(program)
    if (/(?:^|\/)run-parts$/.test(program)) {
      const folder = `${(others.at(-1) ?? '').replace(/\/+$/, '')}/`
      if (!folder.startsWith('/')) return { paths: [], given: [] }
      reading.collector.wants(`${folder}*`)
      const isPart = (path: string): boolean =>
        path.startsWith(folder) && PART.test(path.slice(folder.length))
      return { paths: [...among.keys()].filter(isPart).sort(), given: [] }
    }
    const first = isShell ? others.findIndex((word) => word.startsWith('/')) : -1
    const path = isShell ? others[first] : program
    if (path?.startsWith('/') !== true || PROGRAMS.test(path)) return { paths: [], given: [] }
    reading.collector.wants(path)
    return { paths: [path], given: others.slice(first + 1) }
  }
}
