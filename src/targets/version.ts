// Versions of the consumers, compared number by number.
import type { WrittenSettings } from './target.js'

/** -1, 0 or 1. `1.1` equals `1.1.0`; parts that are not numbers (`deb13u1`) count as their leading digits or 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.')
  const right = b.split('.')
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = Number.parseInt(left[index] ?? '0', 10) - Number.parseInt(right[index] ?? '0', 10)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

export const isAtLeast = (version: string, least: string): boolean => compareVersions(version, least) >= 0

/** The consumer's version that the writer named, or the target's default. */
export const versionOf = (settings: WrittenSettings, defaultVersion: string): string =>
  settings['version'] === undefined ? defaultVersion : String(settings['version'])
