// Assignments: `name=value`, `name+=value`, `name=(…)`.
import type { Assignment, Word } from 'unbash'
import { text, unknown, type Environment, type ListValue, type Value } from '../environment.js'
import { expandText, expandWord, indexOf, keysOf } from '../words/expand.js'
import type { ScriptFile } from '../reading.js'

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
  const old = environment.variables.get(name)
  if (index !== undefined && value.type === 'Word')
    return withElement(old, indexOf(index, old, environment), expandText(value, environment))
  const added =
    value.type === 'ArrayValue' ? listOf(value.elements, environment) : expandText(value, environment)
  const result = append === true ? appended(old, added) : added
  return result.kind === 'unknown' && !result.why.startsWith(`\`$${name}\``)
    ? unknown(`\`$${name}\` has no known value: ${result.why}`)
    : result
}

/** An array: `(a b)`, or with names of its elements: `([eth0]=a [eth1]=b)`. */
function listOf(words: readonly Word[], environment: Environment): Value {
  const elements = new Map<string, string>()
  for (const word of words) {
    const expansion = expandWord(word, environment)
    if (!expansion.ok) return unknown(expansion.why)
    for (const field of expansion.fields) {
      const [, key, named] = /^\[([^\]]+)\]=([^]*)$/.exec(field) ?? []
      elements.set(key ?? String(elements.size), named ?? field)
    }
  }
  return arrayOf(elements)
}

const arrayOf = (elements: ReadonlyMap<string, string>, isNamed = false): ListValue => {
  const keys = [...elements.keys()]
  const isInOrder = keys.every((key, index) => key === String(index))
  return {
    ...{ kind: 'list', texts: [...elements.values()] },
    ...(isInOrder && !isNamed ? {} : { keys }),
    ...(isNamed ? { isNamed } : {}),
  }
}

/** `declare -A name`. */
export const emptyNamedArray = arrayOf(new Map(), true)

/** `name[key]=element`. */
function withElement(old: Value | undefined, key: Value, element: Value): Value {
  const problem = [old, key, element].find((each) => each?.kind === 'unknown')
  if (problem !== undefined) return problem
  if (key.kind !== 'text' || element.kind !== 'text') return unknown('an element of the array is not known')
  const elements = new Map<string, string>()
  if (old?.kind === 'text') elements.set('0', old.text)
  if (old?.kind === 'list')
    for (const [index, known] of keysOf(old).entries()) elements.set(known, old.texts[index] ?? '')
  return arrayOf(elements.set(key.text, element.text), old?.kind === 'list' && old.isNamed === true)
}

function appended(old: Value | undefined, added: Value): Value {
  if (old === undefined || added.kind === 'unknown') return added
  if (old.kind === 'list' && added.kind === 'list' && old.keys === undefined && added.keys === undefined)
    return { kind: 'list', texts: [...old.texts, ...added.texts] }
  return old.kind === 'text' && added.kind === 'text'
    ? text(old.text + added.text)
    : unknown('values are joined')
}
