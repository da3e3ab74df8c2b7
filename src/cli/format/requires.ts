// Requirements of a description, as text and JSON: kernel options, releases, and the minimum version of each stack.
import type { Path } from '../../diagnostics/diagnostic.js'
import { formatPath } from '../../diagnostics/diagnostic.js'
import { formatLine, type SourceLine } from '../../diagnostics/source-line.js'
import { requiredVersion, type VersionNeed } from '../../plan/requires-versions.js'
import type { CheckedOption, OptionNeed } from '../../plan/requires.js'
import type { MinimumVersion } from '../../targets/minimum-version.js'
import { columns } from './columns.js'
import type { DocumentOf } from '../json/document.js'
import type { requiresSchema } from '../json/requires.js'

export interface Needs {
  /** With their state if a kernel configuration was read. */
  readonly options: readonly (OptionNeed | CheckedOption)[]
  readonly versions: readonly VersionNeed[]
  readonly stacks: readonly StackNeed[]
}

export interface StackNeed extends MinimumVersion {
  /** Programs that its steps and scripts call. */
  readonly programs: readonly string[]
}

type LineOf = (path: Path) => SourceLine

export function requiresText(needs: Needs, lineOf: LineOf): string {
  const sections = [
    section(
      'Kernel options',
      needs.options.map((need) => [
        need.option,
        ...('state' in need ? [need.state] : []),
        formatLine(lineOf(need.path)),
        need.reason,
      ]),
    ),
    section(
      `Releases: ${releases(needs.versions)}`,
      needs.versions.map(({ what, linux, iproute2, nftables, path }) => [
        `Linux ${linux}`,
        iproute2 === undefined
          ? nftables === undefined
            ? ''
            : `nftables ${nftables}`
          : `iproute2 ${iproute2}`,
        formatLine(lineOf(path)),
        what,
      ]),
    ),
    section('Stacks', needs.stacks.map(stackRow)),
  ]
  return sections.join('\n')
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  const lines = rows.length === 0 ? ['nothing'] : columns(rows)
  return `${title}\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function releases(versions: readonly VersionNeed[]): string {
  const linux = requiredVersion(versions, 'linux')
  const iproute2 = requiredVersion(versions, 'iproute2')
  const nftables = requiredVersion(versions, 'nftables')
  const parts = [
    linux === undefined ? 'any Linux' : `Linux ${linux}`,
    iproute2 === undefined ? 'any iproute2' : `iproute2 ${iproute2}, where a stack calls \`ip\``,
    ...(nftables === undefined ? [] : [`nftables ${nftables}`]),
  ]
  return parts.join(', ')
}

function stackRow({
  target,
  consumer,
  assumed,
  least,
  because,
  never,
  programs,
}: StackNeed): readonly string[] {
  const version = least === undefined ? `any ${consumer}` : `${consumer} ${least}`
  const why = [
    ...(because.length === 0 ? [] : [`for ${because.join(', ')}`]),
    ...never.map((feature) => `cannot: ${feature}`),
    ...(programs.length === 0 ? [] : [`calls ${programs.join(', ')}`]),
  ]
  return [target, version, `${assumed} assumed`, why.join('; ')]
}

export const requiresDocument = (
  { options, versions, stacks }: Needs,
  lineOf: LineOf,
): DocumentOf<typeof requiresSchema> => {
  const location = (path: Path) => ({ path: formatPath(path), ...lineOf(path) })
  return {
    version: 1,
    kernel: {
      least: requiredVersion(versions, 'linux'),
      options: options.map((need) => ({ ...need, ...location(need.path) })),
    },
    iproute2: { least: requiredVersion(versions, 'iproute2') },
    nftables: { least: requiredVersion(versions, 'nftables') },
    versions: versions.map(({ feature: _feature, ...need }) => ({ ...need, ...location(need.path) })),
    stacks,
  }
}
