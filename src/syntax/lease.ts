// Text form of a lease: `198.51.100.80/24 via 198.51.100.1`, with commas between several; `none` without a lease.
import { parseAddress } from '../kernel/address.js'
import { parsePrefix } from '../kernel/prefix.js'
import { ok, type Result } from '../stdlib/result.js'
import type { LeaseData } from '../plan/apply-leases.js'

export function parseLease(text: string): Result<LeaseData> {
  if (text.trim() === 'none') return ok({ addresses: [], routers: [] })
  const items = text.trim().split(/\s*,\s*|\s+(?=via\b)/)
  const routers = items.flatMap((item) => /^via[ =]+(.*)$/.exec(item)?.[1] ?? [])
  const addresses = items.filter((item) => !/^via[ =]/.test(item))
  const wrong = [
    ...addresses.filter((item) => parsePrefix(item) === undefined),
    ...routers.filter((item) => parseAddress(item) === undefined),
  ]
  if (wrong.length > 0)
    return {
      ok: false,
      problem: `cannot read ${JSON.stringify(wrong[0])}: write an address with its length, as in 198.51.100.80/24, and a router without one, as in via 198.51.100.1`,
    }
  return ok({
    addresses: addresses.flatMap((item) => parsePrefix(item) ?? []),
    routers: routers.flatMap((item) => parseAddress(item) ?? []),
  })
}
