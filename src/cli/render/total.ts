// What `render` did for all hosts, and its summary.
import type { Done } from '../hosts/job.js'
import { countOf } from '../runtime/findings.js'
import { HOST } from './output-roots.js'
import type { RenderOptions } from './render-options.js'
import type { RenderedHost } from './render-host.js'
import { hint, NOTHING_WRITTEN, sum, totals, type Written } from './write.js'

export interface Total {
  readonly hosts: number
  /** Hosts with an error that does not concern a single target. */
  readonly stopped: number
  readonly errors: number
  readonly warnings: number
  readonly outputs: number
  readonly refused: number
  readonly differences: number
  readonly written: Written
  /** Hosts of which a file changed. */
  readonly changed: number
}

export const NO_HOSTS: Total = {
  hosts: 0,
  stopped: 0,
  errors: 0,
  warnings: 0,
  outputs: 0,
  refused: 0,
  differences: 0,
  written: NOTHING_WRITTEN,
  changed: 0,
}

/** Adds what was found in a description; a host without a result was given up. */
export const withFindings = (total: Total, { result }: Done<RenderedHost>): Total => ({
  ...total,
  hosts: total.hosts + 1,
  stopped: total.stopped + (result?.stopped === false ? 0 : 1),
  errors: total.errors + (result?.errors ?? 1),
  warnings: total.warnings + (result?.warnings ?? 0),
  outputs: total.outputs + (result?.outputs ?? 0),
  refused: total.refused + (result?.refused ?? 0),
})

/** Adds what was written or compared. */
export const withFiles = (total: Total, { result }: Done<RenderedHost>): Total =>
  result === undefined
    ? { ...total, written: { ...total.written, broken: true } }
    : {
        ...total,
        differences: total.differences + result.differences,
        written: sum(total.written, result.written),
        changed: total.changed + (result.written.roots.length > 0 ? 1 : 0),
      }

/** `2 errors, 1 warning`; empty if there are none. */
export const findingsText = ({ errors, warnings }: Pick<Total, 'errors' | 'warnings'>): string =>
  [countOf(errors, 'error'), countOf(warnings, 'warning')].filter((part) => part !== '').join(', ')

export const compareSummary = (total: Total): string => {
  const isPartial = total.written.broken || total.stopped > 0
  const found =
    countOf(total.differences, 'difference') || (isPartial ? 'Not all files could be compared' : 'Up to date')
  return `${found}${tail(total)}.\n`
}

export function writeSummary(total: Total, { archive, out }: RenderOptions): string {
  if (archive !== undefined && out?.includes(HOST) !== true) {
    const state = total.written.roots.length > 0 ? 'written' : 'unchanged'
    return `${countOf(total.outputs, 'tree')} of ${countOf(total.hosts, 'host')}, ${state}${tail(total)}.\n`
  }
  const start = total.hosts > 1 ? `${total.changed} of ${total.hosts} hosts changed: ` : ''
  return `${start}${totals(total.written)}${tail(total)}.${archive === undefined ? hint(total.written) : ''}\n`
}

/** Refusals, errors and warnings, each after a semicolon. */
const tail = (total: Total): string =>
  [total.refused === 0 ? '' : `${countOf(total.refused, 'target')} refused`, findingsText(total)]
    .filter((part) => part !== '')
    .map((part) => `; ${part}`)
    .join('')
