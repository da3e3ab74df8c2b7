// Diagnostics of virtual links: VLANs, bonds, bridges and VRFs.
import { error } from './define.js'

export const virtualLinkCatalogue = {
  'link-made-twice': error<{ link: string; a: string; b: string }>({
    message: ({ link, a, b }) => `${link} cannot be a ${a} and a ${b}`,
    fix: 'Write two links, one on the other: `bond0: {bond: …}` and `bond0.7: {vlan: {id: 7, link: bond0}}`.',
    about: 'A link of the kernel has one kind.',
  }),
  'link-made-of-itself': error<{ links: readonly string[] }>({
    message: ({ links }) => `${links.join(' is part of ')}: a link cannot contain itself`,
    about: 'A link is created after its members, so none of these could be created first.',
  }),
  'member-taken': error<{ link: string; master: string }>({
    message: ({ link, master }) => `${link} is already a member of ${master}`,
    about: 'A link has one master (IFLA_MASTER); a second one removes it from the first.',
  }),
  'member-with-addresses': error<{ link: string; master: string; kind: string }>({
    message: ({ link, master, kind }) => `${link} has addresses, but is a member of the ${kind} ${master}`,
    fix: 'Move the addresses to the link that it is a member of.',
    about: 'Packets that arrive on a member arrive on its master, so they never reach these addresses.',
  }),
  'member-kind-invalid': error<{ link: string; is: string; of: string }>({
    message: ({ link, is, of }) => `${link} is a ${is}, which cannot be part of a ${of}`,
    about:
      'The kernel has no VRF in anything, no bridge in a bridge ("Can not enslave a bridge to a bridge") and no bond in a bond.',
  }),
  'member-of-others': error<{ ours: string; others: string }>({
    message: ({ ours, others }) => `another program manages ${others} (\`manage: routing\`), but not ${ours}`,
    fix: 'Write `manage: routing` on both, or on neither: one program must manage both.',
    about:
      'A virtual link is created after its members and enslaves them, so one program must manage all of them.',
  }),
  'primary-no-member': error<{ primary: string; bond: string }>({
    message: ({ primary, bond }) => `the primary ${primary} is not a member of ${bond}`,
    fix: 'Name one of its `links`.',
    about: 'The kernel would wait for such a member forever.',
  }),
  'gateway-on-member': error<{ link: string; master: string; kind: string }>({
    message: ({ link, master, kind }) => `${link} is a member of the ${kind} ${master}`,
    fix: 'Write the link that it is a member of.',
    about: 'A member of a bond or a bridge has no packets of its own, so it has no routes.',
  }),
  'link-in-vrf': error<{ link: string; vrf: string; what: string }>({
    message: ({ link, vrf, what }) =>
      link === vrf ? `${link} is a VRF: ${what}` : `${link} is in the VRF ${vrf}: ${what}`,
    fix: 'Remove the link from the VRF: the table and rules of a gateway separate its traffic already.',
    about:
      'The kernel looks up the table of the VRF for every packet that arrives on a member, by its rule with priority 1000, before the rules of a gateway. Sockets outside of the VRF do not receive such a packet either (`tcp_l3mdev_accept`, `udp_l3mdev_accept`). So no answer to what leaves by such a gateway reaches a program of this host or the LAN.',
  }),
} as const
