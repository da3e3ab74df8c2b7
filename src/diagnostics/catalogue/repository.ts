// Diagnostics of multihome.yaml, which describes a repository of hosts.
import { error } from './define.js'

export const repositoryCatalogue = {
  'repository-owner': error<{ file: string; owner: number }>({
    message: ({ file, owner }) => `${file} is not used: it or its folder belongs to user ${owner}`,
    fix: 'Name the file if you trust it (`--config FILE`), or change the owner (chown).',
    about:
      'multihome finds a multihome.yaml in each folder above the current one, such as /tmp. One that another user placed there would choose what root renders and where the files go. Git refuses a repository of another user for the same reason (`safe.directory`).',
  }),
  'repository-path': error<{ what: string; path: string; why: string }>({
    message: ({ what, path, why }) => `\`${path}\` cannot be the path of ${what}: ${why}`,
    fix: 'Write a path relative to the folder of this file, and below it.',
    about:
      'multihome.yaml has an effect in its own folder only. The command line may name any folder: `--out DIR`.',
  }),
} as const
