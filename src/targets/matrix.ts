// Capability matrix of all targets, for the command and the documents.
import { features, featureTitles, type Feature } from '../plan/features.js'
import type { Support, Target, WrittenSettings } from './target.js'

export interface Variant {
  /** `netplan`, `netplan (NetworkManager)`. */
  readonly name: string
  readonly target: Target
  readonly settings: WrittenSettings
}

export interface MatrixRow {
  readonly feature: Feature
  readonly title: string
  /** In the order of the variants. */
  readonly support: readonly Support[]
}

export interface Matrix {
  readonly variants: readonly Variant[]
  readonly rows: readonly MatrixRow[]
}

/** Settings that change capabilities so much that they have a column of their own. */
const furtherVariants: Readonly<Record<string, readonly Omit<Variant, 'target'>[]>> = {
  netplan: [{ name: 'netplan (NetworkManager)', settings: { renderer: 'NetworkManager' } }],
}

export function matrixOf(targets: readonly Target[]): Matrix {
  const variants = targets.flatMap((target): readonly Variant[] => [
    { name: target.id, target, settings: {} },
    ...(furtherVariants[target.id] ?? []).map((variant) => ({ ...variant, target })),
  ])
  const records = variants.map(({ target, settings }) => target.capabilities(settings))
  const rows = features.map((feature) => ({
    feature,
    title: featureTitles[feature],
    support: records.map((record) => record[feature]),
  }))
  return { variants, rows }
}

/** `native ≥248`, `hook`, `no`. The note, if any, is `remarkOf`. */
export function supportWord(support: Support): string {
  if (support.how === 'unsupported') return 'no'
  return support.since === undefined ? support.how : `${support.how} ≥${support.since}`
}

/** Footnote of a cell. */
export function remarkOf(support: Support): string | undefined {
  if (support.how === 'unsupported' && support.instead !== undefined)
    return `${support.reason}. ${support.instead}`
  return support.how === 'partial' || support.how === 'unsupported' ? support.reason : support.note
}
