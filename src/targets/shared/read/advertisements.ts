// Router advertisements where the kernel handles them: its sysctls say whether a link accepts them.
import type { Collector } from '../../../found/collector.js'
import type { FoundLink } from '../../../found/found.js'
import { formatSysctlKey, linkSysctl } from '../../../kernel/sysctl.js'
import { RT_TABLE_MAIN } from '../../../kernel/table.js'

/** Adds what sysctls of any file say to links for which the stack itself says nothing. */
export function acceptBySysctls(links: readonly FoundLink[], collector: Collector): void {
  collector.atEnd(() => {
    const values = new Map(collector.soFar.sysctls.map(({ key, value }) => [formatSysctlKey(key), value]))
    for (const link of links) {
      const valueOf = (name: string): string | undefined =>
        values.get(formatSysctlKey(linkSysctl('inet6', link.name, name)))
      const accepts = valueOf('accept_ra')
      if (accepts !== undefined) link.acceptRa ??= accepts !== '0'
      if (link.acceptRa !== true) continue
      const metric = valueOf('ra_defrtr_metric')
      const { isDefault = true, metric: known = 1024 } = link.leases.inet6 ?? {}
      link.leases.inet6 = {
        isDefault: isDefault && valueOf('accept_ra_defrtr') !== '0',
        metric: metric === undefined ? known : Number(metric),
        table: RT_TABLE_MAIN,
      }
    }
  })
}
