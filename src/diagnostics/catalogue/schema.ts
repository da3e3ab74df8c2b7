// What can be wrong with the shape of a description: keys, types, single values.
import { define, type NoArgs } from './define.js'

export const schemaCatalogue = {
  'key-unknown': define<{ key: string; parent: string }>({
    severity: 'error',
    message: ({ key, parent }) => `unknown key \`${key}\` in ${parent}`,
    about: 'A key that nothing reads would be dropped silently, and with it what its writer meant.',
  }),
  'key-missing': define<{ key: string; parent: string }>({
    severity: 'error',
    message: ({ key, parent }) => `${parent} needs the key \`${key}\``,
    about: 'Without this key there is no way to tell what is meant.',
  }),
  'type-wrong': define<{ expected: string; found: string }>({
    severity: 'error',
    message: ({ expected, found }) => `expected ${expected}, found ${found}`,
    about:
      'The value has another type than the key asks for. YAML 1.2 reads `yes` and `on` as text: write `true`.',
  }),
  'value-unknown': define<{ what: string; value: string; choices: readonly string[] }>({
    severity: 'error',
    message: ({ what, value, choices }) => `unknown ${what} \`${value}\`; known: ${choices.join(', ')}`,
    about: 'The value is none of those that the key takes.',
  }),
  'number-out-of-range': define<{ what: string; value: number; min: number; max: number }>({
    severity: 'error',
    message: ({ what, value, min, max }) => `${what} is ${value}, not a whole number from ${min} to ${max}`,
    about: 'The kernel, or one of the stacks, has no room for this number.',
  }),
  'list-empty': define<{ what: string }>({
    severity: 'error',
    message: ({ what }) => `${what} is empty`,
    fix: 'Leave the key out, or list something.',
    about: 'An empty list may mean "none" or "not yet written"; the one removes what the other wants.',
  }),
  'address-invalid': define<{ text: string; expected: string }>({
    severity: 'error',
    message: ({ text, expected }) => `\`${text}\` is not ${expected}`,
    about:
      'Addresses are read strictly: four decimal numbers without leading zeros, or RFC 4291 text without a zone; a length where a length is asked for.',
  }),
  'fwmark-invalid': define<{ text: string }>({
    severity: 'error',
    message: ({ text }) => `\`${text}\` is not a mark`,
    fix: 'Write VALUE/MASK, each decimal or 0x hexadecimal and at most 0xffffffff: `0x100/0xff00`.',
    about: 'FRA_FWMARK and FRA_FWMASK are unsigned numbers of 32 bits.',
  }),
  'range-invalid': define<{ what: string; text: string; expected: string }>({
    severity: 'error',
    message: ({ what, text, expected }) => `${what} \`${text}\` is not ${expected}`,
    about: 'Ports and uids are one number, or FROM-TO with FROM not above TO. Port 0 would mean any port.',
  }),
  'name-invalid': define<{ what: string; name: string; why: string }>({
    severity: 'error',
    message: ({ what, name, why }) => `\`${name}\` cannot be the name of a ${what}: ${why}`,
    about:
      'Names become parts of file names, shell variables, table names and `ip` commands; what one of those refuses, all do.',
  }),
  'string-control-character': define<{ name: string }>({
    severity: 'error',
    message: ({ name }) => `the text holds a control character (${name})`,
    fix: 'Write it on one line, without tabs or escapes.',
    about:
      'A line break inside a value would start a new line, thus a new instruction, in a file that root reads.',
  }),
  'string-shell-syntax': define<{ character: string }>({
    severity: 'error',
    message: ({ character }) => `the text holds ${character}, which shells and templates interpret`,
    fix: 'Say it without backquote, dollar sign, backslash and double quote.',
    about: 'Comments and names are carried into files that root executes or sources.',
  }),
  'string-too-long': define<{ length: number; limit: number }>({
    severity: 'error',
    message: ({ length, limit }) => `the text has ${length} characters; the limit is ${limit}`,
    fix: 'Say it shorter; a longer story can stand in a comment of the YAML (#).',
    about: 'Comments are carried into one line of every file.',
  }),
  'setting-conflict': define<{ setting: string; needs: string }>({
    severity: 'error',
    message: ({ setting, needs }) => `\`${setting}\` goes only with \`${needs}\``,
    about: 'Without the other setting this one would be read by nothing, and dropped silently.',
  }),
  'must-be-sole-value': define<{ word: string; key: string }>({
    severity: 'error',
    message: ({ word, key }) => `\`${word}\` stands in a list of \`${key}\`, but can only stand alone`,
    fix: 'Write the word without a list, or take it out of the list.',
    about: 'The word says that there is nothing to list.',
  }),
  'version-ambiguous': define<{ text: string }>({
    severity: 'error',
    message: ({ text }) => `version ${text} is read by YAML as a number, in which 1.30 and 1.3 are the same`,
    fix: "Quote it: version: '1.30'.",
    about: 'A fraction loses its closing zeros, and the capabilities of 1.3 and 1.30 are not the same.',
  }),
  'sysctl-invalid': define<{ text: string; why: string }>({
    severity: 'error',
    message: ({ text, why }) => `\`${text}\` is not a sysctl: ${why}`,
    fix: 'Write the key as sysctl(8) prints it (net.ipv4.ip_forward) and a value of plain words.',
    about: 'The line goes into a file of /etc/sysctl.d as it stands.',
  }),
  'description-not-a-mapping': define<NoArgs>({
    severity: 'error',
    message: () => 'the description is not a mapping of keys to values',
    fix: 'Begin with `version: 1`, or let `multihome init` write one.',
    about: 'The file is good YAML, but a list or a single word.',
  }),
} as const
