// Agents that clouds put on their machines.
import { software, type Software } from './software.js'

export const clouds: readonly Software[] = [
  // 1 from multi-homed pods, 10 their VLANs, 20 the kernel's own rule of local addresses, 512 to pods, 1024 the host, 1535
  // written prefixes, 1536 from pods, 32765 cards' own addresses. A table for each card (number + 1, or as ec2-net-utils
  // does it) and for each VLAN (number + 100).
  software('aws-vpc-cni', 'Amazon VPC CNI (EKS)', {
    prefs: [1, 10, 20, 512, 1024, [1535, 1536], 32765],
    tables: [
      [2, 250],
      [10000, 10999],
    ],
    markBits: 0x80,
    links: ['eni*', 'vlan.eth.*'],
    sources: [
      'pkg/networkutils/network.go',
      'pkg/networkutils/helper.go',
      'pkg/networkutils/iptables_connmark.go',
      'cmd/routed-eni-cni-plugin/driver/driver.go',
    ],
  }),
  // 10000 + 100 for each network card + the device's number, as preference and as table. 1.x (Amazon Linux 2): table 10000 +
  // the link's number, and rules without a preference.
  software('ec2-net-utils', 'amazon-ec2-net-utils (Amazon Linux)', {
    prefs: [[10000, 10999]],
    tables: [[10000, 10999]],
    unnumbered: true,
    sources: ['lib/lib.sh', '1.x: ec2net-functions, ec2net-functions-lib'],
  }),
  // On netplan, for each card but the first: table 100 + its number.
  software('cloud-init', 'cloud-init, on EC2 with several cards', {
    tables: [[101, 115]],
    unnumbered: true,
    sources: ['cloudinit/sources/DataSourceEc2.py'],
  }),
  // Routes of forwarded addresses in the local table.
  software('google-guest-agent', 'Google’s guest agent (Compute Engine)', {
    protocols: [66],
    sources: ['google_guest_agent/cfg/cfg.go: ethernet_proto_id', 'internal/network/route/route_linux.go'],
  }),
  software('gke-netd', 'netd (GKE)', {
    prefs: [[70, 76]],
    tables: [1],
    markBits: 0x4000,
    sources: ['pkg/config/config_policy_routing.go'],
  }),
  // The first number from 10 on that rt_tables does not have.
  software('oci-utils', 'oci-utils (Oracle Cloud)', {
    tables: [[10, 252]],
    unnumbered: true,
    sources: ['lib/oci_utils/impl/network_helpers.py', 'lib/oci_utils/impl/init_script_templates.py'],
  }),
  // 512 to containers, 2048 from them; a table for each link, 1000 + its index.
  software('terway', 'Terway (Alibaba Cloud)', {
    prefs: [512, 2048],
    tables: [[1001, 1999]],
    sources: ['plugin/datapath/consts_linux.go', 'plugin/driver/utils/utils_linux.go'],
  }),
]
