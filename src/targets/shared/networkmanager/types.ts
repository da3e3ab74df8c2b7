// Types of profiles: how NetworkManager calls them, and the metric of their routes.

/** nm_device_get_route_metric_default() in nm-device.c: of both families, where nothing sets `route-metric`. */
const metrics = {
  loopback: 30,
  wireguard: 50,
  vpn: 50,
  ethernet: 100,
  veth: 100,
  macsec: 125,
  infiniband: 150,
  adsl: 200,
  hsr: 275,
  bond: 300,
  team: 350,
  vlan: 400,
  macvlan: 410,
  bridge: 425,
  tun: 450,
  pppoe: 460,
  vrf: 470,
  vxlan: 500,
  dummy: 550,
  wifi: 600,
  'wifi-p2p': 950,
  'ip-tunnel': 675,
  gsm: 700,
  cdma: 700,
  bluetooth: 750,
  'ovs-interface': 800,
  generic: 950,
} as const

export type ProfileType = keyof typeof metrics

export const defaultMetric = (type: ProfileType): number => metrics[type]

/** Names that NetworkManager reads as well (nm-keyfile-utils.c, alias_list). */
const aliases: Readonly<Record<string, ProfileType>> = {
  '802-3-ethernet': 'ethernet',
  '802-11-wireless': 'wifi',
}

export const profileType = (word: string): ProfileType | undefined => {
  const name = Object.hasOwn(aliases, word) ? aliases[word] : word
  return name !== undefined && Object.hasOwn(metrics, name) ? (name as ProfileType) : undefined
}
