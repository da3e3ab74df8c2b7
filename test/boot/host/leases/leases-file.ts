// fixtures/NAME/leases.yaml: what each provider gives on links with dynamic addresses.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { z } from 'zod'
import { parseAddress } from '../../../../src/kernel/address.js'
import type { Address } from '../../../../src/kernel/address.js'
import type { Family } from '../../../../src/kernel/family.js'
import { parsePrefix } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import type { Lease } from '../../lab/dhcp/lease.js'

/** By link name. */
export type Leases = ReadonlyMap<string, Lease>

/** One value or a list. */
const listOf = <T>(one: z.ZodType<T>): z.ZodType<readonly T[]> =>
  z.union([z.array(one), one.transform((only) => [only])])

const address = (family: Family): z.ZodType<Address> =>
  z.string().transform((text, context) => {
    const parsed = parseAddress(text)
    if (parsed?.family === family) return parsed
    context.addIssue(`${text} is no address of ${family}`)
    return z.NEVER
  })

const prefix = (family: Family): z.ZodType<Prefix> =>
  z.string().transform((text, context) => {
    const parsed = parsePrefix(text)
    if (parsed?.family === family) return parsed
    context.addIssue(`${text} is no prefix of ${family}`)
    return z.NEVER
  })

/** DHCP option 121: destination → next hop. */
const routes = z.record(z.string(), address('inet')).transform((written, context) =>
  Object.entries(written).flatMap(([text, via]) => {
    const dst = parsePrefix(text)
    if (dst?.family === 'inet') return [{ dst, via }]
    context.addIssue(`${text} is no prefix of inet`)
    return []
  }),
)

const dhcp4 = z
  .strictObject({
    address: prefix('inet'),
    router: listOf(address('inet')).optional(),
    routes: routes.optional(),
    seconds: z.int().min(120).optional(),
  })
  .transform(({ address: leased, router = [], routes: optionRoutes = [], seconds = 120 }) => ({
    ...{ address: leased, routers: router, routes: optionRoutes, seconds },
  }))

const advertisement = z
  .strictObject({
    prefix: listOf(prefix('inet6')).optional(),
    deprecated: listOf(prefix('inet6')).optional(),
    lifetime: z.int().min(0).optional(),
  })
  .transform(({ prefix: prefixes = [], deprecated = [], lifetime = 60 }) => ({
    ...{ prefixes, deprecated, lifetime },
  }))

const lease = z.strictObject({
  dhcp4: dhcp4.exactOptional(),
  advertisement: advertisement.exactOptional(),
  dhcp6: z.strictObject({ address: address('inet6') }).exactOptional(),
})

/** Throws if a key is unknown or a value is invalid. */
export function parseLeases(text: string): Leases {
  const read = z.record(z.string(), lease).safeParse(load(text))
  if (!read.success) throw new Error(`leases.yaml: ${z.prettifyError(read.error)}`)
  const leases = Object.entries(read.data)
  return new Map(leases.map(([link, given]): [string, Lease] => [link, given]))
}

/** Empty if the fixture has no such file. */
export function leasesOf({ folder }: { readonly folder: string }): Leases {
  const file = join(folder, 'leases.yaml')
  return existsSync(file) ? parseLeases(readFileSync(file, 'utf8')) : new Map()
}
