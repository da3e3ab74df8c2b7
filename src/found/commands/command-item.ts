// A command in a file: where it stands, and what the stack adds to it.
import type { LinkName } from '../../kernel/link.js'
import type { Place } from '../found.js'

export interface CommandItem {
  readonly place: Place
  readonly comment?: string
}

export interface CommandDefaults {
  /** The device of routes and addresses that name none, where the stack adds it (`route-eth0` of ifcfg). */
  readonly link?: LinkName
}
