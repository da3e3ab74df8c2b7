// Addresses that come and go: those with a lifetime, and those that our address tracker follows.
import { isSameAddress } from '../../kernel/address.js'
import type { LinkName } from '../../kernel/link.js'
import { isHostPrefix, type Prefix } from '../../kernel/prefix.js'
import { RTPROT_DYNAMIC } from '../../kernel/protocol.js'
import type { LiveAddress, LiveState } from '../../verify/state.js'

/** Only links with such an address. */
export type FollowedAddresses = ReadonlyMap<LinkName, readonly Prefix[]>

export function followedAddresses({ links, rules }: LiveState): FollowedAddresses {
  const replying = rules.flatMap(({ protocol, selector: { from, to } }) => {
    const prefix = from ?? to
    return protocol === RTPROT_DYNAMIC && prefix !== undefined && isHostPrefix(prefix) ? [prefix.address] : []
  })
  const isFollowed = ({ address: { address }, scope, isDynamic }: LiveAddress): boolean =>
    (scope === 'global' || scope === 'site') &&
    (isDynamic === true || replying.some((one) => isSameAddress(one, address)))
  return new Map(
    links.flatMap(({ name, addresses }): [LinkName, readonly Prefix[]][] => {
      const own = addresses.filter(isFollowed).map(({ address }) => address)
      return own.length === 0 ? [] : [[name, own]]
    }),
  )
}
