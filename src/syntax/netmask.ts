// Netmasks of old files: 255.255.255.0, 0xffffff00, or a number of bits.
import { addressValue, parseAddress } from '../kernel/address.js'
import { addressBits, type Family } from '../kernel/family.js'

/** The length of the prefix; undefined for a mask with gaps and for other text. */
export function maskLength(text: string, family: Family): number | undefined {
  const bits = addressBits(family)
  if (/^\d{1,3}$/.test(text)) return Number(text) <= bits ? Number(text) : undefined
  const mask = /^0x[\da-f]{8}$/i.test(text) ? Number(text) : valueOf(text, family)
  if (mask === undefined) return undefined
  const digits = mask.toString(2).padStart(bits, '0')
  return /^1*0*$/.test(digits) ? digits.replaceAll('0', '').length : undefined
}

function valueOf(text: string, family: Family): bigint | undefined {
  const address = parseAddress(text)
  return address?.family === family ? addressValue(address) : undefined
}
