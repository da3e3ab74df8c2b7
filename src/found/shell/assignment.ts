// Assignments: `name=value`, `name+=value`, `name=(…)`.
import type { Assignment, Word } from 'unbash'
import { text, unknown, type Environment, type Value } from './environment.js'
import { expandText, expandWord } from './expand.js'
import type { ScriptFile } from './reading.js'

export function assign(assignment: Assignment, environment: Environment, script: ScriptFile): void {
  const { options, symbols } = script.reading
  const { name, value, append } = assignment
  const result = valueOf(assignment, environment)
  environment.variables.set(name, result)
  if (result.kind === 'symbol') symbols.add(name)
  options.assigned?.({
    ...script.itemOf(assignment),
    name,
    values: result.kind === 'text' ? [result.text] : result.kind === 'list' ? result.texts : undefined,
    isArray: value.type === 'ArrayValue',
    appends: append === true,
  })
}

function valueOf({ name, value, append, index }: Assignment, environment: Environment): Value {
  if (index !== undefined) return unknown(`elements of \`${name}\` are set one by one`)
  const added =
    value.type === 'ArrayValue' ? listOf(value.elements, environment) : expandText(value, environment)
  const result = append === true ? appended(environment.variables.get(name), added) : added
  return result.kind === 'unknown' && !result.why.startsWith(`\`$${name}\``)
    ? unknown(`\`$${name}\` has no known value: ${result.why}`)
    : result
}

function listOf(elements: readonly Word[], environment: Environment): Value {
  const texts: string[] = []
  for (const element of elements) {
    const expansion = expandWord(element, environment)
    if (!expansion.ok) return unknown(expansion.why)
    texts.push(...expansion.fields)
  }
  return { kind: 'list', texts }
}

function appended(old: Value | undefined, added: Value): Value {
  if (old === undefined || added.kind === 'unknown') return added
  if (old.kind === 'list' && added.kind === 'list')
    return { kind: 'list', texts: [...old.texts, ...added.texts] }
  return old.kind === 'text' && added.kind === 'text'
    ? text(old.text + added.text)
    : unknown('values are joined')
}
