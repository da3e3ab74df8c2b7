// Live state against files: what the host has and no file says, and the reverse.
import { verify } from '../../verify/verify.js'
import type { Finding } from '../../verify/finding.js'
import type { LiveState } from '../../verify/state.js'
import type { SourcePlan } from '../source-plan.js'

/** `placeOf` of the source plan finds the line of a finding by the path of its origin. */
export const differencesFromLive = (
  { plan }: Pick<SourcePlan, 'plan'>,
  state: LiveState,
): readonly Finding[] => verify(plan, state).filter((finding) => !isOnlyOnlink(finding))

/** It only counts when the kernel takes the route, which it has. ifupdown sets it always. */
const isOnlyOnlink = ({ kind, what, words, live }: Finding): boolean =>
  kind === 'different' &&
  what === 'route' &&
  live !== undefined &&
  withoutOnlink(words) === withoutOnlink(live)

const withoutOnlink = (words: string): string => words.replace(/ onlink\b/g, '')
