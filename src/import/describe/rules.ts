// `local` and `rules` of a source plan.
import { familyName, type Family } from '../../kernel/family.js'
import { WHOLE_MARK, formatFwmark, type Fwmark } from '../../kernel/fwmark.js'
import { formatPrefixShort } from '../../kernel/prefix.js'
import { protocolName } from '../../kernel/protocol.js'
import { formatRange, type Range } from '../../kernel/range.js'
import { mapSelector, selectorTokens, setSelectors, type SelectorFormats } from '../../kernel/selectors.js'
import { RT_TABLE_MAIN, type TableId } from '../../kernel/table.js'
import { actionKey } from '../../plan/keys.js'
import type { KernelPlan, Origin, Rule, RuleAction } from '../../plan/plan.js'
import type { Gateway } from './gateways.js'
import { commentText, type Written, type WrittenMapping } from './written.js'

export interface WrittenRules {
  readonly local: readonly Written[]
  readonly rules: readonly WrittenMapping[]
  /** Of each entry of `rules`, in its order. */
  readonly origins: readonly (readonly Origin[])[]
}

/** Those that no gateway expresses, in order. */
export function rulesOf(
  { state }: KernelPlan,
  gateways: readonly Gateway[],
  /** By number: those that `tables` has. */
  tables: ReadonlyMap<TableId, string>,
  isPinned: boolean,
): WrittenRules {
  const expressed = new Set(gateways.flatMap(({ rules }) => [...rules]))
  const rest = state.rules.filter((rule) => !expressed.has(rule)).toSorted((a, b) => a.pref - b.pref)
  const firstOther = state.rules.reduce(
    (first, rule) => (isLocal(rule) ? first : Math.min(first, rule.pref)),
    Number.POSITIVE_INFINITY,
  )
  const hasGoto = rest.some(({ action }) => action.type === 'goto')
  const local = isPinned || hasGoto ? [] : rest.filter((rule) => isLocal(rule) && rule.pref < firstOther)
  const names = new Map([
    ...tables,
    ...gateways.flatMap(({ table, name }) => (table === undefined ? [] : [[table, name] as const])),
  ])
  const isGateway = new Set(gateways.map(({ name }) => name))
  const elements = familyPairs(rest.filter((rule) => !local.includes(rule))).map((pair) =>
    elementOf(pair, names, isGateway),
  )
  const numbered = withPriorities(withElse(inLists(elements)), isPinned || hasGoto)
  return {
    local: local.flatMap(({ selector: { to } }) => (to === undefined ? [] : [formatPrefixShort(to)])),
    rules: numbered.map(({ selectors, rest: other, elseAction, first }) => ({
      ...selectors,
      ...other,
      else: elseAction,
      priority: first,
    })),
    origins: numbered.map(({ origins }) => origins),
  }
}

const isLocal = ({ selector, action }: Rule): boolean =>
  action.type === 'lookup' &&
  action.table === RT_TABLE_MAIN &&
  action.suppressPrefixlength === undefined &&
  setSelectors(selector).join() === 'to'

type Pair = readonly [Rule, ...Rule[]]

/** The IPv4 and the IPv6 form of one rule are written once. */
function familyPairs(rules: readonly Rule[]): readonly Pair[] {
  const partners = new Map<Rule, Rule>()
  for (const rule of rules) {
    if (rule.family !== 'inet') continue
    const partner = rules.find(
      (one) => one.family === 'inet6' && one.pref === rule.pref && keyOf(one) === keyOf(rule),
    )
    if (partner !== undefined) partners.set(rule, partner)
  }
  const second = new Set(partners.values())
  return rules
    .filter((rule) => !second.has(rule))
    .map((rule) => {
      const partner = partners.get(rule)
      return partner === undefined ? [rule] : [rule, partner]
    })
}

const keyOf = ({ selector, action }: Rule): string =>
  `${selectorTokens(selector).join(' ')} ${actionKey(action)}`

const number = (range: Range): Written => (range.first === range.last ? range.first : formatRange(range))

export const markText = (mark: Fwmark): string =>
  mark.mask === WHOLE_MARK ? `0x${mark.value.toString(16)}/0x${WHOLE_MARK.toString(16)}` : formatFwmark(mark)

const formats: SelectorFormats<Written> = {
  from: formatPrefixShort,
  to: formatPrefixShort,
  iif: String,
  oif: String,
  fwmark: markText,
  tos: (tos) => `0x${tos.toString(16).padStart(2, '0')}`,
  ipproto: (protocol) => {
    const name = protocolName(protocol)
    return /^\d+$/.test(name) ? protocol : name
  },
  sport: number,
  dport: number,
  uidrange: number,
  dscp: (dscp) => dscp,
}

/** A rule of the description, while neighbours may still join it. */
interface Element {
  readonly selectors: WrittenMapping
  /** Family, action and comment. */
  readonly rest: WrittenMapping
  readonly first: number
  readonly last: number
  readonly isLookup: boolean
  readonly elseAction?: string
  readonly origins: readonly Origin[]
}

type Numbered = Omit<Element, 'first'> & { readonly first: number | undefined }

/** The kernel takes several rules of one priority; here each has its own, in the same order. */
function withPriorities(elements: readonly Element[], isPinned: boolean): readonly Numbered[] {
  if (!isPinned) return elements.map((element) => ({ ...element, first: undefined }))
  let next = 0
  const numbered = elements.map((element) => {
    const first = Math.max(element.first, next)
    next = first + element.last - element.first + 1
    return { ...element, first, source: element.first }
  })
  return numbered.map(({ source: _source, ...element }) => {
    const { goto } = element.rest
    const target = goto === undefined ? undefined : numbered.find(({ source }) => source === goto)
    return target === undefined ? element : { ...element, rest: { ...element.rest, goto: target.first } }
  })
}

function elementOf(
  [rule, ...others]: Pair,
  names: ReadonlyMap<TableId, string>,
  gateways: ReadonlySet<string>,
): Element {
  const { selector, action, pref, family, origin } = rule
  const hasPrefix = selector.from !== undefined || selector.to !== undefined
  const selected = mapSelector(selector, (name, value): readonly [string, Written] => [
    name,
    formats[name](value),
  ])
  const comment = origin.comment ?? others.map((one) => one.origin.comment).find((one) => one !== undefined)
  return {
    selectors: { ...Object.fromEntries(selected), not: selector.not },
    rest: {
      family: others.length > 0 || hasPrefix ? undefined : familyWord(family),
      ...actionValue(action, names, gateways),
      comment: commentText(comment),
    },
    first: pref,
    last: pref,
    isLookup: action.type === 'lookup',
    origins: [origin, ...others.map((one) => one.origin)],
  }
}

/** Rules with consecutive priorities that differ in one selector are one rule with a list. */
function inLists(elements: readonly Element[]): readonly Element[] {
  const joined: Element[] = []
  for (const element of elements) {
    const before = joined.at(-1)
    const key = before === undefined ? undefined : listKey(before, element)
    if (before === undefined || key === undefined) joined.push(element)
    else
      joined[joined.length - 1] = {
        ...before,
        selectors: {
          ...before.selectors,
          [key]: [before.selectors[key], element.selectors[key]].flatMap((one) => one ?? []),
        },
        last: element.last,
        origins: [...before.origins, ...element.origins],
      }
  }
  return joined
}

function listKey(before: Element, element: Element): string | undefined {
  const { selectors, rest, last } = before
  if (element.first - last > 1 || textOf(rest) !== textOf(element.rest) || selectors['not'] === true)
    return undefined
  if (Object.keys(selectors).join() !== Object.keys(element.selectors).join()) return undefined
  const differing = Object.keys(selectors).filter(
    (key) => textOf(selectors[key]) !== textOf(element.selectors[key]),
  )
  const [key] = differing
  const lists = Object.keys(selectors).filter((one) => Array.isArray(selectors[one]))
  return differing.length === 1 && lists.every((one) => one === key) ? key : undefined
}

/** A rejecting rule behind a lookup of the same packets is its `else`. */
function withElse(elements: readonly Element[]): readonly Element[] {
  const joined: Element[] = []
  for (const element of elements) {
    const before = joined.at(-1)
    const { action, comment: _comment, ...rest } = element.rest
    const isElse =
      before !== undefined &&
      before.isLookup &&
      before.elseAction === undefined &&
      typeof action === 'string' &&
      element.first === before.last + 1 &&
      textOf(before.selectors) === textOf(element.selectors) &&
      before.rest['family'] === rest['family'] &&
      before.rest['comment'] === element.rest['comment']
    if (isElse)
      joined[joined.length - 1] = {
        ...before,
        elseAction: action,
        last: element.last,
        origins: [...before.origins, ...element.origins],
      }
    else joined.push(element)
  }
  return joined
}

const textOf = (value: unknown): string => JSON.stringify(value) ?? ''

const familyWord = (family: Family): string => familyName(family).toLowerCase()

function actionValue(
  action: RuleAction,
  names: ReadonlyMap<TableId, string>,
  gateways: ReadonlySet<string>,
): WrittenMapping {
  if (action.type === 'goto') return { goto: action.pref }
  if (action.type !== 'lookup') return { action: action.type }
  const name = action.table === RT_TABLE_MAIN ? 'main' : names.get(action.table)
  return {
    ...(name !== undefined && gateways.has(name) ? { gateway: name } : { table: name ?? action.table }),
    'suppress-prefixlength': action.suppressPrefixlength,
  }
}
