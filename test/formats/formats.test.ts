import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { formats, formatTrees, getFormat } from '../../src/formats/index.js'
import { json } from '../../src/formats/json.js'
import { jsonSchemaOf } from '../../src/cli/json/schemas.js'
import { targets } from '../../src/targets/index.js'
import { fixtureTree } from './trees.js'

const gw1 = fixtureTree('two-providers', 'networkd', 'gw1')
const gw2 = fixtureTree('leases-balanced', 'networkd', 'gw2')

describe.for(formats)('$id', (format) => {
  it('is found by its name', () => {
    expect(getFormat(format.id)).toBe(format)
  })

  it('gives the same bytes twice, and whatever was formatted before', () => {
    const before = formatTrees(format, [gw1])
    formatTrees(format, [gw2])
    expect(Buffer.compare(formatTrees(format, [gw1]), before)).toBe(0)
  })

  it('returns chunks that later calls do not change', () => {
    const chunk = format.entry(gw1)
    const copy = chunk.slice()
    format.entry(gw2)
    expect(Buffer.compare(chunk, copy)).toBe(0)
  })

  it.runIf(format.isMany)('is the header, the entries that any thread made, and the footer', () => {
    const chunks = [
      format.header(),
      format.entry(gw1),
      format.separator(),
      format.entry(gw2),
      format.footer(),
    ]
    expect(Buffer.compare(formatTrees(format, [gw1, gw2]), Buffer.concat(chunks))).toBe(0)
  })

  it.runIf(!format.isMany)('refuses several trees', () => {
    expect(() => formatTrees(format, [gw1, gw2])).toThrow('has one tree, not 2')
  })
})

describe('json', () => {
  it('is valid by the schema in the package', () => {
    const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(jsonSchemaOf('trees'))
    const trees = targets.map(({ id }) => fixtureTree('leases-balanced', id))
    validate(JSON.parse(new TextDecoder().decode(formatTrees(json, trees))))
    expect(validate.errors).toBe(null)
  })

  it('is the document of all trees, also of none', () => {
    const text = new TextDecoder().decode(formatTrees(json, [gw1, gw2]))
    const { files, control, first, change } = gw2.output
    const [file] = files
    const { version, trees } = JSON.parse(text)
    expect(version).toBe(1)
    expect(trees).toHaveLength(2)
    expect(trees[1]).toMatchObject({ host: 'leases-balanced', target: 'networkd', first, change })
    expect(trees[1].files[0]).toEqual({ ...file, mode: '0644' })
    expect(trees[1].files).toHaveLength(files.length)
    expect(trees[1].control.map(({ path }: { path: string }) => path)).toEqual(
      control.map(({ path }) => path),
    )
    expect(JSON.parse(new TextDecoder().decode(formatTrees(json, [])))).toEqual({
      version: 1,
      trees: [],
    })
  })
})
