// Diagnostics of targets: what a stack cannot express, in general or in its version.
import { error, warning } from './define.js'

export const targetCatalogue = {
  'feature-unsupported': error<{ feature: string; target: string; reason: string }>({
    message: ({ feature, target, reason }) => `${target} cannot express ${feature}: ${reason}`,
    about:
      'This target writes no files: half a routing configuration is worse than none. The other targets go on.',
  }),
  'feature-version': error<{ feature: string; target: string; since: string; version: string }>({
    message: ({ feature, target, since, version }) =>
      `${target} ${version} cannot express ${feature}: it came with ${since}`,
    fix: 'Raise `version` under `targets` if the host has a newer one.',
    about:
      'Older versions ignore a key that they do not know, and the rule then matches more than is meant, or nothing.',
  }),
  'host-version': error<{ what: string; target: string; least: string; version: string }>({
    message: ({ what, target, least, version }) =>
      `${target}: ${what} needs ${least}, and the host has ${version}`,
    fix: 'Raise the version under `targets` if the host has a newer one.',
    about:
      'The kernel or ip(8) would refuse it, or ignore it: an old kernel ignores attributes that it does not know, and a rule then matches more than is meant.',
  }),
  'host-version-assumed': warning<{
    what: string
    target: string
    least: string
    debian: string
    version: string
  }>({
    message: ({ what, target, least, debian, version }) =>
      `${target}: ${what} needs ${least}, and ${debian} has ${version}`,
    about:
      'The settings of the target name a version of its program, or none, and the rest of the host is assumed to be of the Debian with that version. With `linux` and `iproute2` named, what the host lacks is an error.',
  }),
  'feature-partial': warning<{ feature: string; target: string; reason: string }>({
    message: ({ feature, target, reason }) => `${target} expresses ${feature} only in part: ${reason}`,
    about: 'The output works, but differs from that of the other targets as the message says.',
  }),
  'value-unsupported': error<{ what: string; target: string; reason: string }>({
    message: ({ what, target, reason }) => `${target} cannot express ${what}: ${reason}`,
    about: 'The key is supported, but not with this value.',
  }),
  'names-collide': error<{ a: string; b: string; variable: string; target: string }>({
    message: ({ a, b, variable, target }) =>
      `${target} reads ${a} and ${b} from the same variable, ${variable}`,
    fix: 'Rename one of the links.',
    about:
      'netifrc replaces each character that is not alphanumeric by an underscore, and the later assignment wins.',
  }),
} as const
