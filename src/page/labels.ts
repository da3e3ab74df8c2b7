// What a stack pays to say something, in a word for a badge and in a sentence for the legend.
import type { Mechanism } from '../compare/comparison.js'

export const mechanismLabels: Readonly<Record<Mechanism, string>> = {
  inherent: 'inherent',
  native: 'native',
  companion: 'companion',
  'drop-in': 'drop-in',
  hook: 'hook',
  program: 'program',
  unwritten: 'not written',
  refused: 'refused',
}

export const mechanismMeanings: Readonly<Record<Mechanism, string>> = {
  inherent: 'there is nothing to write: it is so by nature, or another idea has seen to it',
  native: 'the stack’s own words',
  companion: 'a file that every stack has beside it: sysctl.d, rt_tables.d, nftables',
  'drop-in': 'a file of the layer below',
  hook: 'a command in a script that the stack runs',
  program: 'a program of ours that goes on running',
  unwritten: 'the stack could, but is refused for another idea',
  refused: 'the stack cannot, and says so',
}

/** `native`, with the least version where not any will do. */
export const mechanismText = (cost: Mechanism, since: string | undefined): string =>
  since === undefined ? mechanismLabels[cost] : `${mechanismLabels[cost]} ≥${since}`
