// Link definitions of a rendered netplan YAML.
import { load, YAML11_SCHEMA } from 'js-yaml'
import type { RenderedFile } from '../../src/targets/target.js'

export interface RuleItem {
  readonly from?: string
  readonly to?: string
  readonly priority: number
}

export interface Definition {
  readonly routes?: readonly unknown[]
  readonly 'routing-policy'?: readonly RuleItem[]
}

/** By name, from every section; empty without a YAML. */
export function definitionsOf(files: readonly RenderedFile[]): ReadonlyMap<string, Definition> {
  const yaml = files.find(({ path }) => path.startsWith('/etc/netplan/'))
  if (yaml === undefined || !('content' in yaml)) return new Map()
  const { network } = load(yaml.content, { schema: YAML11_SCHEMA }) as {
    readonly network: Readonly<Record<string, unknown>>
  }
  const sections = Object.values(network).filter((value) => typeof value === 'object')
  return new Map(sections.flatMap((section) => Object.entries(section as Record<string, Definition>)))
}

/** Number of routes and rules in all definitions. */
export function countsOf(files: readonly RenderedFile[]): {
  readonly routes: number
  readonly rules: number
} {
  const all = [...definitionsOf(files).values()]
  return {
    routes: all.flatMap(({ routes }) => routes ?? []).length,
    rules: all.flatMap((one) => one['routing-policy'] ?? []).length,
  }
}
