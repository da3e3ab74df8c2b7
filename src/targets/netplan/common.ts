// Title and steps of netplan for both renderers.
import type { Step } from '../target.js'

export const TITLE = 'netplan'

export const GENERATE: Step = {
  programs: ['netplan'],
  command: 'netplan generate',
  why: 'turns the YAML into files of its renderer; at boot this happens by itself',
}
