// Cards of a running host, as its /sys/class/net has them: files that match a card by MAC address or pattern need their names.
import type { InputFiles } from '../../found/reader.js'
import { loopback } from '../../kernel/link.js'
import type { LiveState } from '../../verify/state.js'

/** Without links that other links or programs make; in a container, the card is one end of a veth pair. */
export const cardsOf = ({ links }: LiveState): InputFiles =>
  new Map(
    links
      .filter(({ name, kind }) => name !== loopback && (kind === undefined || kind === 'veth'))
      .map(({ name, mac = '', permanentMac = mac }) => [
        `/sys/class/net/${name}/address`,
        `${permanentMac}\n`,
      ]),
  )
