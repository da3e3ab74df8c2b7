import { describe, expect, it } from 'vitest'
import { isLinkLocal, isMulticast, parseAddress } from '../../src/kernel/address.js'

const told = (text: string) => {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`${text} is no address`)
  return { isLinkLocal: isLinkLocal(address), isMulticast: isMulticast(address) }
}

describe('the scope of an address', () => {
  it.each(['fe80::1', 'febf:ffff::1', '169.254.1.1'])('is the link’s: %s', (text) =>
    expect(told(text)).toEqual({ isLinkLocal: true, isMulticast: false }),
  )

  it.each(['ff02::1', 'ff00::', '224.0.0.1', '239.255.255.255'])('is a group’s: %s', (text) =>
    expect(told(text)).toEqual({ isLinkLocal: false, isMulticast: true }),
  )

  // A group of four digits is written without the zeros it begins with.
  it.each(['fe8::1', 'ff::1', 'fec0::1', '2001:db8::ff00', '169.253.0.1', '240.0.0.1'])(
    'is neither: %s',
    (text) => expect(told(text)).toEqual({ isLinkLocal: false, isMulticast: false }),
  )
})
