// Shell scripts, as far as they are lines of ip(8): nothing is run or computed, and plain assignments are followed.
import { forEachChild, parse } from 'unbash'
import type {
  Assignment,
  Case,
  Command,
  CompoundList,
  For,
  HereDoc,
  If,
  ParsedScript,
  Pipeline,
  Redirection,
  Statement,
  SyntaxNode,
  While,
  Word,
} from 'unbash'
import type { LinkName } from '../../kernel/link.js'
import { createCollector, type Collector } from '../collector.js'
import type { Place } from '../found.js'
import type { CommandItem } from '../commands/command-item.js'
import { isIpCommand, readIpCommand, withoutPrefix } from '../commands/command.js'
import { parseNumber } from '../commands/values.js'
import { isGenerated, ownComment } from '../own-comments.js'
import { copyOf, inDoubt, text, unknown, type Environment, type Outcome, type Value } from './environment.js'
import { expandParts, expandText, expandWord, patternOf, symbolOf } from './expand.js'
import { effectOf } from './known-commands.js'
import { matchParts, testExpression, testWords } from './test.js'
import { addSysctl } from '../sysctl.js'

/** `name="value"`, or an array. */
export interface ShellAssignment extends CommandItem {
  readonly name: string
  /** One value, or the elements of an array. Undefined if a value is unknown: `$(hostname)`. */
  readonly values: readonly string[] | undefined
  readonly isArray: boolean
  /** `name+=value`. */
  readonly appends: boolean
}

export interface ShellCall {
  readonly name: string
  readonly arguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

export interface ScriptOptions {
  /** The line of the file in which the text begins, from 1. Default: 1. */
  readonly firstLine?: number
  /** The device of routes and addresses that name none; see `CommandDefaults`. */
  readonly link?: LinkName
  /** Variables that the stack sets: `IFACE`. */
  readonly environment?: Readonly<Record<string, string>>
  /** `$1`, `$2`, … */
  readonly arguments?: readonly string[]
  /** Variables that hold the link that comes up, where the stack runs the script for each: `['1', 'DEVICE_IFACE']`. */
  readonly links?: readonly string[]
  /** Variables that hold the event, with the values for which a link comes up: `{2: ['up', 'dhcp4-change']}`. */
  readonly events?: Readonly<Record<string, readonly string[]>>
  /** Other variables that the stack sets and whose values are names of its own: `['CONNECTION_ID']`. */
  readonly names?: readonly string[]
  /** Variables that the stack sets to what no file says, with what each is: `{IP4_GATEWAY: 'a value of the lease'}`. */
  readonly unknowns?: Readonly<Record<string, string>>
  /** Comment of a command that has none of its own. */
  readonly comment?: string
  /** Reads files of assignments (conf.d/net, ifcfg). Without it, assignments only set variables. */
  readonly assigned?: (assignment: ShellAssignment) => void
  /** Functions that the stack calls after it has read the file: `postup`. Names that the text lacks are ignored. */
  readonly calls?: readonly ShellCall[]
  /** Text of a file that the script reads with `.`; undefined if it is not known. */
  readonly sourced?: (path: string) => string | undefined
  /** Whether a script that the script runs is read by itself. */
  readonly isRead?: (path: string) => boolean
  /** Commands of the caller, before all others. True if it was one. `document` is the text of a here-document. */
  readonly command?: (
    /** With a here-document, words of unknown values are as the script has them. */
    words: readonly string[],
    item: CommandItem,
    document?: ShellDocument,
  ) => boolean
}

export interface ShellDocument {
  readonly text: string
  /** The line of the file in which it begins. */
  readonly line: number
}

/** Bounds of what a script may ask for. */
const MAX_SIZE = 1_000_000
const MAX_COMMANDS = 10_000
const MAX_PATHS = 64
const MAX_DEPTH = 40

/** Commands, and assignments, of which nobody asks why they do not run. */
const QUIET = new Set([
  '',
  '[',
  'test',
  'exit',
  'return',
  'true',
  ':',
  'false',
  'echo',
  'printf',
  'logger',
  'break',
  'continue',
])

const LIBRARY = /^(?:\/usr)?\/lib\/(?:lsb|init|netifrc)\/|\/functions(?:\.sh)?$|^\/etc\/rc\.(?:conf|status)$/

/** Adds what the commands of a script do when it brings a link up. What it does not understand is reported. */
export function readScript(
  script: string,
  file: string,
  collector: Collector,
  options: ScriptOptions = {},
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
  const environment = initialEnvironment({ ...options, environment: { 0: file, ...options.environment } })
  const symbols = [...environment.variables].flatMap(([name, { kind }]) => (kind === 'symbol' ? [name] : []))
  const shared: Shared = {
    functions: new Map(),
    done: new Map(),
    symbols: new Set(symbols),
    steps: 0,
    depth: 0,
    isStopped: false,
  }
  const reader = createReader(script, file, collector, options, shared)
  const after = reader.run(environment)
  for (const { name, arguments: given = [], environment: set = {} } of options.calls ?? [])
    for (const outcome of shared.functions.has(name) ? after : []) {
      const path = copyOf(outcome.environment)
      path.state = 'running'
      path.arguments = given.map(text)
      for (const [variable, value] of Object.entries(set)) path.variables.set(variable, text(value))
      shared.functions.get(name)?.run(path)
    }
  reader.end()
}

/** What a script and the files that it reads with `.` have together. */
interface Shared {
  readonly functions: Map<string, DefinedFunction>
  /** How often a path has run each command. */
  readonly done: Map<string, number>
  /** Names of variables that hold a symbol on some path. */
  readonly symbols: Set<string>
  steps: number
  depth: number
  isStopped: boolean
}

interface DefinedFunction {
  readonly run: (environment: Environment) => readonly Outcome[]
}

interface ScriptReader {
  /** Runs the script on a path. */
  readonly run: (environment: Environment) => readonly Outcome[]
  /** Reports what no path has run. */
  readonly end: () => void
}

function createReader(
  script: string,
  file: string,
  collector: Collector,
  options: ScriptOptions,
  shared: Shared,
): ScriptReader {
  const lines = script.split('\n')
  const starts = lineStarts(lines)
  const isOurs = isGenerated(script)
  const { functions, done } = shared
  const visited = new Set<number>()
  const reported = new Set<string>()
  const shown = new Map<string, boolean>()

  /** Index of the line, from 0. */
  const lineAt = (pos: number): number => {
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= pos) low = middle
      else high = middle - 1
    }
    return low
  }
  const placeOf = (pos: number): Place => {
    const index = lineAt(pos)
    return { file, line: index + (options.firstLine ?? 1), text: lines[index]?.trim() ?? '' }
  }
  const sourceOf = ({ pos, end }: { readonly pos: number; readonly end: number }): string =>
    script.slice(pos, end).replace(/\s+/g, ' ').trim().slice(0, 200)

  const report = (kind: 'unknown' | 'withoutEffect', pos: number, why: string): void => {
    const key = `${pos} ${why}`
    if (reported.has(key)) return
    reported.add(key)
    collector[kind](placeOf(pos), why)
  }
  const stop = (pos: number, why: string): void => {
    if (!shared.isStopped) report('unknown', pos, why)
    shared.isStopped = true
  }

  /** The comment behind a command, or the lines of comments directly above it. */
  const commentOf = ({ pos, end }: { readonly pos: number; readonly end: number }): string | undefined => {
    const last = lineAt(Math.max(pos, end - 1))
    const rest = lines[last]?.slice(end - (starts[last] ?? 0)) ?? ''
    const behind = /^[^#'"]*?(?:^|\s)#+\s*(.*)$/.exec(rest)?.[1]
    const above: string[] = []
    const first = lineAt(pos)
    const isFirst = lines[first]?.slice(0, pos - (starts[first] ?? 0)).trim() === ''
    for (let index = first - 1; isFirst && index >= 0; index--) {
      const comment = /^\s*#+(?!!)\s*(.*)$/.exec(lines[index] ?? '')?.[1]
      if (comment === undefined) break
      above.unshift(comment.trim())
    }
    const whole = [...above, ...(behind === undefined ? [] : [behind.trim()])].join(' ').trim()
    const comment = isOurs ? ownComment(whole) : whole === '' ? undefined : whole
    return comment ?? options.comment
  }
  const itemOf = (node: { readonly pos: number; readonly end: number }): CommandItem => {
    const comment = commentOf(node)
    return { place: placeOf(node.pos), ...(comment === undefined ? {} : { comment }) }
  }

  /** Whether the command is to run on this path: paths that do the same do it once. */
  const isNew = (environment: Environment, key: string): boolean => {
    const count = (environment.counts.get(key) ?? 0) + 1
    environment.counts.set(key, count)
    if (count <= (done.get(key) ?? 0)) return false
    done.set(key, count)
    return true
  }

  /** Outcomes of a condition stay apart. */
  const runList = (
    { commands }: CompoundList | ParsedScript,
    environment: Environment,
    isCondition = false,
  ): readonly Outcome[] => {
    let outcomes: readonly Outcome[] = [{ environment, ok: true }]
    if (++shared.depth > MAX_DEPTH)
      stop(commands[0]?.pos ?? 0, `functions and blocks are nested more than ${MAX_DEPTH} deep`)
    else
      for (const statement of commands)
        outcomes = runStatement(statement, outcomes, isCondition && statement === commands.at(-1))
    shared.depth--
    return outcomes
  }

  const runStatement = (
    statement: Statement,
    before: readonly Outcome[],
    isCondition: boolean,
  ): readonly Outcome[] => {
    const after = before.flatMap((outcome): readonly Outcome[] => {
      if (outcome.environment.state !== 'running' || shared.isStopped) return [outcome]
      if (isCondition) return runNode(statement.command, outcome.environment)
      const symbols = symbolsOf(outcome.environment, shared.symbols)
      const { arguments: given, doubt } = outcome.environment
      return settle(runNode(statement.command, outcome.environment), {
        variables: symbols,
        arguments: given,
        doubt,
      })
    })
    if (after.length > MAX_PATHS) stop(statement.pos, `the script has more than ${MAX_PATHS} cases`)
    return shared.isStopped ? after.slice(0, 1) : after
  }

  const runNode = (node: SyntaxNode, environment: Environment): readonly Outcome[] => {
    if (shared.isStopped) return [{ environment, ok: true }]
    switch (node.type) {
      case 'Command':
        return runCommand(node, environment)
      case 'AndOr':
        return runAndOr(node, environment)
      case 'Pipeline':
        return runPipeline(node, environment)
      case 'If':
        return runIf(node, environment)
      case 'For':
        return runFor(node, environment)
      case 'While':
        return runWhile(node, environment)
      case 'Case':
        return runCase(node, environment)
      case 'BraceGroup':
        return runList(node.body, environment)
      case 'CompoundList':
        return runList(node, environment)
      case 'Subshell': {
        // Variables of a subshell end with it, and so does `exit`.
        const outcomes = runList(node.body, copyOf(environment))
        for (const { environment: inner } of outcomes)
          for (const [key, count] of inner.counts) environment.counts.set(key, count)
        return [{ environment, ok: outcomes.at(-1)?.ok ?? true }]
      }
      case 'Redirected':
        return runNode(node.command, environment)
      case 'Function':
        functions.set(node.name.value, { run: (path) => runNode(node.body, path) })
        return [{ environment, ok: true }]
      case 'TestCommand':
        return testExpression(node.expression, sourceOf(node))(environment)
      default:
        return runUnread(node, environment)
    }
  }

  /** Commands inside constructs that are not followed are in doubt. */
  const runUnread = (node: SyntaxNode, environment: Environment): readonly Outcome[] => {
    const condition = sourceOf(node).split(/;|\n/)[0] ?? ''
    if (node.type === 'ArithmeticCommand') return inDoubt(environment, condition)
    const inner: Environment = { ...copyOf(environment), doubt: environment.doubt ?? condition }
    forEachChild(node, (child) => {
      if (child.type === 'CompoundList') runList(child, inner)
    })
    return [{ environment, ok: true }]
  }

  const runAndOr = (
    node: Extract<SyntaxNode, { type: 'AndOr' }>,
    environment: Environment,
  ): readonly Outcome[] => {
    let outcomes: readonly Outcome[] = [{ environment, ok: true }]
    for (const [index, command] of node.commands.entries()) {
      const operator = index === 0 ? undefined : node.operators[index - 1]
      const runsOn = operator !== '||'
      const isExit = index > 0 && endsScript(command)
      outcomes = outcomes.flatMap((outcome): readonly Outcome[] => {
        if (outcome.environment.state !== 'running') return [outcome]
        if (operator === '||' && outcome.ok && !isExit) {
          // `[ -d /sys/class/net/br0 ] || ip link add br0`: the link is not there before the command.
          const source = sourceOf(node.commands[index - 1] ?? command)
          if (/\/sys\/class\/net\//.test(source)) {
            const { doubt = source } = outcome.environment
            return runNode(command, { ...copyOf(outcome.environment), doubt })
          }
        }
        if (index > 0 && outcome.ok !== runsOn) {
          // `[ -x FILE ] || exit`: the script goes on, so the file is there.
          return isExit && outcome.isGuard === true
            ? [{ ...outcome, environment: sure(outcome, environment) }]
            : [outcome]
        }
        if (isExit && outcome.isGuard === true) {
          visit(command)
          return []
        }
        return runNode(command, outcome.environment)
      })
    }
    return outcomes
  }

  /** The path without the doubt of its guard. */
  const sure = ({ environment }: Outcome, before: Pick<Environment, 'doubt'>): Environment => {
    const { doubt: _doubt, ...rest } = environment
    return before.doubt === undefined ? rest : { ...rest, doubt: before.doubt }
  }

  /** `exit`, `return`, and messages before it. */
  const endsScript = (node: SyntaxNode): boolean => {
    const words: string[] = []
    const walk = (each: SyntaxNode): void => {
      if (each.type === 'Command') words.push(each.name?.value ?? '=')
      else forEachChild(each, walk)
    }
    walk(node)
    return (
      words.some((word) => /^(?:exit|return|continue)$/.test(word)) &&
      words.every((word) => /^(?:exit|return|continue|echo|printf|logger|log_\w+|eend|eerror|:)$/.test(word))
    )
  }

  const visit = (node: SyntaxNode): void => {
    if (node.type === 'Command') visited.add(node.pos)
    forEachChild(node, visit)
  }

  const runIf = (node: If, environment: Environment): readonly Outcome[] => {
    const branches = [{ clause: node.clause, then: node.then }, ...node.elif]
    const outcomes: Outcome[] = []
    let open: readonly Outcome[] = [{ environment, ok: true }]
    for (const { clause, then } of branches) {
      const next: Outcome[] = []
      for (const { environment: path } of open) {
        const results = runList(clause, path, true)
        const isExit = endsScript(then) && node.else === undefined && branches.length === 1
        for (const result of results) {
          if (result.environment.state !== 'running') outcomes.push(result)
          else if (!result.ok)
            next.push(
              isExit && result.isGuard === true ? { ...result, environment: sure(result, path) } : result,
            )
          else if (isExit && result.isGuard === true) visit(then)
          else outcomes.push(...runList(then, result.environment))
        }
      }
      open = next
    }
    for (const result of open)
      if (node.else === undefined) outcomes.push({ environment: result.environment, ok: true })
      else outcomes.push(...runList(node.else, result.environment))
    return outcomes
  }

  const runCase = (node: Case, environment: Environment): readonly Outcome[] => {
    const outcomes: Outcome[] = []
    let open: readonly Environment[] = [environment]
    for (const item of node.items) {
      let left = open
      for (const pattern of item.pattern) {
        const next: Environment[] = []
        for (const path of left)
          for (const outcome of matchPattern(node.word, pattern, path, sourceOf(node.word)))
            if (outcome.ok) outcomes.push(...runList(item.body, outcome.environment))
            else next.push(outcome.environment)
        left = next
      }
      open = left
    }
    return [...outcomes, ...open.map((path) => ({ environment: path, ok: true }))]
  }

  const matchPattern = (
    word: Word,
    pattern: Word,
    environment: Environment,
    source: string,
  ): readonly Outcome[] => {
    const [value, expected] = [expandWord(word, environment), expandText(pattern, environment)]
    const condition = `case ${source} in ${pattern.text})`
    if (expected.kind !== 'text') return inDoubt(environment, condition)
    if (value.ok) return [{ environment, ok: patternOf(expected.text)(value.fields.join(' ')) }]
    if (value.parts !== undefined) return matchParts(environment, value.parts, expected.text, true, condition)
    return expected.text === '*' ? [{ environment, ok: true }] : inDoubt(environment, condition)
  }

  const runFor = (node: For, environment: Environment): readonly Outcome[] => {
    const values: Value[] = []
    if (node.wordlist === undefined) values.push(...environment.arguments)
    else
      for (const word of node.wordlist) {
        const expansion = expandWord(word, environment)
        if (expansion.ok) values.push(...expansion.fields.map(text))
        else values.push(symbolOf(expansion) ?? unknown(expansion.why))
      }
    let outcomes: readonly Outcome[] = [{ environment, ok: true }]
    for (const value of values)
      outcomes = outcomes.flatMap((outcome): readonly Outcome[] => {
        const { environment: path } = outcome
        if (path.state !== 'running' || shared.isStopped) return [outcome]
        path.variables.set(node.name.value, value)
        if (value.kind === 'symbol') shared.symbols.add(node.name.value)
        return runList(node.body, path).map((result) => {
          if (result.environment.state === 'continue') result.environment.state = 'running'
          return result
        })
      })
    for (const { environment: path } of outcomes) if (path.state === 'break') path.state = 'running'
    return outcomes
  }

  /** `while ip rule del …; do :; done` deletes all; other loops are not followed. */
  const runWhile = (node: While, environment: Environment): readonly Outcome[] => {
    const [statement, ...others] = node.clause.commands
    const command = statement?.command
    const words = command?.type === 'Command' ? wordsOf(command, environment) : undefined
    const isDeletion =
      others.length === 0 && words?.ok === true && /\b(?:rule|ru)\s+(?:d\w*)\b/.test(words.fields.join(' '))
    if (command?.type === 'Command' && isDeletion && environment.doubt === undefined) {
      let count = -1
      while (count !== collector.soFar.rules.length && !shared.isStopped) {
        count = collector.soFar.rules.length
        runCommand(command, environment)
      }
      runList(node.body, copyOf(environment))
      return [{ environment, ok: true }]
    }
    const doubt = environment.doubt ?? `${node.kind} ${sourceOf(node.clause)}`
    const inner = { ...copyOf(environment), doubt }
    for (const outcome of runList(node.clause, inner, true))
      if (outcome.environment.state === 'running') runList(node.body, { ...outcome.environment, doubt })
    return [{ environment, ok: true }]
  }

  const runPipeline = (node: Pipeline, environment: Environment): readonly Outcome[] => {
    const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
    const flip = (outcomes: readonly Outcome[]): readonly Outcome[] =>
      isNegated ? outcomes.map((outcome) => ({ ...outcome, ok: !outcome.ok })) : outcomes
    const [only, ...others] = node.commands
    if (only !== undefined && others.length === 0) return flip(runNode(only, environment))
    const source = sourceOf(node)
    const written = echoed(only, environment)
    const last = node.commands.at(-1)
    const target = last?.type === 'Command' ? wordsOf(last, environment) : undefined
    const words = target?.ok === true ? withoutPrefix(target.fields) : []
    if (written !== undefined && words[0] === 'tee') {
      for (const path of words.slice(1))
        if (!path.startsWith('-')) writeFile(path, written, node, environment)
      visit(node)
      return flip([{ environment, ok: true }])
    }
    let isHarmless = true
    for (const command of node.commands) {
      const each = command.type === 'Command' ? wordsOf(command, environment) : undefined
      const first =
        each?.ok === true ? each.fields : command.type === 'Command' ? [command.name?.value ?? ''] : []
      if (!(
        first.length > 0 &&
        (isShown(first) || effectOf(withoutPrefix(first))?.kind === 'without-effect')
      ))
        isHarmless = false
    }
    visit(node)
    if (!isHarmless) {
      report('unknown', node.pos, 'commands joined by pipes are not followed')
      return flip(inDoubt(environment, source))
    }
    report('withoutEffect', node.pos, 'the commands route no packet')
    // Whether something is there already: before the script, nothing is.
    if (
      /\b(?:grep|awk|wc)\b/.test(source) &&
      /\bip\b.*\b(?:rule|ru|route|ro|r|addr|address|a)\b|rt_tables/.test(source)
    )
      return flip([{ environment, ok: false }])
    return flip(/\bgrep\b|\bping\b/.test(source) ? inDoubt(environment, source) : [{ environment, ok: true }])
  }

  const wordsOf = (command: Command, environment: Environment): ReturnType<typeof expandWord> => {
    const fields: string[] = []
    for (const word of [...(command.name === undefined ? [] : [command.name]), ...command.args]) {
      if (word.type === 'Assignment') {
        fields.push(word.text)
        continue
      }
      const expansion = expandWord(word, environment)
      if (!expansion.ok) return { ok: false, why: expansion.why }
      fields.push(...expansion.fields)
    }
    return { ok: true, fields }
  }

  /** `ip rule show` and other commands that change nothing. */
  const isShown = (words: readonly string[]): boolean => {
    const key = words.join(' ')
    const known = shown.get(key)
    if (known !== undefined) return known
    const scratch = createCollector()
    const isRead = readIpCommand(words, { place: placeOf(0) }, scratch)
    const isShowing =
      isRead &&
      scratch.found().problems.every(({ why }) => /^the command (?:shows|routes)|^it shows/.test(why)) &&
      isEmpty(scratch)
    shown.set(key, isShowing)
    return isShowing
  }
  const isEmpty = ({ soFar }: Collector): boolean =>
    soFar.links.length + soFar.routes.length + soFar.rules.length + soFar.sysctls.length === 0

  /** The text of `echo …` or `printf …`. */
  const echoed = (node: SyntaxNode | undefined, environment: Environment): string | undefined => {
    if (node?.type !== 'Command') return undefined
    const words = wordsOf(node, environment)
    if (!words.ok) return undefined
    const [program = '', ...fields] = withoutPrefix(words.fields)
    if (program === 'echo') return fields.filter((field) => !/^-[neE]+$/.test(field)).join(' ')
    if (program !== 'printf') return undefined
    const [format = '', value = ''] = fields
    if (/^%[sd](?:\\n)?$/.test(format)) return value
    return format.includes('%') ? undefined : format.replaceAll('\\n', '\n').replaceAll('\\t', '\t').trimEnd()
  }

  /** What `echo` writes to a file of the kernel, or to the names of tables. */
  const writeFile = (path: string, value: string, node: SyntaxNode, environment: Environment): void => {
    if (environment.doubt !== undefined && /^\/(?:proc\/sys\/net|sys|etc\/iproute2)\//.test(path))
      return report('unknown', node.pos, doubtText(environment.doubt))
    if (path.startsWith('/proc/sys/')) {
      if (isNew(environment, `${file} ${node.pos} ${path} ${value}`))
        addSysctl(path.slice('/proc/sys/'.length), value, itemOf(node), collector)
    } else if (/^\/etc\/iproute2\/rt_tables/.test(path)) {
      for (const line of value.split('\n')) {
        const [, number = '', name = ''] = /^\s*(\S+)\s+(\S+)/.exec(line) ?? []
        const id = parseNumber(number)
        if (id === undefined || name === '')
          report('unknown', node.pos, 'the line is no number of a table with its name')
        else if (isNew(environment, `${file} ${node.pos} ${id} ${name}`))
          collector.table({ ...itemOf(node), id, name })
      }
    } else if (path.startsWith('/sys/'))
      report('unknown', node.pos, 'what scripts write below /sys is not read')
    else report('withoutEffect', node.pos, 'the command routes no packet')
  }

  const doubtText = (doubt: string): string => `it depends on \`${doubt}\``

  const runCommand = (command: Command, environment: Environment): readonly Outcome[] => {
    visited.add(command.pos)
    if (++shared.steps > MAX_COMMANDS) stop(command.pos, `the script runs more than ${MAX_COMMANDS} commands`)
    const ok = (isOk = true): readonly Outcome[] => [{ environment, ok: isOk }]
    const { name } = command
    if (shared.isStopped) return ok()
    if (name === undefined) {
      for (const part of command.prefix) if (part.type === 'Assignment') assign(part, environment)
      return ok()
    }
    if (name.text === '[' || name.text === 'test') {
      const args = command.args.filter((arg) => arg.type === 'Word')
      return testWords(name.text === '[' ? args.slice(0, -1) : args, sourceOf(command))(environment)
    }
    const words = wordsOf(command, environment)
    const [program = ''] = words.ok ? words.fields : [name.value]
    return runBuiltin(program, command, environment) ?? runProgram(command, words, environment)
  }

  /** Commands of the shell itself. */
  const runBuiltin = (
    program: string,
    command: Command,
    environment: Environment,
  ): readonly Outcome[] | undefined => {
    const ok = (isOk = true): readonly Outcome[] => [{ environment, ok: isOk }]
    const ended = (state: Environment['state']): readonly Outcome[] => {
      environment.state = state
      return ok()
    }
    const args = command.args.filter((arg) => arg.type === 'Word')
    const nameOf = (word: Word | undefined): string => word?.value ?? ''
    switch (program) {
      case 'exit':
        return ended('exit')
      case 'return':
        return ended('return')
      case 'break':
        return ended('break')
      case 'continue':
        return ended('continue')
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
        for (const arg of command.args) if (arg.type === 'Assignment') assign(arg, environment)
        return ok()
      case 'unset':
        for (const arg of args) environment.variables.delete(nameOf(arg))
        return ok()
      case 'shift':
        environment.arguments = environment.arguments.slice(Number(args[0]?.value ?? 1) || 1)
        return ok()
      case 'set': {
        const index = args.findIndex((arg) => arg.value === '--')
        if (index >= 0)
          environment.arguments = args.slice(index + 1).flatMap((arg): readonly Value[] => {
            const expansion = expandWord(arg, environment)
            return expansion.ok ? expansion.fields.map(text) : [symbolOf(expansion) ?? unknown(expansion.why)]
          })
        return ok()
      }
      case 'read':
      case 'getopts':
      case 'mapfile':
        for (const arg of args)
          environment.variables.set(nameOf(arg), unknown(`\`${nameOf(arg)}\` is what \`${program}\` reads`))
        return ok()
      case '.':
      case 'source':
        return runSource(args[0], command, environment)
      case 'eval':
        report('unknown', command.pos, '`eval` is not followed')
        return ok()
      default:
        return undefined
    }
  }

  const sources = new Map<string, ScriptReader>()

  const runSource = (
    word: Word | undefined,
    command: Command,
    environment: Environment,
  ): readonly Outcome[] => {
    const path = word === undefined ? undefined : expandWord(word, environment)
    const name = path?.ok === true ? path.fields.join(' ') : undefined
    const sourced = name === undefined ? undefined : options.sourced?.(name)
    if (name !== undefined && sourced !== undefined && sourced.length <= MAX_SIZE) {
      const { firstLine: _line, ...others } = options
      const source = sources.get(name) ?? createReader(sourced, name, collector, others, shared)
      sources.set(name, source)
      if (++shared.depth > MAX_DEPTH) stop(command.pos, `files read others more than ${MAX_DEPTH} deep`)
      const outcomes = shared.isStopped ? [] : source.run(environment)
      shared.depth--
      for (const outcome of outcomes)
        if (outcome.environment.state === 'return') outcome.environment.state = 'running'
      return outcomes.length === 0 ? [{ environment, ok: true }] : outcomes
    }
    // Libraries of functions that distributions have.
    if (name !== undefined && LIBRARY.test(name))
      report('withoutEffect', command.pos, 'it reads functions and settings of the distribution')
    else {
      if (name?.startsWith('/') === true) collector.wants(name)
      report('unknown', command.pos, `the file \`${name ?? word?.text ?? ''}\` is not read`)
    }
    return [{ environment, ok: true }]
  }

  const assign = (assignment: Assignment, environment: Environment): void => {
    const { name, value, append, index } = assignment
    let result: Value
    if (value.type === 'ArrayValue') {
      const texts: string[] = []
      let why: string | undefined
      for (const element of value.elements) {
        const expansion = expandWord(element, environment)
        if (expansion.ok) texts.push(...expansion.fields)
        else why ??= expansion.why
      }
      result = why === undefined ? { kind: 'list', texts } : unknown(why)
    } else result = expandText(value, environment)
    if (append === true) result = appended(environment.variables.get(name), result)
    if (index !== undefined) result = unknown(`elements of \`${name}\` are set one by one`)
    if (result.kind === 'unknown' && !result.why.startsWith(`\`$${name}\``))
      result = unknown(`\`$${name}\` has no known value: ${result.why}`)
    environment.variables.set(name, result)
    if (result.kind === 'symbol') shared.symbols.add(name)
    if (options.assigned === undefined) return
    options.assigned({
      ...itemOf(assignment),
      name,
      values: result.kind === 'text' ? [result.text] : result.kind === 'list' ? result.texts : undefined,
      isArray: value.type === 'ArrayValue',
      appends: append === true,
    })
  }

  const appended = (old: Value | undefined, added: Value): Value => {
    if (old === undefined || added.kind === 'unknown') return added
    if (old.kind === 'list' && added.kind === 'list')
      return { kind: 'list', texts: [...old.texts, ...added.texts] }
    return old.kind === 'text' && added.kind === 'text'
      ? text(old.text + added.text)
      : unknown('values are joined')
  }

  const runProgram = (
    command: Command,
    words: ReturnType<typeof expandWord>,
    environment: Environment,
  ): readonly Outcome[] => {
    const ok: readonly Outcome[] = [{ environment, ok: true }]
    const fallback = [
      command.name?.value ?? '',
      ...command.args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text)),
    ]
    const fields = withoutPrefix(words.ok ? words.fields : fallback)
    const [program = ''] = fields
    const called = functions.get(program)
    if (called !== undefined) return callFunction(called, command, environment)
    const document = documentOf(command.redirects, environment)
    const isTaken = words.ok || document !== undefined
    if (isTaken && options.command?.(fields, itemOf(command), document) === true) return ok
    const isEcho = program === 'echo' || program === 'printf'
    const written = isEcho ? echoed(command, environment) : undefined
    const target = outputOf(command.redirects, environment)
    if (isEcho && target !== undefined) {
      if (target.kind === 'text' && written !== undefined)
        writeFile(target.text, written, command, environment)
      else if (target.kind === 'text' && !/^\/(?:proc|sys|etc\/iproute2)\//.test(target.text))
        report('withoutEffect', command.pos, 'the command routes no packet')
      else report('unknown', command.pos, words.ok ? 'the file that it writes is not known' : words.why)
      return ok
    }
    const isBatch =
      /(?:^|\/)ip$/.test(program) &&
      fields.some((field) => /^--?b(?:atch?|at|a)?$/.test(field)) &&
      fields.at(-1) === '-'
    if (isBatch && document !== undefined && environment.doubt === undefined) {
      readBatch(fields, document)
      return ok
    }
    const isIp = isIpCommand(program)
    const ran = /(?:^|\/)(?:ba|da|a)?sh$/.test(program)
      ? fields.find((field) => field.startsWith('/'))
      : program
    if (!isIp && ran !== undefined && options.isRead?.(ran) === true) {
      report('withoutEffect', command.pos, 'the script is read by itself')
      return ok
    }
    if (!isIp) {
      const effect = effectOf(fields)
      if (effect === undefined)
        report('unknown', command.pos, words.ok ? `the command \`${program}\` is not known` : words.why)
      else report(effect.kind === 'unknown' ? 'unknown' : 'withoutEffect', command.pos, effect.why)
      if (/grep$/.test(program) && fields.some((field) => /\/rt_tables/.test(field)))
        return [{ environment, ok: false }]
      if (/^(?:ping6?|grep|egrep|fgrep|pidof|pgrep|arping|curl|fping|iwgetid)$/.test(program))
        return inDoubt(environment, sourceOf(command))
      // `which ip`, `command -v ip`: whether a program is there.
      return /^(?:which|type|hash)$/.test(program) ? inDoubt(environment, sourceOf(command), true) : ok
    }
    if (isShown(fields)) report('withoutEffect', command.pos, 'the command shows what is there')
    else if (!words.ok) report('unknown', command.pos, words.why)
    else if (environment.doubt !== undefined) report('unknown', command.pos, doubtText(environment.doubt))
    else if (isNew(environment, `${file} ${command.pos} ${fields.join(' ')}`)) {
      const defaults = options.link === undefined ? {} : { link: options.link }
      readIpCommand(fields, itemOf(command), collector, defaults)
    }
    return ok
  }

  /** Lines of `ip -batch -`. */
  const readBatch = (fields: readonly string[], document: ShellDocument): void => {
    const before = fields
      .slice(0, -1)
      .filter((field) => !/^--?(?:b(?:a(?:t(?:ch?)?)?)?|f(?:o(?:r(?:ce?)?)?)?)$/.test(field))
    for (const [index, line] of document.text.split('\n').entries()) {
      const words = line.replace(/#.*/, '').trim().split(/\s+/)
      const place = { file, line: document.line + index, text: line.trim() }
      if (words[0] !== '') readIpCommand([...before, ...words], { place }, collector)
    }
  }

  const callFunction = (
    called: DefinedFunction,
    command: Command,
    environment: Environment,
  ): readonly Outcome[] => {
    const given = environment.arguments
    environment.arguments = command.args.flatMap((arg): readonly Value[] => {
      if (arg.type === 'Assignment') return [text(arg.text)]
      const expansion = expandWord(arg, environment)
      return expansion.ok ? expansion.fields.map(text) : [symbolOf(expansion) ?? unknown(expansion.why)]
    })
    if (++shared.depth > MAX_DEPTH)
      stop(command.pos, `functions and blocks are nested more than ${MAX_DEPTH} deep`)
    const outcomes = called.run(environment)
    shared.depth--
    return outcomes.map((outcome) => {
      outcome.environment.arguments = given
      if (outcome.environment.state === 'return') outcome.environment.state = 'running'
      return outcome
    })
  }

  const documentOf = (
    redirects: readonly Redirection[],
    environment: Environment,
  ): ShellDocument | undefined => {
    const document = redirects.find((each): each is HereDoc => each.type === 'HereDoc')
    if (document === undefined) return undefined
    const { body } = document
    const value = body.parts === undefined ? text(body.text) : expandParts(body.parts, environment)
    return value.kind === 'text' ? { text: value.text, line: placeOf(body.pos).line } : undefined
  }

  /** The file that standard output goes to; undefined for none, and for files like /dev/null. */
  const outputOf = (redirects: readonly Redirection[], environment: Environment): Value | undefined => {
    const redirect = redirects.find(
      (each) =>
        each.type === 'Redirect' &&
        (each.operator === '>' || each.operator === '>>' || each.operator === '>|') &&
        (each.descriptor === undefined ||
          (each.descriptor.type === 'FileDescriptor' && each.descriptor.value === 1)),
    )
    if (redirect?.type !== 'Redirect' || redirect.target === undefined) return undefined
    const value = expandText(redirect.target, environment)
    return value.kind === 'text' && value.text.startsWith('/dev/') ? undefined : value
  }

  /** Commands that no path has reached. */
  const reportUnread = (node: SyntaxNode, isInFunction: string | undefined): void => {
    const inside = node.type === 'Function' ? node.name.value : isInFunction
    if (node.type === 'Command' && !visited.has(node.pos) && !QUIET.has(node.name?.value ?? '')) {
      const isCalled = inside === undefined || functions.has(inside)
      report(
        'withoutEffect',
        node.pos,
        isCalled ? 'it does not run when a link comes up' : `nothing calls the function \`${inside ?? ''}\``,
      )
    }
    forEachChild(node, (child) => {
      // Commands inside $(…) are part of a value.
      if (child.type !== 'Word' && child.type !== 'Assignment') reportUnread(child, inside)
    })
  }

  const tree = parse(script)
  for (const { message, pos } of tree.errors ?? [])
    report('unknown', pos, `the shell refuses the script: ${message}`)
  return {
    run: (environment) => runList(tree, environment),
    end: () => {
      if (!shared.isStopped) reportUnread(tree, undefined)
      for (const { end } of sources.values()) end()
    },
  }
}

const lineStarts = (lines: readonly string[]): readonly number[] => {
  const starts: number[] = []
  let start = 0
  for (const line of lines) {
    starts.push(start)
    start += line.length + 1
  }
  return starts
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
  for (const [name, meaning] of Object.entries(options.unknowns ?? {}))
    set(name, unknown(`\`$${name}\` is ${meaning}`))
  for (const [name, value] of Object.entries(options.environment ?? {})) set(name, text(value))
  // A gap between positional arguments.
  const positional = Array.from(given, (value) => value ?? unknown('it is not given'))
  return { variables, arguments: positional, state: 'running', counts: new Map() }
}

/** What a statement began with; `variables` has the symbols only. */
type Before = Pick<Environment, 'variables' | 'arguments' | 'doubt'>

const noSymbols: Environment['variables'] = new Map()

const symbolsOf = ({ variables }: Environment, names: ReadonlySet<string>): Environment['variables'] =>
  names.size === 0
    ? noSymbols
    : new Map(
        [...names].flatMap((name) => {
          const value = variables.get(name)
          return value?.kind === 'symbol' ? [[name, value] as const] : []
        }),
      )

/**
 * Paths that differ no longer become one again: those of a condition that is not known, and those that only compared a
 * symbol.
 */
function settle(outcomes: readonly Outcome[], before: Before): readonly Outcome[] {
  const [first, ...others] = outcomes
  if (first === undefined || others.length === 0) return outcomes
  const running = outcomes.filter(({ environment }) => environment.state === 'running')
  const all = running.length === outcomes.length
  const isDoubtful = ({ environment }: Outcome): boolean => environment.doubt !== before.doubt
  if (!all) return outcomes
  const doubtful = outcomes.filter(isDoubtful)
  const certain = outcomes.filter((outcome) => !isDoubtful(outcome))
  const groups = new Map<string, Outcome>()
  for (const outcome of certain) {
    const key = textOf(outcome.environment, before)
    const known = groups.get(key)
    if (known === undefined) groups.set(key, outcome)
    else
      groups.set(key, { environment: unbound(known.environment, outcome.environment, before), ok: known.ok })
  }
  if (doubtful.length === 0) return [...groups.values()]
  return [...groups.values(), { environment: mergedDoubt(doubtful, before), ok: true }]
}

/** Variables without what comparisons have found out about symbols. */
function textOf({ variables }: Environment, before: Before): string {
  return JSON.stringify(
    [...variables].filter(([name]) => !before.variables.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** The path with the symbols that the statement began with. */
function unbound(environment: Environment, other: Environment, before: Before): Environment {
  for (const [name, value] of before.variables) environment.variables.set(name, value)
  environment.arguments = before.arguments
  for (const [key, count] of other.counts)
    environment.counts.set(key, Math.max(count, environment.counts.get(key) ?? 0))
  return environment
}

/** One path behind a condition that is not known: what differs between its branches is not known either. */
function mergedDoubt(outcomes: readonly Outcome[], before: Before): Environment {
  const [first, ...others] = outcomes.map(({ environment }) => environment)
  const merged: Environment = {
    variables: new Map(first?.variables),
    arguments: before.arguments,
    state: 'running',
    counts: new Map(first?.counts),
    ...(before.doubt === undefined ? {} : { doubt: before.doubt }),
  }
  for (const other of others) {
    for (const name of new Set([...merged.variables.keys(), ...other.variables.keys()])) {
      const [a, b] = [merged.variables.get(name), other.variables.get(name)]
      if (JSON.stringify(a) !== JSON.stringify(b))
        merged.variables.set(name, unknown(`\`$${name}\` depends on \`${other.doubt ?? ''}\``))
    }
    for (const [key, count] of other.counts)
      merged.counts.set(key, Math.max(count, merged.counts.get(key) ?? 0))
  }
  return merged
}
