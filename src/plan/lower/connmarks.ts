// Lowering of connection marks.
import type { Network } from '../../network/network.js'
import { originOf } from './routes.js'
import type { Connmark } from '../plan.js'

export function lowerConnmarks({ marks, gateways }: Network): readonly Connmark[] {
  if (marks === 'none') return []
  return gateways.flatMap((gateway) => {
    const { name, link, fwmark, path } = gateway
    if (fwmark === undefined || fwmark.value === 0) return []
    const origin = originOf(gateway, `gateway ${name}: connections over ${link}`, [...path, 'fwmark'])
    return [{ link, fwmark, origin }]
  })
}
