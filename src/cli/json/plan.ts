// JSON of `plan`.
import * as z from 'zod/mini'
import {
  connmark,
  dynamicMultipath,
  dynamicTable,
  field,
  file,
  integer,
  link,
  optional,
  originShape,
  route,
  rule,
  sysctl,
  text,
  version,
  words,
} from './parts.js'

export const planSchema = z.strictObject({
  version,
  file,
  manage: field(words('full', 'routing'), '`routing`: another program configures addresses and links.'),
  links: z.array(link),
  tables: z.array(
    z.strictObject({ table: field(integer, 'Number of the table.'), name: text, ...originShape }),
  ),
  rules: field(z.array(rule), 'In the order in which the kernel evaluates them, IPv4 first.'),
  routes: z.array(route),
  sysctls: z.array(sysctl),
  connmarks: optional(z.array(connmark), 'Absent if there are none.'),
  dynamicTables: optional(z.array(dynamicTable), 'Absent if no address is dynamic.'),
  dynamicMultipaths: optional(z.array(dynamicMultipath), 'Absent if no default route has a leased next hop.'),
})
