// Priority allocator for rules: each kind of rule has a band. Pinned priorities and those of other software are skipped.
import type { Reporter } from '../../diagnostics/reporter.js'
import { MAX_PREFERENCE, type Preference } from '../../kernel/preference.js'
import { families } from '../../kernel/family.js'
import type { Network, ResolvedRule, RuleExpansion } from '../../network/network.js'
import { bandOf } from '../../software/software.js'

export type Tier = 'local' | 'exceptions' | 'marks' | 'replies' | 'dynamicReplies' | 'rules'

interface NumberRange {
  readonly offset: number
  /** Exclusive. The last band ends before the kernel's own rules. */
  readonly end: number
  readonly step: number
  readonly title: string
}

export const bands: Readonly<Record<Tier, NumberRange>> = {
  local: { offset: 0, end: 1000, step: 1, title: '`local` networks' },
  exceptions: { offset: 1000, end: 2000, step: 10, title: 'leading rules' },
  marks: { offset: 2000, end: 3000, step: 1, title: 'marks of gateways' },
  replies: { offset: 3000, end: 4000, step: 1, title: 'replies' },
  // Behind all static addresses: a server may offer an address that another gateway has.
  dynamicReplies: { offset: 4000, end: 5000, step: 1, title: 'replies of dynamic addresses' },
  rules: { offset: 5000, end: MAX_PREFERENCE, step: 10, title: '`rules`' },
}

export interface PriorityAllocator {
  /** The first of `width` consecutive free priorities for both families. Reports a full band and returns undefined. */
  allocate(tier: Tier, width: number, reporter: Reporter): Preference | undefined
  /** Reports if the priorities after a pinned one (of a list or `else`) run into the band of other software. */
  checkPinned(first: Preference, width: number, reporter: Reporter): void
}

/** The IPv4 and IPv6 rules of an element share priorities, so the longer list counts. */
export const elementWidth = (element: RuleExpansion): number =>
  Math.max(...families.map((family) => element[family].length))

/** The number of priorities that a rule needs: one for each lookup, and one more for each with `else`. */
export const policyWidth = (policy: ResolvedRule): number => {
  const lookups = policy.elements.reduce((sum, element) => sum + elementWidth(element), 0)
  return policy.elseAction === undefined ? lookups : 2 * lookups
}

export function createPriorityAllocator(network: Network): PriorityAllocator {
  const pinned = new Set<Preference>()
  for (const policy of network.rules)
    if (policy.pref !== undefined)
      for (let index = 0; index < policyWidth(policy); index++) pinned.add(policy.pref + index)
  const foreign = network.coexist.flatMap((software) => software.prefs)
  const areFree = (start: Preference, width: number): boolean => {
    for (let pref = start; pref < start + width; pref++)
      if (pinned.has(pref) || bandOf(foreign, pref) !== undefined) return false
    return true
  }
  const next = new Map<Tier, Preference>()
  return {
    allocate(tier, width, reporter) {
      const band = bands[tier]
      const first = network.priorities + band.offset
      const last = Math.min(network.priorities + band.end - 1, MAX_PREFERENCE)
      let start = next.get(tier) ?? first
      while (start + width - 1 <= last) {
        if (areFree(start, width)) {
          next.set(tier, start + Math.ceil(width / band.step) * band.step)
          return start
        }
        start += band.step
      }
      reporter.report('prefs-exhausted', {
        tier: band.title,
        from: first,
        to: last,
        foreign: softwareWithin(network, first, last),
      })
      return undefined
    },
    checkPinned(first, width, reporter) {
      for (const { prefs, name } of network.coexist) {
        const overlap = prefs.find(([start]) => first < start && start < first + width)
        if (overlap !== undefined)
          reporter.report('coexist-collision', { what: `priority ${overlap[0]}`, software: name })
      }
    },
  }
}

/** The bands of other software in the range, which may be why it is full. */
const softwareWithin = ({ coexist }: Network, first: Preference, last: Preference): readonly string[] =>
  coexist.flatMap(({ name, prefs }) =>
    prefs
      .filter(([start, end]) => start <= last && first <= end)
      .map(([start, end]) => `${name} has ${start === end ? start : `${start} to ${end}`}`),
  )
