// The one door to the templates: a name and the view that its template asks for.
import runtime from 'handlebars/runtime.js'
import { templates } from './templates.generated.js'
import type { Views } from './views.js'

export type TemplateName = keyof Views

const environment = runtime.create()
const compiled = new Map<string, (view: object) => string>()
let partialsReady = false

function compile(name: string): (view: object) => string {
  const known = compiled.get(name)
  if (known !== undefined) return known
  const made = environment.template(templates[name])
  compiled.set(name, made)
  return made
}

function registerPartials(): void {
  if (partialsReady) return
  for (const name of Object.keys(templates)) {
    if (name.startsWith('partials/'))
      environment.registerPartial(name.slice('partials/'.length), compile(name))
  }
  partialsReady = true
}

/** Lays the view out. Throws only when view and template disagree, which is a bug of ours. */
export function fill<N extends TemplateName>(name: N, view: Views[N]): string {
  registerPartials()
  return compile(name)(view)
}
