// Rule priorities.

/** ip-rule(8) PREFERENCE; FRA_PRIORITY. The kernel evaluates lower values first. */
export type Preference = number

/** The kernel's own rules have 0 (local), 32766 (main) and, for IPv4, 32767 (default). */
export const MIN_PREFERENCE: Preference = 1
export const MAX_PREFERENCE: Preference = 32765

export const isPreference = (pref: number): boolean =>
  Number.isInteger(pref) && pref >= MIN_PREFERENCE && pref <= MAX_PREFERENCE
