// Lookup in the schema: what is known of the value at a path.
import type { core } from 'zod/mini'
import type { Path } from '../../diagnostics/diagnostic.js'
import { shapes, type Shape } from './primitives.js'

type Any = core.$ZodType

/** Meaning and examples of a key. */
export const shapeAt = (root: Any, path: Path): Shape | undefined =>
  schemasAt(root, path)
    .map((schema) => shapes.get(schema))
    .find((shape) => shape?.description !== undefined)

/** Keys that the mapping at the path takes; none where it takes names of the writer's own. */
export const keysAt = (root: Any, path: Path): readonly string[] =>
  defsAt(root, path).flatMap((def) => (def.type === 'object' ? Object.keys(def.shape) : []))

/** Whether the keys of the mapping at the path are names that the writer gives. */
export const isNamed = (root: Any, path: Path): boolean =>
  defsAt(root, path).some(({ type }) => type === 'record')

const defsAt = (root: Any, path: Path) => schemasAt(root, path).flatMap(branchesOf).map(defOf)

const schemasAt = (root: Any, path: Path): readonly Any[] =>
  path.reduce<readonly Any[]>(
    (found, segment) => found.flatMap(branchesOf).flatMap((schema) => childrenOf(schema, segment)),
    [root],
  )

const defOf = (schema: Any) => (schema as core.$ZodTypes)._zod.def

/** A union's alternatives; of a wrapper, what is inside. */
function branchesOf(schema: Any): readonly Any[] {
  const def = defOf(schema)
  switch (def.type) {
    case 'optional':
    case 'nullable':
      return branchesOf(def.innerType)
    case 'pipe':
      return branchesOf(def.in)
    case 'union':
      return def.options.flatMap(branchesOf)
    default:
      return [schema]
  }
}

function childrenOf(schema: Any, segment: string | number): readonly Any[] {
  const def = defOf(schema)
  switch (def.type) {
    case 'array':
      return [def.element]
    case 'record':
      return [def.valueType]
    case 'object': {
      const child: Any | undefined = Object.hasOwn(def.shape, segment) ? def.shape[segment] : undefined
      return child === undefined ? [] : [child]
    }
    default:
      return []
  }
}
