// Plan of a fixture with the leases of its leases.yaml, which its decisions assume.
import type { LinkName } from '../../src/kernel/link.js'
import { hostPrefix, parsePrefix, type Prefix } from '../../src/kernel/prefix.js'
import { parseAddress } from '../../src/kernel/address.js'
import { applyLeases, type LeaseData } from '../../src/plan/apply-leases.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { leasesOf } from '../boot/host/leases/leases-file.js'
import { routerLinkLocal, type Lease } from '../boot/lab/dhcp/lease.js'
import { routers4 } from '../boot/lab/dhcp/lease-routes.js'
import type { Fixture } from './fixtures.js'

/** The plan itself if nothing is leased. */
export function withGivenLeases(fixture: Fixture, plan: KernelPlan): KernelPlan {
  const leases = [...leasesOf(fixture)].map(
    ([link, given]) => [link as LinkName, leaseDataOf(given)] as const,
  )
  return leases.length === 0 ? plan : applyLeases(plan, new Map(leases))
}

function leaseDataOf({ dhcp4, dhcp6, advertisement }: Lease): LeaseData {
  const routers = [
    ...(dhcp4 === undefined ? [] : routers4(dhcp4)),
    ...(advertisement === undefined ? [] : [routerLinkLocal]),
  ]
  return {
    addresses: [
      ...(dhcp4 === undefined ? [] : [dhcp4.address]),
      ...(dhcp6 === undefined ? [] : [hostPrefix(dhcp6.address)]),
      ...(advertisement?.prefixes ?? []).flatMap(someAddress),
    ],
    routers: routers.flatMap((text) => parseAddress(text) ?? []),
  }
}

/** An autoconfigured address; its interface identifier is arbitrary. */
const someAddress = ({ address, length }: Prefix): readonly Prefix[] => {
  const parsed = parsePrefix(`${address.text}a/${length}`)
  return parsed === undefined ? [] : [parsed]
}
