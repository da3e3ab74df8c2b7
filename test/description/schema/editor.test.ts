// Validation in an editor: the YAML language server has only the JSON Schema.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { describePartSchema, describeSchema } from '../../../src/description/schema/schema.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { site, siteHosts } from '../../helpers/site.js'

const schema = describeSchema() as Record<string, unknown>
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema)

const validatePart = new Ajv2020({ allErrors: true, strict: false }).compile(describePartSchema())

const problems = (text: string, of = validate): readonly string[] =>
  of(load(text)) ? [] : (of.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

describe('the JSON Schema in an editor', () => {
  it('has an identifier and a title', () => {
    expect(schema['$id']).toBe('urn:multihome:description:1')
    expect(schema['title']).toBe('Description of a host for multihome')
  })

  it.each(goodFixtures)('$name: shows no problem', ({ text }) => {
    expect(problems(text)).toEqual([])
  })

  it.each([
    ['links: {}', " must have required property 'version'"],
    ['version: 1\ngateways: { up: { via: 192.0.2.1 } }', "/gateways/up must have required property 'link'"],
    ['version: 1\nlinks: { v: { vlan: { id: 5 } } }', "/links/v/vlan must have required property 'link'"],
    [
      'version: 1\nlinks: { b: { bond: { links: [a] } } }',
      "/links/b/bond must have required property 'mode'",
    ],
    ['version: 1\nlinks: { b: { bridge: {} } }', "/links/b/bridge must have required property 'links'"],
    ['version: 1\nlinks: { v: { vrf: {} } }', "/links/v/vrf must have required property 'table'"],
    ['version: 1\nroutes: [{ via: 192.0.2.1 }]', "/routes/0 must have required property 'to'"],
    ['version: 1\ntables: { t: {} }', "/tables/t must have required property 'id'"],
  ])('shows what is missing in %j', (text, problem) => {
    expect(problems(text)).toContain(problem)
  })

  it('has an example for each required key, which is valid', () => {
    const seen: string[] = []
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      const { required, properties } = node as { required?: string[]; properties?: Record<string, unknown> }
      for (const key of required ?? []) {
        const property = properties?.[key] as { examples?: unknown[] } & object
        const [example] = property.examples ?? []
        seen.push(`${path}/${key}`)
        expect([`${path}/${key}`, new Ajv2020({ strict: false }).validate(property, example)]).toEqual([
          `${path}/${key}`,
          true,
        ])
      }
      for (const [key, child] of Object.entries(node)) walk(child, `${path}/${key}`)
    }
    walk(schema['else'], '')
    expect(seen.length).toBeGreaterThan(8)
  })
})

describe('in a description that extends others', () => {
  const textOf = (path: string): string => readFileSync(join(site.folder, path), 'utf8')

  it.each(siteHosts)('%s shows no problem', (host) => {
    expect(problems(textOf(`hosts/${host}.yaml`))).toEqual([])
  })

  it.each(['site.yaml', 'providers/acme.yaml', 'providers/bravo.yaml'])(
    'the schema of parts shows none in %s',
    (path) => {
      expect(problems(textOf(path), validatePart)).toEqual([])
    },
  )

  it('shows what is wrong in any case', () => {
    expect(problems('extends: a.yaml\nlinks: { eth0: { mtu: high } }')).toContain(
      '/links/eth0/mtu must be integer',
    )
    expect(problems('extends: a.yaml\nlinks: { eth0: { mut: 1400 } }')).toContain(
      '/links/eth0 must NOT have additional properties',
    )
    expect(problems('gatways: {}', validatePart)).toContain(' must NOT have additional properties')
    // Lists replace, so their entries are whole.
    expect(problems('routes: [{ via: 192.0.2.1 }]', validatePart)).toContain(
      "/routes/0 must have required property 'to'",
    )
  })

  it('removes what the others have', () => {
    const text = 'extends: a.yaml\nlinks: { eth0: null, eth1: { mtu: null } }\nlocal: null\n'
    expect(problems(text)).toEqual([])
    expect(problems(text.replace('extends: a.yaml', 'version: 1'))).not.toEqual([])
  })
})
