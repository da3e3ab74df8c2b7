// Commands of scripts that are none of ip(8): those that route no packet, and those whose effect multihome cannot read.
import { createCollector } from '../../collector.js'
import { readIpCommand } from '../../commands/command.js'

/** Programs that route no packet. */
const HARMLESS = new Set(
  [
    'alias awk basename cat cd chmod chown clear command cp cut date declare dirname dmesg echo egrep false fgrep find getopts grep head',
    'hash hostname id install jq kill killall let ln local logger ls lsmod lsof mkdir mktemp modprobe mv nice nohup pgrep pidof',
    'pkill printf ps pwd readlink readonly rm rmdir sed seq set sleep sort source stat stty sync tail tee test time timeout touch tput',
    'tr trap true type ulimit umask uname uniq usleep wait wc which whoami xargs yes : [ ping ping6 fping arping traceroute dig',
    'nslookup host getent curl wget mail sendmail mailx ethtool iwconfig iw rfkill mii-tool mount umount udevadm depmod insmod',
    'log_daemon_msg log_end_msg log_progress_msg log_failure_msg log_success_msg log_warning_msg ebegin eend einfo ewarn eerror',
    'vebegin veend veinfo vewarn resolvconf systemd-notify systemd-cat export unset return exit shift eval exec conntrack',
    'nmcli networkctl systemctl service rc-service invoke-rc.d update-rc.d initctl ifquery arp',
  ].flatMap((line) => line.split(' ')),
)

/** Why a program that is none of these has an effect that is not read. */
const UNREAD: readonly (readonly [RegExp, string])[] = [
  [/^(?:dhclient|dhcpcd|udhcpc|pump|dhcp6c)$/, 'it starts a DHCP client, which the stack should do'],
  [
    /^(?:wg|wg-quick|openvpn|pppd|pon|poff|xl2tpd|pptp|ipsec|swanctl|vpnc|openconnect|tailscale|zerotier-cli|n2n|tincd|chap-secrets)$/,
    'it runs a program that makes links, and its routes are not read',
  ],
  [/^(?:wpa_supplicant|wpa_cli|hostapd)$/, 'multihome does not configure wireless links'],
  [/^(?:ifup|ifdown|netplan)$/, 'it configures other links, and its effect is not read'],
  [
    /^(?:ovs-vsctl|bridge|teamd|teamdctl|tunctl|ip6tunnel|iptunnel|batctl|nmstatectl)$/,
    'multihome does not create such links',
  ],
  [/^(?:quagga|zebra|vtysh|birdc?|bgpd|ospfd|keepalived)$/, 'it installs routes of its own'],
]

export type Effect = { readonly kind: 'unknown' | 'without-effect'; readonly why: string }

/** What is known of a command; undefined for a program that nobody has heard of. */
export function effectOf(words: readonly string[]): Effect | undefined {
  const [program = ''] = words
  const name = program.slice(program.lastIndexOf('/') + 1)
  const line = words.join(' ')
  if (
    /^(?:iptables|ip6tables|xtables|iptables-(?:legacy|nft)|ip6tables-(?:legacy|nft)|nft|ebtables|arptables)$/.test(
      name,
    )
  )
    return packetFilter(name, line)
  if (/^(?:ip6?tables-restore|iptables-apply|shorewall6?|ufw|firewall-cmd|ferm)$/.test(name))
    return { kind: 'without-effect', why: 'it loads a packet filter; multihome reads no marks of it' }
  if (/^(?:ipset|iptables-save|ip6tables-save)$/.test(name))
    return { kind: 'without-effect', why: 'it prepares or shows a packet filter' }
  if (name === 'tc')
    return /\b(?:mirred|redirect|skbedit)\b/.test(line)
      ? { kind: 'unknown', why: 'traffic control that redirects packets has no counterpart' }
      : { kind: 'without-effect', why: 'it shapes traffic, and routes no packet' }
  if (
    name === 'nmcli' &&
    /\b(?:con|connection|c|dev|device)\b.*\b(?:mod|modify|add|edit|reapply)\b/.test(line)
  )
    return { kind: 'unknown', why: 'it changes profiles, which are read instead' }
  if (HARMLESS.has(name)) return { kind: 'without-effect', why: 'the command routes no packet' }
  const unread = UNREAD.find(([pattern]) => pattern.test(name))
  return unread === undefined ? undefined : { kind: 'unknown', why: unread[1] }
}

/** Packets are routed by their marks; filters and NAT come before or behind that. */
function packetFilter(name: string, line: string): Effect {
  if (
    /\b(?:MARK|CONNMARK|TPROXY|TEE|ROUTE|--set-x?mark|mark set|tproxy|dup to|fwd to)\b|--(?:set|save|restore)-x?mark/.test(
      line,
    )
  )
    return {
      kind: 'unknown',
      why: `marks of ${name} are not read; multihome writes marks of connections with \`marks: nftables\``,
    }
  if (name === 'nft' && /\s-f\b|--file/.test(line))
    return {
      kind: 'without-effect',
      why: 'it loads a packet filter, which is read where it is a file of the host',
    }
  return { kind: 'without-effect', why: 'it filters or translates packets, and routes none' }
}

/** Whether a command of ip(8) and its predecessors only shows something. `known` has the answers that were given before. */
export function changesNothing(words: readonly string[], known: Map<string, boolean>): boolean {
  const key = words.join(' ')
  const answer = known.get(key) ?? isIdle(words)
  known.set(key, answer)
  return answer
}

function isIdle(words: readonly string[]): boolean {
  const scratch = createCollector()
  if (!readIpCommand(words, { place: { file: '', line: 1, text: '' } }, scratch)) return false
  const { links, routes, rules, sysctls } = scratch.soFar
  return (
    links.length + routes.length + rules.length + sysctls.length === 0 &&
    scratch.found().problems.every(({ why }) => /^the command (?:shows|routes)|^it shows/.test(why))
  )
}
