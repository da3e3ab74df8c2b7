// Control flow of a script: which commands run for certain, which never, and which depend on what is not known.
import { forEachChild } from 'unbash'
import type {
  AndOr,
  Case,
  CompoundList,
  For,
  If,
  ParsedScript,
  Pipeline,
  Statement,
  SyntaxNode,
  While,
  Word,
} from 'unbash'
import { runCommand } from './commands.js'
import { matchParts, testExpression } from './conditions.js'
import { copyOf, inDoubt, type Environment, type Outcome } from './environment.js'
import { expandText, expandWord, patternOf } from './expand.js'
import { addCounts, beforeStatement, joinPaths } from './paths.js'
import { runPipeline } from './pipeline.js'
import { MAX_PATHS, runInside, type ScriptFile } from './reading.js'
import { valuesOf, wordsOf } from './command-words.js'

/** Outcomes of a condition stay apart. */
export function runList(
  { commands }: CompoundList | ParsedScript,
  environment: Environment,
  script: ScriptFile,
  isCondition = false,
): readonly Outcome[] {
  return runInside(script, commands[0]?.pos ?? 0, environment, () => {
    let outcomes: readonly Outcome[] = [{ environment, ok: true }]
    for (const statement of commands)
      outcomes = runStatement(statement, outcomes, script, isCondition && statement === commands.at(-1))
    return outcomes
  })
}

function runStatement(
  { command, pos }: Statement,
  before: readonly Outcome[],
  script: ScriptFile,
  isCondition: boolean,
): readonly Outcome[] {
  const { reading } = script
  const after = before.flatMap((outcome): readonly Outcome[] => {
    const { environment } = outcome
    if (environment.state !== 'running' || reading.isStopped) return [outcome]
    if (isCondition) return runNode(command, environment, script)
    const start = beforeStatement(environment, reading.symbols)
    return joinPaths(runNode(command, environment, script), start)
  })
  if (after.length > MAX_PATHS) script.stop(pos, `the script has more than ${MAX_PATHS} cases`)
  return reading.isStopped ? after.slice(0, 1) : after
}

function runNode(node: SyntaxNode, environment: Environment, script: ScriptFile): readonly Outcome[] {
  if (script.reading.isStopped) return [{ environment, ok: true }]
  switch (node.type) {
    case 'Command':
      return runCommand(node, environment, script)
    case 'AndOr':
      return runAndOr(node, environment, script)
    case 'Pipeline':
      return runNegatable(node, environment, script)
    case 'If':
      return runIf(node, environment, script)
    case 'For':
      return runFor(node, environment, script)
    case 'While':
      return runWhile(node, environment, script)
    case 'Case':
      return runCase(node, environment, script)
    case 'BraceGroup':
      return runList(node.body, environment, script)
    case 'CompoundList':
      return runList(node, environment, script)
    case 'Subshell': {
      // Variables of a subshell end with it, and so does `exit`.
      const outcomes = runList(node.body, copyOf(environment), script)
      for (const { environment: inner } of outcomes) addCounts(environment, inner)
      return [{ environment, ok: outcomes.at(-1)?.ok ?? true }]
    }
    case 'Redirected':
      return runNode(node.command, environment, script)
    case 'Function':
      script.reading.functions.set(node.name.value, { run: (path) => runNode(node.body, path, script) })
      return [{ environment, ok: true }]
    case 'TestCommand':
      return testExpression(node.expression, script.sourceOf(node))(environment)
    default:
      return runUnread(node, environment, script)
  }
}

/** Commands inside constructs that are not followed are in doubt. */
function runUnread(node: SyntaxNode, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const condition = script.sourceOf(node).split(/;|\n/)[0] ?? ''
  if (node.type === 'ArithmeticCommand') return inDoubt(environment, condition)
  const inner: Environment = { ...copyOf(environment), doubt: environment.doubt ?? condition }
  forEachChild(node, (child) => {
    if (child.type === 'CompoundList') runList(child, inner, script)
  })
  return [{ environment, ok: true }]
}

function runNegatable(node: Pipeline, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
  const [only, ...others] = node.commands
  const outcomes =
    only !== undefined && others.length === 0
      ? runNode(only, environment, script)
      : runPipeline(node, environment, script)
  return isNegated ? outcomes.map((outcome) => ({ ...outcome, ok: !outcome.ok })) : outcomes
}

function runAndOr(node: AndOr, environment: Environment, script: ScriptFile): readonly Outcome[] {
  let outcomes: readonly Outcome[] = [{ environment, ok: true }]
  for (const [index, command] of node.commands.entries()) {
    const operator = index === 0 ? undefined : node.operators[index - 1]
    const runsOn = operator !== '||'
    const isExit = index > 0 && endsScript(command)
    outcomes = outcomes.flatMap((outcome): readonly Outcome[] => {
      if (outcome.environment.state !== 'running') return [outcome]
      if (operator === '||' && outcome.ok && !isExit) {
        // `[ -d /sys/class/net/br0 ] || ip link add br0`: the link is not there before the command.
        const source = script.sourceOf(node.commands[index - 1] ?? command)
        if (/\/sys\/class\/net\//.test(source)) {
          const { doubt = source } = outcome.environment
          return runNode(command, { ...copyOf(outcome.environment), doubt }, script)
        }
      }
      if (index > 0 && outcome.ok !== runsOn)
        // `[ -x FILE ] || exit`: the script goes on, so the file is there.
        return isExit && outcome.isGuard === true ? [withoutDoubt(outcome, environment)] : [outcome]
      if (isExit && outcome.isGuard === true) {
        script.reach(command)
        return []
      }
      return runNode(command, outcome.environment, script)
    })
  }
  return outcomes
}

/** The path without the doubt of its guard. */
function withoutDoubt(outcome: Outcome, before: Pick<Environment, 'doubt'>): Outcome {
  const { doubt: _doubt, ...environment } = outcome.environment
  return {
    ...outcome,
    environment: before.doubt === undefined ? environment : { ...environment, doubt: before.doubt },
  }
}

/** `exit`, `return`, and messages before it. */
function endsScript(node: SyntaxNode): boolean {
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

function runIf(node: If, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const branches = [{ clause: node.clause, then: node.then }, ...node.elif]
  const outcomes: Outcome[] = []
  let open: readonly Outcome[] = [{ environment, ok: true }]
  for (const { clause, then } of branches) {
    const isExit = node.else === undefined && branches.length === 1 && endsScript(then)
    const next: Outcome[] = []
    for (const { environment: path } of open)
      for (const result of runList(clause, path, script, true)) {
        const isGuard = isExit && result.isGuard === true
        if (result.environment.state !== 'running') outcomes.push(result)
        else if (!result.ok) next.push(isGuard ? withoutDoubt(result, path) : result)
        else if (isGuard) script.reach(then)
        else outcomes.push(...runList(then, result.environment, script))
      }
    open = next
  }
  for (const { environment: path } of open)
    if (node.else === undefined) outcomes.push({ environment: path, ok: true })
    else outcomes.push(...runList(node.else, path, script))
  return outcomes
}

function runCase(node: Case, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const outcomes: Outcome[] = []
  let open: readonly Environment[] = [environment]
  for (const item of node.items)
    for (const pattern of item.pattern) {
      const next: Environment[] = []
      for (const path of open)
        for (const outcome of matchPattern(node.word, pattern, path, script))
          if (outcome.ok) outcomes.push(...runList(item.body, outcome.environment, script))
          else next.push(outcome.environment)
      open = next
    }
  return [...outcomes, ...open.map((path) => ({ environment: path, ok: true }))]
}

function matchPattern(
  word: Word,
  pattern: Word,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const [value, expected] = [expandWord(word, environment), expandText(pattern, environment)]
  const condition = `case ${script.sourceOf(word)} in ${pattern.text})`
  if (expected.kind !== 'text') return inDoubt(environment, condition)
  if (value.ok) return [{ environment, ok: patternOf(expected.text)(value.fields.join(' ')) }]
  if (value.parts !== undefined) return matchParts(environment, value.parts, expected.text, true, condition)
  return expected.text === '*' ? [{ environment, ok: true }] : inDoubt(environment, condition)
}

function runFor(node: For, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const { reading } = script
  const values = node.wordlist === undefined ? environment.arguments : valuesOf(node.wordlist, environment)
  let outcomes: readonly Outcome[] = [{ environment, ok: true }]
  for (const value of values)
    outcomes = outcomes.flatMap((outcome): readonly Outcome[] => {
      const { environment: path } = outcome
      if (path.state !== 'running' || reading.isStopped) return [outcome]
      path.variables.set(node.name.value, value)
      if (value.kind === 'symbol') reading.symbols.add(node.name.value)
      return runList(node.body, path, script).map((result) => {
        if (result.environment.state === 'continue') result.environment.state = 'running'
        return result
      })
    })
  for (const { environment: path } of outcomes) if (path.state === 'break') path.state = 'running'
  return outcomes
}

/** `while ip rule del …; do :; done` deletes all; other loops are not followed. */
function runWhile(node: While, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const [statement, ...others] = node.clause.commands
  const command = statement?.command
  const words = command?.type === 'Command' ? wordsOf(command, environment) : undefined
  const isDeletion =
    others.length === 0 && words?.ok === true && /\b(?:rule|ru)\s+(?:d\w*)\b/.test(words.fields.join(' '))
  if (command?.type === 'Command' && isDeletion && environment.doubt === undefined) {
    const { rules } = script.reading.collector.soFar
    for (let count = -1; count !== rules.length && !script.reading.isStopped;) {
      count = rules.length
      runCommand(command, environment, script)
    }
    runList(node.body, copyOf(environment), script)
    return [{ environment, ok: true }]
  }
  const doubt = environment.doubt ?? `${node.kind} ${script.sourceOf(node.clause)}`
  for (const { environment: inner } of runList(node.clause, { ...copyOf(environment), doubt }, script, true))
    if (inner.state === 'running') runList(node.body, { ...inner, doubt }, script)
  return [{ environment, ok: true }]
}
