// What can be wrong before a description is even a value: the file and its YAML.
import { define, type NoArgs } from './define.js'

export const readingCatalogue = {
  'file-unreadable': define<{ file: string; reason: string }>({
    severity: 'error',
    message: ({ file, reason }) => `cannot read ${file}: ${reason}`,
    fix: 'Name a readable file, or - for standard input.',
    about: 'The description is missing, is a directory, or may not be read by this user.',
  }),
  'file-too-large': define<{ bytes: number; limit: number }>({
    severity: 'error',
    message: ({ bytes, limit }) => `the description has ${bytes} bytes; the limit is ${limit}`,
    fix: 'One file describes one host. Split it by host.',
    about: 'A description of a thousand gateways has about 200 kB. A larger file is not one host.',
  }),
  'file-empty': define<NoArgs>({
    severity: 'error',
    message: () => 'the description is empty',
    fix: 'Begin with `version: 1`, or let `multihome init` write one.',
    about: 'An empty file says nothing about a host; rendering it would take the routing of a host away.',
  }),
  'yaml-syntax': define<{ reason: string }>({
    severity: 'error',
    message: ({ reason }) => `this is not YAML: ${reason}`,
    fix: 'A value with ":" (every IPv6 address) wants quotes; indent with spaces, not tabs.',
    about: 'The text breaks the grammar of YAML 1.2 at this place. What follows it was not read.',
  }),
  'yaml-several-documents': define<{ count: number }>({
    severity: 'error',
    message: ({ count }) => `the file holds ${count} YAML documents`,
    fix: 'One file describes one host: write one document, without `---` between parts.',
    about: 'Only the first document would be used, and the rest lost in silence.',
  }),
  'yaml-duplicate-key': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) => `the key \`${key}\` is written twice`,
    fix: 'Keep one of them.',
    about: 'Of two equal keys most YAML readers keep the last, so half of what was meant would be lost.',
  }),
  'yaml-too-many-aliases': define<{ limit: number }>({
    severity: 'error',
    message: ({ limit }) => `more than ${limit} YAML aliases`,
    fix: 'Write the values out.',
    about: 'A few lines of nested aliases expand to gigabytes; such a file is refused before it is expanded.',
  }),
  'yaml-too-deep': define<{ limit: number }>({
    severity: 'error',
    message: ({ limit }) => `more than ${limit} levels of lists and mappings inside each other`,
    fix: 'Write it flatter: the language itself has seven levels.',
    about: 'Text nested thousands of levels deep exhausts the memory of whoever reads it.',
  }),
  'yaml-too-many-values': define<{ limit: number }>({
    severity: 'error',
    message: ({ limit }) => `more than ${limit} values once the YAML aliases are written out`,
    fix: 'Write the values out, without aliases of aliases.',
    about: 'Ten aliases of ten aliases of ten … are a few lines of text and billions of values.',
  }),
  'yaml-cycle': define<NoArgs>({
    severity: 'error',
    message: () => 'this value contains itself through an alias',
    fix: 'Write the value out instead of the alias.',
    about: 'A value that contains itself has no end.',
  }),
} as const
