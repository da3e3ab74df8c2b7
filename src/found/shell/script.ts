// Shell scripts, as far as they are lines of ip(8): nothing is run, and values that the text gives are followed.
import type { Collector } from '../collector.js'
import type { Place } from '../found.js'
import { runList } from './control-flow.js'
import { copyOf, text, unknown, type Environment, type Outcome, type Value } from './environment.js'
import type { ScriptOptions, ShellCall } from './options.js'
import { MAX_SIZE, type Reading } from './reading.js'
import { createScriptFile } from './script-file.js'

export type { ScriptOptions, ShellAssignment } from './options.js'

/** Adds what the commands of a script do when it brings a link up. What it does not understand is reported. */
export function readScript(
  script: string,
  file: string,
  collector: Collector,
  options: ScriptOptions = {},
): void {
  readCalled(script, file, collector, options, { callers: [], called: new Set() })
}

/** `callers`: scripts that run this one. `called`: with arguments, all that run by the first of them. */
function readCalled(
  script: string,
  file: string,
  collector: Collector,
  options: ScriptOptions,
  { callers, called }: Pick<Reading, 'callers' | 'called'>,
): void {
  const firstLine = options.firstLine ?? 1
  const start: Place = { file, line: firstLine, text: script.split('\n', 1)[0]?.trim() ?? '' }
  const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(script)
  const shell = interpreter?.[1]?.endsWith('/env') === true ? interpreter[2] : interpreter?.[1]
  if (
    shell !== undefined &&
    !/(?:^|\/)(?:sh|bash|dash|ash|ksh|zsh|busybox|openrc-run|runscript)$/.test(shell)
  )
    return collector.unknown(start, `it is no shell script, but one of ${shell}`)
  if (script.length > MAX_SIZE) return collector.unknown(start, 'the script is longer than 1 MB')
  if (script.includes('\0')) return collector.unknown(start, 'the script contains NUL')
  const environment = initialEnvironment({
    ...options,
    environment: { 0: file, BASH_SOURCE: file, UID: '0', EUID: '0', ...options.environment },
  })
  const symbols = [...environment.variables].flatMap(([name, { kind }]) => (kind === 'symbol' ? [name] : []))
  const reading: Reading = {
    collector,
    options,
    run: (source, path) => runList(source.tree, path, source),
    call(path, body, given) {
      const { environment: set, links, events, names, unknowns, files, isRead } = options
      const of = { environment: set, links, events, names, unknowns, files, isRead, arguments: given }
      readCalled(body, path, collector, of, { callers: [...callers, file], called })
    },
    callers: [...callers, file],
    called,
    functions: new Map(),
    files: new Map(),
    open: new Set([file]),
    done: new Map(),
    symbols: new Set(symbols),
    idle: new Map(),
    steps: 0,
    depth: 0,
    isStopped: false,
  }
  const main = createScriptFile(file, script, reading, firstLine)
  const after = reading.run(main, environment)
  for (const call of options.calls ?? []) callAfter(call, after, reading)
  if (!reading.isStopped) for (const each of [main, ...reading.files.values()]) each.reportUnreached()
}

/** The stack calls a function of a file that it has read. */
function callAfter(
  { name, arguments: given = [], environment = {} }: ShellCall,
  after: readonly Outcome[],
  { functions }: Reading,
): void {
  for (const outcome of after) {
    const path = copyOf(outcome.environment)
    path.state = 'running'
    path.arguments = given.map(text)
    for (const [variable, value] of Object.entries(environment)) path.variables.set(variable, text(value))
    functions.get(name)?.run(path)
  }
}

function initialEnvironment(options: ScriptOptions): Environment {
  const variables = new Map<string, Value>()
  const given: Value[] = (options.arguments ?? []).map(text)
  const set = (name: string, value: Value): void => {
    if (/^[1-9]$/.test(name)) given[Number(name) - 1] = value
    else variables.set(name, value)
  }
  for (const name of options.names ?? [])
    set(name, { kind: 'symbol', group: name, meaning: 'a name that the stack gives', not: [] })
  for (const name of options.links ?? [])
    set(name, { kind: 'symbol', group: 'link', meaning: 'the link that comes up', not: [] })
  for (const [name, allowed] of Object.entries(options.events ?? {}))
    set(name, { kind: 'symbol', group: 'event', meaning: 'the event', allowed, not: [] })
  if (options.calledWith !== undefined)
    set('1', {
      ...{ kind: 'symbol', group: 'argument', meaning: 'the first argument of the script', not: [] },
      allowed: options.calledWith,
    })
  for (const [name, meaning] of Object.entries(options.unknowns ?? {}))
    set(name, unknown(`\`$${name}\` is ${meaning}`))
  for (const [name, value] of Object.entries(options.environment ?? {})) set(name, text(value))
  // A gap between positional arguments.
  const positional = Array.from(given, (value) => value ?? unknown('it is not given'))
  return { variables, arguments: positional, state: 'running', locals: new Map(), counts: new Map() }
}
