// Validation in an editor: the YAML language server has only the JSON Schema.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { describeSchema } from '../../../src/description/schema/schema.js'
import { goodFixtures } from '../../helpers/fixtures.js'

const schema = describeSchema() as Record<string, unknown>
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema)

const problems = (text: string): readonly string[] =>
  validate(load(text))
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)

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
    walk(schema, '')
    expect(seen.length).toBeGreaterThan(8)
  })
})
