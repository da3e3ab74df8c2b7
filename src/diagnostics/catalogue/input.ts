// Diagnostics of the file and its YAML.
import { error, type NoArgs } from './define.js'

export const readingCatalogue = {
  'file-unreadable': error<{ file: string; reason: string }>({
    message: ({ file, reason }) => `cannot read ${file}: ${reason}`,
    fix: 'Name a readable file, or - for standard input.',
    about: 'The file does not exist, is a directory, or this user may not read it.',
  }),
  'file-too-large': error<{ bytes: number; limit: number }>({
    message: ({ bytes, limit }) => `the file has ${bytes} bytes; the limit is ${limit}`,
    fix: 'One file describes one host. Split it by host.',
    about: 'A description of a thousand gateways has about 200 kB. A larger file is not one host.',
  }),
  'host-too-large': error<{ file: string; lack: string }>({
    message: ({ file, lack }) => `${file} needs more than ${lack}`,
    fix: 'Look for thousands of rules, links or networks in it, and split the host or shorten its lists.',
    about: 'One description of many must not stop the others, so it is given up after a while.',
  }),
  'format-refused': error<{ format: string; target: string; reason: string }>({
    message: ({ format, target, reason }) => `${format} cannot hold the output of ${target}: ${reason}`,
    fix: 'Choose another format with --as, or another target.',
    about: 'The program that reads this format cannot do all that the output needs on the host.',
  }),
  'file-empty': error<NoArgs>({
    message: () => 'the file is empty',
    fix: 'Begin with `version: 1`, or let `multihome init` write one.',
    about:
      'An empty description has no links and no routes. Files rendered from it would remove the routing of the host.',
  }),
  'yaml-syntax': error<{ reason: string }>({
    message: ({ reason }) => `this is not YAML: ${reason}`,
    fix: 'Put quotes around a value with ": " in it, and indent with spaces, not tabs.',
    about: 'The text breaks the grammar of YAML 1.2 at this place. The rest of it is not read.',
  }),
  'template-unexpanded': error<{ text: string }>({
    message: ({ text }) => `\`${text}\` is a template expression, and multihome expands none`,
    fix: 'Expand the template first and give multihome the result: `ansible.builtin.template`, `envsubst < template > description.yaml`.',
    about:
      'A description is plain YAML. Tools such as Ansible, Salt, cloud-init and Helm expand templates before they write a file.',
  }),
  'yaml-several-documents': error<{ count: number }>({
    message: ({ count }) => `the file has ${count} YAML documents; it describes one host`,
    fix: 'Write one document, without `---` between its parts.',
    about: 'Only the first document would be used, and the others silently ignored.',
  }),
  'yaml-duplicate-key': error<{ key: string }>({
    message: ({ key }) => `the key \`${key}\` is written twice`,
    fix: 'Keep one of them.',
    about: 'Most YAML readers keep the last of two equal keys and silently drop the first.',
  }),
  'yaml-too-many-aliases': error<{ limit: number }>({
    message: ({ limit }) => `more than ${limit} YAML aliases`,
    fix: 'Write the values out.',
    about:
      'A few lines of nested aliases expand to gigabytes, so multihome rejects such a file before it expands them.',
  }),
  'yaml-too-deep': error<{ limit: number }>({
    message: ({ limit }) => `more than ${limit} levels of lists and mappings inside each other`,
    fix: 'Use fewer levels: the language itself has seven.',
    about: 'Text nested thousands of levels deep exhausts the memory of its reader.',
  }),
  'yaml-too-many-values': error<{ limit: number }>({
    message: ({ limit }) => `more than ${limit} values once the YAML aliases are written out`,
    fix: 'Write the values out, without aliases of aliases.',
    about: 'Ten aliases of ten aliases of ten … are a few lines of text and billions of values.',
  }),
  'yaml-cycle': error<NoArgs>({
    message: () => 'this value contains itself through an alias',
    fix: 'Write the value out instead of the alias.',
    about: 'A value that contains itself has no end.',
  }),
  'extends-unreadable': error<{ name: string; reason: string }>({
    message: ({ name, reason }) => `cannot read ${name}: ${reason}`,
    fix: 'Write its path relative to this file.',
    about:
      'A description begins with the values of the files that it extends, so it means nothing without them.',
  }),
  'extends-invalid': error<{ name: string; why: string }>({
    message: ({ name, why }) => `\`${name}\` is not the name of a description: ${why}`,
    fix: 'Write a path relative to this file, as in `extends: ../site.yaml`.',
    about:
      'Descriptions move from machine to machine with the files that they extend. Other files are never read, since an error would print a line of them.',
  }),
  'extends-cycle': error<{ files: readonly string[] }>({
    message: ({ files }) => `this file extends itself: ${files.join(' extends ')}`,
    fix: 'Move what the files share to a third file that extends none of them.',
    about: 'A file that extends itself has no first value.',
  }),
  'extends-too-deep': error<{ limit: number }>({
    message: ({ limit }) => `more than ${limit} levels of files that extend others`,
    fix: 'Name several files in one `extends` instead.',
    about: 'Nobody can follow a value through that many files.',
  }),
  'extends-too-many': error<{ limit: number }>({
    message: ({ limit }) => `the files of the description extend more than ${limit} files`,
    fix: 'Put what the files share into fewer files.',
    about: 'A description is one host. What it extends is a site, a provider, a role.',
  }),
} as const
