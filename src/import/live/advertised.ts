// Links over which a running host has a default route of a router advertisement.
import type { LinkName } from '../../kernel/link.js'
import { RTPROT_RA } from '../../kernel/protocol.js'
import type { LiveState } from '../../verify/state.js'

/** The kernel, networkd and NetworkManager all write the protocol. */
export const advertisedLinks = ({ routes }: LiveState): ReadonlySet<LinkName> =>
  new Set(
    routes
      .filter(({ protocol, family, dst }) => protocol === RTPROT_RA && family === 'inet6' && dst.length === 0)
      .flatMap(({ nexthops }) => nexthops.map(({ dev }) => dev)),
  )
