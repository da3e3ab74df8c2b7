// JSON of `plan`.
import * as z from 'zod/mini'
import {
  field,
  file,
  followed,
  integer,
  link,
  mark,
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
  marks: optional(z.array(mark), 'Absent where there are none.'),
  followed: optional(z.array(followed), 'Absent where nothing is leased.'),
})
