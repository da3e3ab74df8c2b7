// What can be wrong with links that are made of others.
import { define } from './define.js'

export const virtualLinkCatalogue = {
  'link-made-twice': define<{ link: string; a: string; b: string }>({
    severity: 'error',
    message: ({ link, a, b }) => `${link} cannot be a ${a} and a ${b}`,
    fix: 'Make two links, one on the other: `bond0: {bond: …}` and `bond0.7: {vlan: {id: 7, link: bond0}}`.',
    about: 'The kernel makes a link of one kind.',
  }),
  'link-made-of-itself': define<{ links: readonly string[] }>({
    severity: 'error',
    message: ({ links }) => links.join(' is made of '),
    about: 'Each link must be there before what is made of it, so that none of these ever could.',
  }),
  'member-taken': define<{ link: string; master: string }>({
    severity: 'error',
    message: ({ link, master }) => `${link} is already a member of ${master}`,
    about: 'A link has one master (IFLA_MASTER): a second one takes it away from the first.',
  }),
  'member-with-addresses': define<{ link: string; master: string; kind: string }>({
    severity: 'error',
    message: ({ link, master, kind }) => `${link} has addresses, but is a member of the ${kind} ${master}`,
    fix: 'Give the addresses to the made link.',
    about: 'What comes in by a member comes in by the made link: no packet would ever reach these addresses.',
  }),
  'member-kind-invalid': define<{ link: string; is: string; of: string }>({
    severity: 'error',
    message: ({ link, is, of }) => `${link} is a ${is}, which cannot be part of a ${of}`,
    about:
      'The kernel has no VRF in anything, no bridge in a bridge ("Can not enslave a bridge to a bridge") and no bond in a bond.',
  }),
  'member-of-others': define<{ ours: string; others: string }>({
    severity: 'error',
    message: ({ ours, others }) =>
      `${others} is left to another program (\`manage: routing\`), ${ours} is not`,
    fix: 'Let one program have both: say `manage: routing` on both, or on neither.',
    about: 'A made link comes once its parts are there, and takes its members: one program must see to both.',
  }),
  'primary-no-member': define<{ primary: string; bond: string }>({
    severity: 'error',
    message: ({ primary, bond }) => `the primary ${primary} is no member of ${bond}`,
    fix: 'Name one of its `links`.',
    about: 'The kernel would keep the name, and wait for such a member for ever.',
  }),
  'gateway-on-member': define<{ link: string; master: string; kind: string }>({
    severity: 'error',
    message: ({ link, master, kind }) => `${link} is a member of the ${kind} ${master}`,
    fix: 'Name the made link.',
    about: 'A member of a bond or a bridge has no packets of its own, hence no routes.',
  }),
  'link-in-vrf': define<{ link: string; vrf: string; what: string }>({
    severity: 'error',
    message: ({ link, vrf, what }) =>
      link === vrf ? `${link} is a VRF: ${what}` : `${link} is in the VRF ${vrf}: ${what}`,
    fix: 'Leave the link out of the VRF: a gateway’s table and its rules keep it apart already.',
    about: 'All that comes in by a member of a VRF, and its networks, belong to the table of the VRF alone.',
  }),
} as const
