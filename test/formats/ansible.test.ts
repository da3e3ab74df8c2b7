import { defineScalarTag, load, CORE_SCHEMA } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { ansible } from '../../src/formats/ansible.js'
import { formatTrees } from '../../src/formats/index.js'
import { fixtureTree, hostileTexts, treeOf } from './trees.js'

const unsafe = defineScalarTag('!unsafe', { resolve: (text) => ({ unsafe: text }), identify: () => false })

describe('ansible', () => {
  it('is a list of trees for any number of hosts', () => {
    const text = new TextDecoder().decode(
      formatTrees(ansible, [
        fixtureTree('two-providers', 'networkd'),
        fixtureTree('leases-balanced', 'netplan'),
      ]),
    )
    expect(load(text)).toMatchObject({
      multihome_trees: [
        { host: 'two-providers', target: 'networkd' },
        {
          host: 'leases-balanced',
          target: 'netplan',
          control: [{ path: '/.multihome/apply.sh', mode: '0755' }, {}],
        },
      ],
    })
    expect(text).toMatch(
      /^---\nmultihome_trees:\n {2}- host: two-providers\n {4}target: networkd\n {4}files:\n/,
    )
  })

  it('marks exactly the strings that Ansible would expand', () => {
    const files = hostileTexts.map((content) => {
      return { path: '/{{ path }}', mode: 0o600, owner: 'root:adm', content } as const
    })
    const text = new TextDecoder().decode(formatTrees(ansible, [treeOf(files)]))
    const { multihome_trees: trees } = load(text, { schema: CORE_SCHEMA.withTags(unsafe) }) as {
      readonly multihome_trees: readonly [{ readonly files: readonly object[] }]
    }
    expect(trees[0].files).toEqual(
      hostileTexts.map((content) => ({
        path: { unsafe: '/{{ path }}' },
        mode: '0600',
        owner: 'root',
        group: 'adm',
        content: /\{\{|^#jinja2/.test(content) ? { unsafe: content } : content,
      })),
    )
  })
})
