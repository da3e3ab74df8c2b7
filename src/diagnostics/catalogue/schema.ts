// Diagnostics of keys, types and single values.
import { error } from './define.js'

export const schemaCatalogue = {
  'key-unknown': error<{ key: string; parent: string }>({
    message: ({ key, parent }) => `unknown key \`${key}\` in ${parent}`,
    about:
      'multihome reads no such key. If it ignored the key, the description would silently mean something else.',
  }),
  'key-missing': error<{ key: string; parent: string }>({
    message: ({ key, parent }) => `${parent} needs the key \`${key}\``,
    about: 'The key has no default.',
  }),
  'type-wrong': error<{ expected: string; found: string }>({
    message: ({ expected, found }) => `expected ${expected}, found ${found}`,
    about: 'The key takes a value of another type. YAML 1.2 reads `yes` and `on` as text: write `true`.',
  }),
  'value-unknown': error<{ what: string; value: string; choices: readonly string[] }>({
    message: ({ what, value, choices }) => `unknown ${what} \`${value}\`; known: ${choices.join(', ')}`,
    about: 'The key takes only the values that the message lists.',
  }),
  'number-out-of-range': error<{ what: string; value: number; min: number; max: number }>({
    message: ({ what, value, min, max }) => `${what} is ${value}, not a whole number from ${min} to ${max}`,
    about: 'The kernel or one of the stacks rejects a number outside of this range.',
  }),
  'list-empty': error<{ what: string }>({
    message: ({ what }) => `${what} is empty`,
    fix: 'Remove the key, or write at least one entry.',
    about: 'An empty list can mean "none" or "not written yet", so multihome accepts neither.',
  }),
  'address-invalid': error<{ text: string; expected: string }>({
    message: ({ text, expected }) => `\`${text}\` is not ${expected}`,
    about:
      'An IPv4 address is four decimal numbers without leading zeros; an IPv6 address is RFC 4291 text without a zone. A prefix has a length.',
  }),
  'fwmark-invalid': error<{ text: string }>({
    message: ({ text }) => `\`${text}\` is not a mark`,
    fix: 'Write VALUE/MASK, each decimal or 0x hexadecimal and at most 0xffffffff: `0x100/0xff00`.',
    about: 'FRA_FWMARK and FRA_FWMASK are unsigned numbers of 32 bits.',
  }),
  'range-invalid': error<{ what: string; text: string; expected: string }>({
    message: ({ what, text, expected }) => `${what} \`${text}\` is not ${expected}`,
    about:
      'Ports and uids are one number, or FROM-TO with FROM not above TO. The kernel reads port 0 as any port.',
  }),
  'name-invalid': error<{ what: string; name: string; why: string }>({
    message: ({ what, name, why }) => `\`${name}\` cannot be the name of a ${what}: ${why}`,
    about:
      'A name becomes part of file names, shell variables, table names and `ip` commands, so it must be valid in all of them.',
  }),
  'string-control-character': error<{ name: string }>({
    message: ({ name }) => `the text has a control character (${name})`,
    fix: 'Write it on one line, without tabs or escapes.',
    about: 'A line break inside a value would start a new instruction in a file that root runs.',
  }),
  'string-shell-syntax': error<{ character: string }>({
    message: ({ character }) => `the text has ${character}, which shells and templates interpret`,
    fix: 'Write it without backquotes, dollar signs, backslashes and double quotes.',
    about: 'Comments and names are written to files that root executes or sources.',
  }),
  'string-too-long': error<{ length: number; limit: number }>({
    message: ({ length, limit }) => `the text has ${length} characters; the limit is ${limit}`,
    fix: 'Shorten it, or write it as a comment of the YAML (#).',
    about: 'Each rendered file has the comment on one line.',
  }),
  'setting-conflict': error<{ setting: string; needs: string }>({
    message: ({ setting, needs }) => `\`${setting}\` has an effect only with \`${needs}\``,
    about: 'Without the other setting, the stack silently ignores this one.',
  }),
  'must-be-sole-value': error<{ word: string; key: string }>({
    message: ({ word, key }) => `\`${word}\` is in a list of \`${key}\`, but must be its only value`,
    fix: 'Write the word without a list, or remove it from the list.',
    about: 'The word means that there is nothing to list.',
  }),
  'version-ambiguous': error<{ text: string }>({
    message: ({ text }) => `YAML reads the version ${text} as a number, and 1.30 and 1.3 are the same number`,
    fix: "Quote it: version: '1.30'.",
    about: 'A number loses its trailing zeros, and release 1.3 has other capabilities than 1.30.',
  }),
  'sysctl-invalid': error<{ text: string; why: string }>({
    message: ({ text, why }) => `\`${text}\` is not a sysctl: ${why}`,
    fix: 'Write the key as sysctl(8) prints it (net.ipv4.ip_forward) and a value of plain words.',
    about: 'The key and value are written to a file in /etc/sysctl.d unchanged.',
  }),
  'description-not-a-mapping': error<{ whole: string }>({
    message: ({ whole }) => `${whole} is not a mapping of keys to values`,
    fix: 'Begin with `version: 1`, or let `multihome init` write one.',
    about: 'The file is valid YAML, but it is a list or a single value.',
  }),
} as const
