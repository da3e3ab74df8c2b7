// Problem of a setting that moves a connected network out of main, where every description has it.
import type { LinkName } from '../../kernel/link.js'
import type { TableId } from '../../kernel/table.js'

/** `subject`: the setting. `network`: `198.51.100.0/24`. */
export const movedNetwork = (subject: string, network: string, table: TableId, link: LinkName): string =>
  `${subject} moves ${network} to table ${table} alone; multihome has it in main too, so packets to it leave by ${link} also if no rule sends them into that table`
