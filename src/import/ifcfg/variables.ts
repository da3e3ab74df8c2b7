// Files of assignments below /etc/sysconfig: variables by name, each of which is read or reported.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { readScript } from '../../found/shell/script.js'

export interface Variable {
  readonly name: string
  readonly value: string
  readonly place: Place
  readonly comment?: string
}

export interface Variables {
  readonly file: string
  /** Of the first assignment. */
  readonly place: Place
  readonly comment?: string
  /** The value of a name, which counts as read then; undefined for none and for an empty one. */
  take(name: string): Variable | undefined
  /** `IPADDR`, `IPADDR0`, `IPADDR1` … in the order of their numbers, with what is behind the name: ``, `0`, `1`. */
  takeNumbered(name: string): readonly (Variable & { readonly suffix: string })[]
  /** What nothing has read. */
  rest(): readonly Variable[]
}

export function readVariables(file: string, text: string, collector: Collector): Variables {
  const last = new Map<string, Variable>()
  let first: Variable | undefined
  readScript(text, file, collector, {
    assigned: ({ name, values, isArray, place, comment }) => {
      if (values === undefined || isArray || values.length !== 1) {
        collector.unknown(place, 'the value is not known')
        return
      }
      const variable = {
        ...{ name, value: values[0]?.trim() ?? '', place },
        ...(comment === undefined ? {} : { comment }),
      }
      first ??= variable
      const earlier = last.get(name)
      if (earlier !== undefined) collector.withoutEffect(earlier.place, 'a later line sets it again')
      last.set(name, variable)
    },
  })
  const take = (name: string): Variable | undefined => {
    const variable = last.get(name)
    last.delete(name)
    return variable?.value === '' ? undefined : variable
  }
  return {
    file,
    place: first?.place ?? { file, line: 1, text: '' },
    ...(first?.comment === undefined ? {} : { comment: first.comment }),
    take,
    takeNumbered: (name) =>
      [...last.keys()]
        .flatMap((key) => {
          const suffix = key.startsWith(name) ? key.slice(name.length) : 'x'
          return /^\d{0,4}$/.test(suffix) ? [{ key, suffix }] : []
        })
        .toSorted((a, b) => Number(a.suffix || -1) - Number(b.suffix || -1))
        .flatMap(({ key, suffix }) => {
          const variable = take(key)
          return variable === undefined ? [] : [{ ...variable, suffix }]
        }),
    rest: () => [...last.values()],
  }
}

/** svParseBoolean() in shvar.c; network scripts compare with `yes` and `no` in any case. */
export function booleanOf(variable: Variable | undefined, { unknown }: Collector): boolean | undefined {
  if (variable === undefined) return undefined
  if (/^(?:yes|true|t|y|1|on)$/i.test(variable.value)) return true
  if (/^(?:no|false|f|n|0|off)$/i.test(variable.value)) return false
  unknown(variable.place, 'it is neither `yes` nor `no`')
  return undefined
}

export function integerOf(
  variable: Variable | undefined,
  min: number,
  max: number,
  { unknown }: Collector,
): number | undefined {
  if (variable === undefined) return undefined
  const number = /^-?\d+$/.test(variable.value) ? Number(variable.value) : Number.NaN
  if (number >= min && number <= max) return number
  unknown(variable.place, `it is no number from ${min} to ${max}`)
  return undefined
}
