// Metrics that NetworkManager chooses: devices of one type do not have the same.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { familyName, type Family } from '../../../kernel/family.js'
import { ipKeys } from './keys.js'
import type { ProfileType } from './types.js'

export interface SharedMetrics {
  /**
   * nm_manager_device_route_metric_reserve(): the first device that comes up has the metric of its type, the next one a
   * higher one. Here it is the first file.
   */
  reserve(device: string, standard: number): number
  /** A device has a default route in main with such a metric. */
  share(family: Family, type: ProfileType, device: string, place: Place): void
  /** Two of them: the order of the files is a guess. */
  report(collector: Collector): void
}

export function createSharedMetrics(): SharedMetrics {
  const devices = new Map<number, Map<string, number>>()
  const first = new Map<string, string>()
  const reports: ((collector: Collector) => void)[] = []
  return {
    reserve(device, standard) {
      const known = devices.get(standard) ?? new Map<string, number>()
      devices.set(standard, known)
      const metric = known.get(device) ?? standard + known.size
      known.set(device, metric)
      return metric
    },
    share(family, type, device, place) {
      const key = `${family} ${type}`
      const other = first.get(key)
      if (other === undefined) first.set(key, device)
      else
        reports.push(({ unknown }) =>
          unknown(
            place,
            `${device} and ${other} have ${familyName(family)} default routes without \`${ipKeys.metric}\`: NetworkManager prefers the one that comes up first`,
          ),
        )
    },
    report: (collector) => {
      for (const report of reports) report(collector)
    },
  }
}
