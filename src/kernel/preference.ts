// Rule priorities.

/** ip-rule(8) PREFERENCE; FRA_PRIORITY. The kernel evaluates lower values first. */
export type Preference = number

/** Of the kernel's own rules for the tables local, main and, for IPv4, default; see `kernelRules`. */
export const LOCAL_PREFERENCE: Preference = 0
export const MAIN_PREFERENCE: Preference = 32766
export const DEFAULT_PREFERENCE: Preference = 32767

/** Of the rule that the kernel adds with the first VRF: FIB_RULE_PREF of vrf_fib_rule(). */
export const VRF_PREFERENCE: Preference = 1000

/** Other rules stand between those for local and main. */
export const MIN_PREFERENCE: Preference = LOCAL_PREFERENCE + 1
export const MAX_PREFERENCE: Preference = MAIN_PREFERENCE - 1

export const isPreference = (pref: number): boolean =>
  Number.isInteger(pref) && pref >= MIN_PREFERENCE && pref <= MAX_PREFERENCE
