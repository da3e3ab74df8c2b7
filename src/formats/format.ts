// Delivery format: how trees become one file for the program that installs them.
import type { Output } from '../targets/target.js'

/** A rendered tree of a host. */
export interface HostTree {
  /** Base name of the description without its extension: `gw1` for `hosts/gw1.yaml`. */
  readonly host: string
  /** `networkd`. */
  readonly target: string
  readonly output: Output
  /** Folder of the tree in a file of several trees, without slashes at its ends: `gw1`, `gw1/networkd`. Empty: the root. */
  readonly folder: string
}

/**
 * A file is `header`, an `entry` for each tree with `separator` between them, and `footer`. A chunk depends on its
 * arguments only, so chunks that different threads made give the same file.
 */
export interface Format<Id extends string = string> {
  readonly id: Id
  /** Of the file, without a dot: `tar`. */
  readonly extension: string
  /** Whether a file may have several trees. */
  readonly isMany: boolean
  header(): Uint8Array
  /** Not for a tree that `refusal` refuses. */
  entry(tree: HostTree): Uint8Array
  /** Between two entries. */
  separator(): Uint8Array
  footer(): Uint8Array
  /** Why the format cannot install this tree, as a clause. Undefined: it can. */
  refusal(tree: HostTree): string | undefined
}
