// Values of bonding.rst as people write them: a name, or the number of the driver.
import {
  bondModes,
  hashPolicies,
  lacpRates,
  type BondMode,
  type HashPolicy,
  type LacpRate,
} from '../../kernel/virtual-link.js'

const oneOf = <T extends string>(names: readonly T[], value: string): T | undefined =>
  /^\d$/.test(value) ? names[Number(value)] : names.find((name) => name === value)

export const parseBondMode = (value: string): BondMode | undefined => oneOf(bondModes, value)

export const parseLacpRate = (value: string): LacpRate | undefined => oneOf(lacpRates, value)

/** The order of xmit_hashtype_tbl. */
const hashNumbers = ['layer2', 'layer3+4', 'layer2+3', 'encap2+3', 'encap3+4'] as const

export const parseHashPolicy = (value: string): HashPolicy | undefined =>
  /^\d/.test(value) ? oneOf(hashNumbers, value) : oneOf(hashPolicies, value)

/** bond_option_mode_set(): these modes check the carrier every 100 ms if nothing says how often. */
export const effectiveMiimon = (mode: BondMode, miimon = 0): number =>
  miimon === 0 && (mode === '802.3ad' || mode === 'balance-tlb' || mode === 'balance-alb') ? 100 : miimon
