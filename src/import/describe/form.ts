// Forms of a description, from the one that a person would write to the most literal.

export interface DescribeForm {
  /**
   * `idiomatic`: gateways, and rules without priorities. `pinned`: rules have their priorities. `plain`: each table and each
   * rule of the source as it is; gateways only for what else has no word.
   */
  readonly style: 'idiomatic' | 'pinned' | 'plain'
  /** Whether rules may be the `reply` of a gateway, which chooses their priorities. */
  readonly hasReplies: boolean
  /** Whether a rule for a mark may be the `fwmark` of a gateway, which is compared before replies. */
  readonly hasMarks: boolean
  /** Whether each address of a gateway's link may get reply rules, if one has some in the source. */
  readonly hasAllAddresses: boolean
}

export const forms: readonly DescribeForm[] = [
  { style: 'idiomatic', hasReplies: true, hasMarks: true, hasAllAddresses: true },
  { style: 'idiomatic', hasReplies: true, hasMarks: true, hasAllAddresses: false },
  { style: 'idiomatic', hasReplies: true, hasMarks: false, hasAllAddresses: false },
  { style: 'pinned', hasReplies: true, hasMarks: true, hasAllAddresses: false },
  { style: 'pinned', hasReplies: true, hasMarks: false, hasAllAddresses: false },
  { style: 'pinned', hasReplies: false, hasMarks: false, hasAllAddresses: false },
  { style: 'plain', hasReplies: false, hasMarks: false, hasAllAddresses: false },
]
