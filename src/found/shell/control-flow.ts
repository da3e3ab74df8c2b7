// Control flow of a script: which commands run for certain, which never, and which depend on what is not known.
import { forEachChild } from 'unbash'
import type {
  AndOr,
  ArithmeticExpression,
  ArithmeticFor,
  Case,
  Command,
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
import { runCommand } from './programs/commands.js'
import { matchParts, testExpression } from './conditions.js'
import { compute } from './words/arithmetic.js'
import { conditionOf, copyOf, inDoubt, text, unknown, type Environment, type Outcome } from './environment.js'
import { commandContext, expandText, expandWord, patternOf, wordsOf } from './words/expand.js'
import { inputOf, outputInto, setFields, type Input } from './input.js'
import { addCounts, beforeStatement, joinPaths } from './paths.js'
import { runPipeline } from './programs/pipeline.js'
import { MAX_CONDITION, MAX_PATHS, questionOf, runInside, type ScriptFile } from './reading.js'
import { argumentWords, valuesOf } from './programs/command-words.js'

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
    const outcomes = runNode(command, environment, script)
    for (const { environment: path, ok } of outcomes) path.variables.set('?', text(ok ? '0' : '1'))
    return joinPaths(outcomes, start)
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
    case 'Subshell':
      return runSubshell(environment, (inner) => runList(node.body, inner, script))
    case 'Redirected':
      return node.command.type === 'While'
        ? runWhile(node.command, environment, script, inputOf(node.redirects, environment, script))
        : runNode(node.command, environment, script)
    case 'Function':
      script.reading.functions.set(node.name.value, {
        body: node.body,
        run: (path) => runNode(node.body, path, script),
      })
      return [{ environment, ok: true }]
    case 'ArithmeticCommand': {
      const { expression } = node
      const value = expression === undefined ? undefined : compute(expression, commandContext(environment))
      return conditionOf(value, environment, script.sourceOf(node))
    }
    case 'ArithmeticFor':
      return runArithmeticFor(node, environment, script)
    case 'TestCommand':
      if (node.end - node.pos > MAX_CONDITION) return inDoubt(environment, script.sourceOf(node))
      return testExpression(node.expression, questionOf(node, script))(environment)
    default:
      return runUnread(node, environment, script)
  }
}

/** Variables of a subshell end with it, and so does `exit`. */
function runSubshell(
  environment: Environment,
  run: (inner: Environment) => readonly Outcome[],
): readonly Outcome[] {
  const outcomes = run(copyOf(environment))
  for (const { environment: inner } of outcomes) addCounts(environment, inner)
  return [{ environment, ok: outcomes.at(-1)?.ok ?? true }]
}

/** Commands inside constructs that are not followed are in doubt. */
function runUnread(node: SyntaxNode, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const condition = script.sourceOf(node).split(/;|\n/)[0] ?? ''
  const inner: Environment = { ...copyOf(environment), doubt: environment.doubt ?? condition }
  forgetAssigned(node, inner)
  forgetAssigned(node, environment)
  forEachChild(node, (child) => {
    if (child.type === 'CompoundList') runList(child, inner, script)
  })
  return [{ environment, ok: true }]
}

/** Of nodes; expressions may be nested as deep as a file is long. */
const MAX_SYNTAX_DEPTH = 500

/** Variables that a loop sets, of which nothing says how often it runs. */
function forgetAssigned(node: SyntaxNode, { variables }: Environment): void {
  const walk = (each: SyntaxNode, depth: number): void => {
    for (const name of assignedNames(each)) variables.set(name, unknown(`\`$${name}\` changes in a loop`))
    if (depth < MAX_SYNTAX_DEPTH) forEachChild(each, (child) => walk(child, depth + 1))
  }
  walk(node, 0)
}

function assignedNames(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'Assignment':
      return [node.name]
    case 'For':
    case 'Select':
      return [node.name.value]
    case 'ArithmeticUnary':
      return /^(?:\+\+|--)$/.test(node.operator) ? nameOf(node.operand) : []
    case 'ArithmeticBinary':
      return /^[-+*/%]?=$/.test(node.operator) ? nameOf(node.left) : []
    case 'Command':
      return /^(?:read|let|mapfile|readarray|getopts|printf)$/.test(node.name?.value ?? '')
        ? argumentWords(node).flatMap(({ value }) => /^[a-z_]\w*/i.exec(value) ?? [])
        : []
    default:
      return []
  }
}

const nameOf = (expression: ArithmeticExpression): readonly string[] =>
  expression.type === 'ArithmeticWord' ? [expression.value] : []

function runNegatable(node: Pipeline, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const isNegated = node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1
  const [only, ...others] = node.commands
  const [last] = others
  const input = others.length === 1 ? outputInto(only, environment, script) : undefined
  let outcomes: readonly Outcome[]
  if (only !== undefined && others.length === 0) outcomes = runNode(only, environment, script)
  else if (only !== undefined && last?.type === 'While' && input !== undefined) {
    script.reach(only)
    outcomes = runSubshell(environment, (inner) => runWhile(last, inner, script, input))
  } else outcomes = runPipeline(node, input, environment, script)
  return isNegated ? outcomes.map((outcome) => ({ ...outcome, ok: !outcome.ok })) : outcomes
}

function runAndOr(node: AndOr, environment: Environment, script: ScriptFile): readonly Outcome[] {
  let outcomes: readonly Outcome[] = [{ environment, ok: true }]
  for (const [index, command] of node.commands.entries()) {
    const operator = index === 0 ? undefined : node.operators[index - 1]
    const runsOn = operator !== '||'
    const isExit = index > 0 && endsScript(command, script)
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

/** `exit`, `return`, and messages before it; also in a function. */
function endsScript(node: SyntaxNode, { reading }: ScriptFile): boolean {
  const words: string[] = []
  const walk = (each: SyntaxNode): void => {
    if (each.type === 'Command') words.push(each.name?.value ?? '=')
    else forEachChild(each, walk)
  }
  walk(node)
  for (const word of [...words]) {
    const called = reading.functions.get(word)
    if (called !== undefined) walk(called.body)
  }
  return (
    words.some((word) => /^(?:exit|return|continue)$/.test(word)) &&
    words.every(
      (word) =>
        /^(?:exit|return|continue|echo|printf|logger|log_\w+|eend|eerror|:)$/.test(word) ||
        reading.functions.has(word),
    )
  )
}

function runIf(node: If, environment: Environment, script: ScriptFile): readonly Outcome[] {
  const branches = [{ clause: node.clause, then: node.then }, ...node.elif]
  const outcomes: Outcome[] = []
  let open: readonly Outcome[] = [{ environment, ok: true }]
  for (const { clause, then } of branches) {
    const isExit = node.else === undefined && branches.length === 1 && endsScript(then, script)
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
  const { symbols } = script.reading
  const values = node.wordlist === undefined ? environment.arguments : valuesOf(node.wordlist, environment)
  return runEach(values, node.body, environment, script, (value, path) => {
    path.variables.set(node.name.value, value)
    if (value.kind === 'symbol') symbols.add(node.name.value)
  })
}

/** Runs the body of a loop for each item. */
function runEach<T>(
  items: readonly T[],
  body: CompoundList,
  environment: Environment,
  script: ScriptFile,
  set: (item: T, environment: Environment) => void,
): readonly Outcome[] {
  let outcomes: readonly Outcome[] = [{ environment, ok: true }]
  for (const item of items) {
    if (script.reading.isStopped) break
    outcomes = outcomes.flatMap((outcome): readonly Outcome[] => {
      const { environment: path } = outcome
      if (path.state !== 'running') return [outcome]
      set(item, path)
      return runBody(body, path, script)
    })
  }
  for (const { environment: path } of outcomes) if (path.state === 'break') path.state = 'running'
  return outcomes
}

const runBody = (body: CompoundList, environment: Environment, script: ScriptFile): readonly Outcome[] =>
  runList(body, environment, script).map((outcome) => {
    if (outcome.environment.state === 'continue') outcome.environment.state = 'running'
    return outcome
  })

function runArithmeticFor(
  node: ArithmeticFor,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { initialize, test, update, body } = node
  if (initialize !== undefined) compute(initialize, commandContext(environment))
  const outcomes =
    test === undefined
      ? undefined
      : runWhileKnown(
          environment,
          (path) => conditionOf(compute(test, commandContext(path)), path, script.sourceOf(test)),
          (path) => {
            const after = runBody(body, path, script)
            for (const { environment: each } of after)
              if (update !== undefined && each.state === 'running') compute(update, commandContext(each))
            return after
          },
          script,
        )
  return outcomes ?? runUnread(node, environment, script)
}

/** Iterations of a loop whose condition follows from the text. */
const MAX_ITERATIONS = 1000

/** Undefined if the condition is not known, or never becomes false. */
function runWhileKnown(
  start: Environment,
  test: (environment: Environment) => readonly Outcome[],
  body: (environment: Environment) => readonly Outcome[],
  script: ScriptFile,
): readonly Outcome[] | undefined {
  let environment = start
  for (let count = 0; count < MAX_ITERATIONS && !script.reading.isStopped; count++) {
    const [condition, ...others] = test(copyOf(environment))
    if (condition === undefined || others.length > 0) return undefined
    environment = condition.environment
    if (!condition.ok) return [{ environment, ok: true }]
    const before = JSON.stringify([...environment.variables, environment.arguments])
    const [outcome, ...more] = body(environment)
    if (outcome === undefined || more.length > 0) return undefined
    environment = outcome.environment
    if (environment.state === 'break') environment.state = 'running'
    else if (
      environment.state === 'running' &&
      before !== JSON.stringify([...environment.variables, environment.arguments])
    )
      continue
    return [{ environment, ok: true }]
  }
  return undefined
}

/** Loops over the lines that `read` gets, and those whose condition follows from the text; others are not followed. */
function runWhile(
  node: While,
  environment: Environment,
  script: ScriptFile,
  input?: Input | { readonly why: string },
): readonly Outcome[] {
  const { clause, body, kind } = node
  const command = onlyCommand(clause)
  const read = readOf(command)
  if (read !== undefined && kind === 'while' && input !== undefined && 'lines' in input) {
    script.reach(clause)
    const outcomes = runEach(input.lines, body, environment, script, (line, path) => {
      setFields(read, line, path)
    })
    for (const { environment: path } of outcomes) setFields(read, '', path)
    return outcomes
  }
  if (command?.type === 'Command' && environment.doubt === undefined && isDeletion(command, environment))
    return deleteAll(command, body, environment, script)
  const known =
    command !== undefined && isTest(command)
      ? runWhileKnown(
          environment,
          (path) =>
            runNode(command, path, script).map((outcome) => ({
              ...outcome,
              ok: outcome.ok === (kind === 'while'),
            })),
          (path) => runBody(body, path, script),
          script,
        )
      : undefined
  if (known !== undefined) return known
  const doubt = environment.doubt ?? `${kind} ${script.sourceOf(clause)}`
  const path = { ...copyOf(environment), doubt }
  forgetAssigned(body, path)
  for (const { environment: inner } of runList(clause, path, script, true))
    if (inner.state === 'running') runList(body, { ...inner, doubt }, script)
  forgetAssigned(body, environment)
  return [{ environment, ok: true }]
}

function onlyCommand({ commands }: CompoundList): SyntaxNode | undefined {
  const [statement, ...others] = commands
  return others.length > 0 ? undefined : statement?.command
}

/** `read line`; `read line || [ -n "$line" ]` only reads, too. */
function readOf(node: SyntaxNode | undefined): Command | undefined {
  const command = node?.type === 'AndOr' && node.operators[0] === '||' ? node.commands[0] : node
  return command?.type === 'Command' && command.name?.value === 'read' ? command : undefined
}

const isTest = (node: SyntaxNode): boolean =>
  node.type === 'TestCommand' ||
  node.type === 'ArithmeticCommand' ||
  (node.type === 'Command' && /^(?:\[|test)$/.test(node.name?.text ?? ''))

function isDeletion(command: Command, environment: Environment): boolean {
  const words = wordsOf(command, environment)
  return words.ok && /\b(?:rule|ru)\s+(?:d\w*)\b/.test(words.fields.join(' '))
}

/** `while ip rule del …; do :; done`. */
function deleteAll(
  command: Command,
  body: CompoundList,
  environment: Environment,
  script: ScriptFile,
): readonly Outcome[] {
  const { rules } = script.reading.collector.soFar
  for (let count = -1; count !== rules.length && !script.reading.isStopped;) {
    count = rules.length
    runCommand(command, environment, script)
  }
  runList(body, copyOf(environment), script)
  return [{ environment, ok: true }]
}
