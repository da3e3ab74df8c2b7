// Lowering of connection marks.
import type { Network } from '../../network/network.js'
import { gatewayOrigin } from './routes.js'
import type { Connmark } from '../plan.js'

export function lowerConnmarks({ marks, gateways }: Network): readonly Connmark[] {
  if (marks === 'none') return []
  return gateways.flatMap((gateway) => {
    const { link, fwmark, path } = gateway
    if (fwmark === undefined || fwmark.value === 0) return []
    const origin = gatewayOrigin(gateway, { part: 'connmark', link }, [...path, 'fwmark'])
    return [{ link, fwmark, origin }]
  })
}
