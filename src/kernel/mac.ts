// MAC addresses of Ethernet links: six octets, in lower case with colons.

/**
 * Undefined for another spelling, and for an address that no card has: the kernel rejects zero and those of groups
 * (is_valid_ether_addr). The octets are separated by one of the `separators` and may lack a leading zero; a dot separates
 * pairs of octets.
 *
 * - ip(8), and what calls it: `:` (ll_addr_a2n of iproute2).
 * - NetworkManager: `:-` (nm_utils_hwaddr_aton).
 * - systemd: `:-.` (parse_hw_addr_full).
 */
export function parseMac(text: string, separators = ':'): string | undefined {
  const separator = [...separators].find((each) => text.includes(each))
  if (separator === undefined) return undefined
  const width = separator === '.' ? 4 : 2
  const fields = text.split(separator)
  const isComplete = fields.length * width === 12
  if (!isComplete || fields.some((field) => field.length > width || !/^[\da-f]+$/i.test(field)))
    return undefined
  const digits = fields.map((field) => field.toLowerCase().padStart(width, '0')).join('')
  const isGroup = Number.parseInt(digits.slice(0, 2), 16) % 2 === 1
  return isGroup || /^0+$/.test(digits) ? undefined : digits.replace(/..(?=.)/g, '$&:')
}
