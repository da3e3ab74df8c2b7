// Reader for links and addresses of `ip -N -details -json address show`.
import type { LinkName } from '../../kernel/link.js'
import { parsePrefix } from '../../kernel/prefix.js'
import { hashPolicies, lacpRates } from '../../kernel/virtual-link.js'
import { fieldsOf, listOf, numberOf, textOf, tokensOf, type Fields } from './json.js'
import type { LiveAddress, LiveLink } from '../state.js'

/** RT_SCOPE_*; names from an `ip` without -N. */
const scopes = new Map<string | undefined, LiveAddress['scope']>(
  Object.entries({
    ...{ 0: 'global', 200: 'site', 253: 'link', 254: 'host' },
    ...{ global: 'global', site: 'site', link: 'link', host: 'host' },
  } as const),
)

/** undefined if it is no link. */
export function readLink(fields: Fields): LiveLink | undefined {
  const name = textOf(fields['ifname'])
  if (name === undefined) return undefined
  const flags = tokensOf(fields['flags'])
  const info = fieldsOf(fields['linkinfo'])
  const data = fieldsOf(info['info_data'])
  return {
    // Names that a description rejects are only displayed.
    name: name as LinkName,
    isUp: flags.includes('UP'),
    // Tunnels without a carrier have LOWER_UP as well.
    hasCarrier: flags.includes('LOWER_UP'),
    mtu: numberOf(fields['mtu']) ?? 0,
    mac: textOf(fields['address']),
    master: textOf(fields['master']),
    kind: textOf(info['info_kind']),
    parent: textOf(fields['link']),
    vlanId: numberOf(data['id']),
    mode: textOf(data['mode']),
    table: numberOf(data['table']),
    ...settingsOf(textOf(info['info_kind']), data),
    ...(fields['permaddr'] === undefined ? {} : { permanentMac: textOf(fields['permaddr']) }),
    addresses: listOf(fields['addr_info']).flatMap(readAddress),
  }
}

function settingsOf(kind: string | undefined, data: Fields): Pick<LiveLink, 'bond' | 'bridge'> {
  if (kind === 'bond')
    return {
      bond: {
        miimon: numberOf(data['miimon']),
        primary: textOf(data['primary']) as LinkName | undefined,
        lacpRate: lacpRates.find((one) => one === data['ad_lacp_rate']),
        xmitHashPolicy: hashPolicies.find((one) => one === data['xmit_hash_policy']),
      },
    }
  if (kind !== 'bridge') return {}
  // Hundredths of a second.
  const delay = numberOf(data['forward_delay'])
  return {
    bridge: {
      stp: numberOf(data['stp_state']) === 1,
      ...(delay === undefined ? {} : { forwardDelay: delay / 100 }),
    },
  }
}

function readAddress(fields: Fields): readonly LiveAddress[] {
  const address = parsePrefix(`${textOf(fields['local']) ?? ''}/${textOf(fields['prefixlen']) ?? ''}`)
  if (address === undefined) return []
  const scope = scopes.get(textOf(fields['scope'])) ?? 'global'
  return [
    {
      ...{ address, scope, isDuplicate: fields['dadfailed'] === true },
      hasRoute: fields['noprefixroute'] !== true,
      ...(fields['dynamic'] === true ? { isDynamic: true } : {}),
    },
  ]
}
