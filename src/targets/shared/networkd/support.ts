// Capabilities of networkd by version, from its man page, its sources and boots of 247, 252 and 257.
import { trackerSupport } from '../lease/support.js'
import type { Feature } from '../../../plan/features.js'
import { connmarkSupport } from '../connmarks.js'
import type { Capabilities, Support } from '../../target.js'
import { isAtLeast } from '../../version.js'

const native: Support = { how: 'native' }
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

export function networkdCapabilities(version: string): Capabilities {
  return {
    'manage.routing': { how: 'native', note: 'drop-ins `NAME.network.d/60-multihome.conf`' },
    'link.address': native,
    'link.mtu': native,
    'link.mac': native,
    'link.nameservers': { how: 'native', note: 'systemd-resolved reads them' },
    'link.optional': { how: 'native', note: '`RequiredForOnline=no`' },
    'link.foreign': foreign(version),
    'link.vlan': native,
    'link.bond': native,
    'link.bridge': native,
    'link.vrf': native,
    'link.dhcp4': { how: 'native', note: '`DHCP=ipv4`' },
    'link.dhcp6': { how: 'native', note: '`DHCP=ipv6`' },
    'link.accept-ra': { how: 'native', note: '`IPv6AcceptRA=yes`: networkd’s own, not the kernel’s' },
    ...trackerSupport,
    'lease.apart-inet': {
      how: 'native',
      note: '`RouteTable=`; main has the lease’s network from multihome-follow',
    },
    'lease.apart-inet6': { how: 'native', note: '`RouteTable=`; main has the prefix from multihome-follow' },
    'rule.from': native,
    'rule.to': native,
    'rule.not': native,
    'rule.iif': withLink(version),
    'rule.oif': withLink(version),
    'rule.fwmark': native,
    'rule.fwmark-mask': native,
    'rule.fwmark-zero': { how: 'native', since: '257' },
    'rule.tos': native,
    'rule.ipproto': native,
    'rule.sport': native,
    'rule.dport': native,
    'rule.uidrange': native,
    'rule.dscp': {
      how: 'unsupported',
      reason: '[RoutingPolicyRule] has no key for it',
      instead: 'Set a mark by DSCP with nftables, and select `fwmark`.',
    },
    'rule.suppress-prefixlength': native,
    'rule.goto': { how: 'native', since: '257' },
    'rule.unreachable': reject,
    'rule.prohibit': reject,
    'rule.blackhole': reject,
    'rule.lasting': native,
    'route.table': native,
    'route.metric': native,
    'route.src': native,
    'route.src-inet6': native,
    'route.onlink': native,
    'route.device': native,
    'route.mtu': native,
    'route.multipath-inet': multipathInet(version),
    'route.multipath-inet6': native,
    'route.unreachable': native,
    'route.prohibit': native,
    'route.blackhole': native,
    'route.throw': native,
    'route.local': native,
    'table.name': { how: 'native', note: '`RouteTable=` in networkd.conf since 248, and rt_tables.d' },
    sysctl: { how: 'native', note: '/etc/sysctl.d' },
    'marks.nftables': connmarkSupport,
  } satisfies Record<Feature, Support>
}
