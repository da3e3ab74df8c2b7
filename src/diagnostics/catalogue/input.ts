// Diagnostics of the file and its YAML.
import { define, type NoArgs } from './define.js'

export const readingCatalogue = {
  'file-unreadable': define<{ file: string; reason: string }>({
    severity: 'error',
    message: ({ file, reason }) => `cannot read ${file}: ${reason}`,
    fix: 'Name a readable file, or - for standard input.',
    about: 'The file does not exist, is a directory, or this user may not read it.',
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
    about:
      'An empty description has no links and no routes. Files rendered from it would remove the routing of the host.',
  }),
  'yaml-syntax': define<{ reason: string }>({
    severity: 'error',
    message: ({ reason }) => `this is not YAML: ${reason}`,
    fix: 'Put quotes around a value with ": " in it, and indent with spaces, not tabs.',
    about: 'The text breaks the grammar of YAML 1.2 at this place. The rest of it is not read.',
  }),
  'template-unexpanded': define<{ text: string }>({
    severity: 'error',
    message: ({ text }) => `\`${text}\` is a template expression, and multihome expands none`,
    fix: 'Expand the template first and give multihome the result: `ansible.builtin.template`, `envsubst < template > description.yaml`.',
    about:
      'A description is plain YAML. Tools such as Ansible, Salt, cloud-init and Helm expand templates before they write a file.',
  }),
  'yaml-several-documents': define<{ count: number }>({
    severity: 'error',
    message: ({ count }) => `the file has ${count} YAML documents; it describes one host`,
    fix: 'Write one document, without `---` between its parts.',
    about: 'Only the first document would be used, and the others silently ignored.',
  }),
  'yaml-duplicate-key': define<{ key: string }>({
    severity: 'error',
    message: ({ key }) => `the key \`${key}\` is written twice`,
    fix: 'Keep one of them.',
    about: 'Most YAML readers keep the last of two equal keys and silently drop the first.',
  }),
  'yaml-too-many-aliases': define<{ limit: number }>({
    severity: 'error',
    message: ({ limit }) => `more than ${limit} YAML aliases`,
    fix: 'Write the values out.',
    about:
      'A few lines of nested aliases expand to gigabytes, so multihome rejects such a file before it expands them.',
  }),
  'yaml-too-deep': define<{ limit: number }>({
    severity: 'error',
    message: ({ limit }) => `more than ${limit} levels of lists and mappings inside each other`,
    fix: 'Use fewer levels: the language itself has seven.',
    about: 'Text nested thousands of levels deep exhausts the memory of its reader.',
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
