// Command lines that change routing: ip(8), and the older route, ifconfig, vconfig, brctl, ifenslave and sysctl.
import type { LinkName } from '../kernel/link.js'
import type { Collector } from './collector.js'
import type { Place } from './found.js'

export interface CommandItem {
  readonly place: Place
  readonly comment?: string
}

export interface CommandDefaults {
  /** The device of routes and addresses that name none, where the stack adds it (`route-eth0` of ifcfg). */
  readonly link?: LinkName
}

/** Adds what a command, split into words, does. False if it is none of these commands: the caller reports it. */
export function readIpCommand(
  words: readonly string[],
  { place }: CommandItem,
  collector: Collector,
  defaults: CommandDefaults = {},
): boolean {
  void defaults
  if (words[0] !== 'ip') return false
  collector.unknown(place, 'the command is not read yet')
  return true
}
