// Precompiles templates/**/*.hbs into src/render/templates.generated.ts and refuses what a template must not decide.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import Handlebars from 'handlebars'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'templates')
const output = join(root, 'src/render/templates.generated.ts')

// Compiled under `strict`, a misspelt variable throws; `noEscape`, because the output is not HTML.
const options = {
  noEscape: true,
  strict: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: { each: true, if: true, unless: true, with: false, log: false, lookup: false },
}

/** Names of all templates, sorted: `networkd/network`, `partials/banner`. */
const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/').slice(0, -4))
  .sort()

/** What a template may not do: decide. Found by walking the syntax tree. */
function problems(program) {
  const found = []
  const complain = (node, what) => found.push(`${node.loc.start.line}:${node.loc.start.column} ${what}`)
  const visit = (node) => {
    if (node === null || node === undefined) return
    switch (node.type) {
      case 'Program':
        node.body.forEach(visit)
        break
      case 'BlockStatement':
        if (!['each', 'if', 'unless'].includes(node.path.original))
          complain(node, `block ${node.path.original}`)
        if (node.inverse?.chained) complain(node, '{{else if}}')
        node.params.forEach((param) => {
          if (param.type === 'SubExpression') complain(param, 'a sub-expression')
        })
        visit(node.program)
        visit(node.inverse)
        break
      case 'MustacheStatement':
        if (node.params.length > 0 || node.hash) complain(node, `helper ${node.path.original}`)
        if (String(node.path.original).startsWith('@root')) complain(node, '@root')
        break
      case 'DecoratorBlock':
      case 'PartialBlockStatement':
        complain(node, node.type)
        break
    }
  }
  visit(program)
  return found
}

const entries = []
let bad = false
for (const name of names) {
  const source = readFileSync(join(folder, `${name}.hbs`), 'utf8')
  for (const problem of problems(Handlebars.parse(source))) {
    console.error(`templates/${name}.hbs:${problem}: templates lay out, TypeScript decides`)
    bad = true
  }
  entries.push(`  ${JSON.stringify(name)}: ${String(Handlebars.precompile(source, options))},`)
}
/** Programs that are the same in every output: copied as they are. */
const programs = readdirSync(join(folder, 'programs'))
  .sort()
  .map(
    (name) =>
      `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(join(folder, 'programs', name), 'utf8'))},`,
  )

if (bad) process.exitCode = 1
else {
  mkdirSync(join(root, 'src/render'), { recursive: true })
  writeFileSync(
    output,
    `// @ts-nocheck
// Made by scripts/build-templates.mjs from templates/; not committed.
/** @type {Readonly<Record<string, object>>} */
export const templates: Readonly<Record<string, object>> = {
${entries.join('\n')}
}
export const programs = {
${programs.join('\n')}
} as const
`,
  )
}
