// Containers and their clusters.
import { software, type Software } from './software.js'

export const containers: readonly Software[] = [
  // No rules: its networks are reached through main (`local`), and swarm marks inside its own namespaces.
  software('docker', 'Docker', {
    links: ['docker0', 'docker_gwbridge', 'br-????????????'],
    sources: ['moby: daemon/libnetwork/drivers/bridge', 'moby: daemon/libnetwork/default_gateway_linux.go'],
  }),
  // 0x2000 for masquerade, 0x1000 of the connection for what may be forwarded.
  software('podman', 'Podman (netavark)', {
    markBits: 0x3000,
    links: ['podman*'],
    sources: ['netavark: src/firewall/nft.rs'],
  }),
  // 0x4000 for masquerade; 0x8000 was for drop until the kubelet gave it up.
  software('kube-proxy', 'kube-proxy and kubelet (Kubernetes)', {
    markBits: 0xc000,
    links: ['kube-ipvs0'],
    sources: ['kubelet: iptablesMasqueradeBit, iptablesDropBit', 'kube-proxy: ipvs/proxier.go'],
  }),
  // The kernel's own rule of local addresses moves from 0 to 100. The mark is its whole: magic, cluster and identity.
  // Its rules and routes bear `protocol kernel`; a table for each network card from 10 on.
  software('cilium', 'Cilium', {
    prefs: [[1, 112]],
    tables: [
      [10, 49],
      [200, 202],
      [2004, 2005],
    ],
    markBits: 0xffffffff,
    links: ['cilium_*'],
    sources: [
      'pkg/datapath/linux/linux_defaults/linux_defaults.go',
      'pkg/datapath/linux/linux_defaults/mark.go',
    ],
  }),
  // 99 is WireGuard's; 80 the protocol of its own routes, BIRD's come with 12.
  software('calico', 'Calico', {
    prefs: [99],
    tables: [[1, 250]],
    markBits: 0xffff0000,
    protocols: [80],
    links: [
      'cali*',
      'tunl0',
      'vxlan.calico',
      'vxlan-v6.calico',
      'wireguard.cali',
      'wg-v6.cali',
      'bpfin.cali',
    ],
    sources: [
      'felix/config/config_params.go',
      'felix/dataplane/linux/dataplanedefs/dataplane_defs.go',
      'libcalico-go/lib/clientv3/felixconfig.go',
    ],
  }),
  software('antrea', 'Antrea', {
    tables: [[101, 120], 141],
    markBits: 0xc00000ff,
    links: ['antrea-gw0', 'antrea-egress0', 'antrea-wg0'],
    unnumbered: true,
    sources: ['pkg/agent/types/net.go', 'pkg/agent/route/route_linux.go', 'cmd/antrea-agent/options.go'],
  }),
  software('flannel', 'flannel', {
    markBits: 0x4000,
    links: ['flannel.*', 'flannel-wg', 'flannel-wg-v6'],
    sources: [
      'pkg/trafficmngr/trafficmngr.go',
      'pkg/backend/vxlan/vxlan.go',
      'pkg/backend/wireguard/wireguard.go',
    ],
  }),
  // Each service of direct return has a mark of its own, a hash of 14 bits.
  software('kube-router', 'kube-router', {
    prefs: [[32764, 32765]],
    tables: [[77, 79]],
    markBits: 0x30000,
    marks: [[1, 0x3fff]],
    links: ['kube-bridge', 'kube-dummy-if'],
    unnumbered: true,
    sources: ['pkg/routes/pbr.go', 'pkg/controllers/proxy', 'pkg/controllers/netpol'],
  }),
  // A table for each link, 1000 + its index.
  software('ovn-kubernetes', 'OVN-Kubernetes', {
    prefs: [30, 2000, 5000, [5999, 6000]],
    tables: [7, [1001, 1999]],
    marks: [0x1745ec, 0x3f0],
    links: ['ovn-k8s-mp*', 'br-int'],
    sources: [
      'go-controller/pkg/node/gateway_shared_intf.go',
      'go-controller/pkg/node/gateway_udn.go',
      'go-controller/pkg/node/controllers/egressip/egressip.go',
      'go-controller/pkg/node/controllers/egressservice/egressservice_node.go',
      'go-controller/pkg/util/net.go',
    ],
  }),
  // A rule has the number of its table.
  software('submariner', 'Submariner', {
    prefs: [100, [149, 150]],
    tables: [100, [149, 150]],
    markBits: 0xc0000,
    links: ['vx-submariner', 'vxlan-tunnel'],
    sources: [
      'pkg/routeagent_driver/constants/constants.go',
      'pkg/cable/vxlan/vxlan.go',
      'pkg/netlink/netlink.go',
      'pkg/globalnet/controllers/types.go',
    ],
  }),
  software('kilo', 'Kilo', {
    tables: [1107],
    links: ['kilo0'],
    unnumbered: true,
    sources: ['pkg/mesh/routes.go', 'pkg/mesh/backend.go'],
  }),
]
