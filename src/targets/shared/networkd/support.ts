// Capabilities of networkd by version, from its man page, its sources and boots of 247, 252 and 257.
import {
  allRoutes,
  allRules,
  commonSupport,
  linkSettings,
  native,
  rejectActions,
  virtualLinks,
} from '../support.js'
import type { Capabilities, Support } from '../../target.js'
import { isAtLeast } from '../../version.js'
import { USE_ADVERTISED_GATEWAY } from './lease.js'

const reject: Support = {
  how: 'native',
  since: '248',
  note: '`Type=` of a rule; the rule then also has table 254',
}

/** 257.0 to 257.2 compare and postpone rules with links wrongly, and the link is never configured (systemd issues 36244, 35874). */
const isBrokenWithLinks = (version: string): boolean => /^257\.[012](?:\D|$)/.test(version)

const withLink = (version: string): Support =>
  isBrokenWithLinks(version)
    ? {
        how: 'unsupported',
        reason: `with a rule that names a link, systemd ${version} never finishes the configuration of its link`,
        instead: 'Update systemd to 257.3 or later.',
      }
    : native

const foreign = (version: string): Support =>
  isAtLeast(version, '252')
    ? { how: 'native', note: '`KeepConfiguration=yes`; routes wait for the other program’s addresses' }
    : {
        how: 'partial',
        reason: `systemd ${version} does not wait for the other program’s addresses, so routes are missing if these are added after the link’s carrier`,
      }

/** 252 waits until every next hop is reachable. */
const multipathInet = (version: string): Support =>
  isAtLeast(version, '252')
    ? native
    : {
        how: 'partial',
        reason: `systemd ${version} fails the first member if that comes up before the others, also at boot, and installs the route only after \`networkctl reconfigure\` of it`,
      }

const ignoredRoutes = (version: string): Support =>
  isAtLeast(version, USE_ADVERTISED_GATEWAY)
    ? { how: 'native', note: '`UseRoutePrefix=no`' }
    : {
        how: 'partial',
        reason: `systemd ${version} installs the route information of router advertisements, and has no key against it`,
      }

export function networkdCapabilities(version: string): Capabilities {
  return {
    'manage.routing': { how: 'native', note: 'drop-ins `NAME.network.d/60-multihome.conf`' },
    ...commonSupport,
    ...linkSettings(native),
    'link.nameservers': { how: 'native', note: 'systemd-resolved reads them' },
    'link.optional': { how: 'native', note: '`RequiredForOnline=no`' },
    'link.foreign': foreign(version),
    ...virtualLinks(native),
    'link.dhcp4': { how: 'native', note: '`DHCP=ipv4`' },
    'link.dhcp6': { how: 'native', note: '`DHCP=ipv6`' },
    'link.accept-ra': { how: 'native', note: '`IPv6AcceptRA=yes`: networkd’s own, not the kernel’s' },
    'lease.apart-inet': {
      how: 'native',
      note: '`RouteTable=`; main has the lease’s network from multihome-tracker',
    },
    'lease.apart-inet6': { how: 'native', note: '`RouteTable=`; main has the prefix from multihome-tracker' },
    'lease.routes': {
      how: 'native',
      note: '`UseRoutes=` and `UseRoutePrefix=`; networkd does not keep them out of networks of other links',
    },
    'lease.ignored-routes-inet': { how: 'native', note: '`UseRoutes=no` with `UseGateway=yes`' },
    'lease.ignored-routes-inet6': ignoredRoutes(version),
    ...allRules(native),
    'rule.iif': withLink(version),
    'rule.oif': withLink(version),
    'rule.fwmark-zero': { how: 'native', since: '257' },
    'rule.dscp': {
      how: 'unsupported',
      reason: '[RoutingPolicyRule] has no key for it',
      instead: 'Set a mark by DSCP with nftables, and select `fwmark`.',
    },
    'rule.goto': { how: 'native', since: '257' },
    ...rejectActions(reject),
    ...allRoutes(native),
    'route.multipath-inet': multipathInet(version),
    'table.name': { how: 'native', note: '`RouteTable=` in networkd.conf since 248, and rt_tables.d' },
  }
}
