// Fourth part of the page: what each stack does with the same state while the host lives; the same text is told once.
import type { ComparedStack, Comparison } from '../../compare/comparison.js'
import { html, prose, type Markup } from '../markup.js'

export const behaviourSection = ({ topics, stacks }: Comparison): Markup =>
  html` <section id="behaviour" aria-labelledby="behaviour-title">
    <h2 id="behaviour-title">How they behave</h2>
    ${topics.map(
      ({ topic, title }) =>
        html`<details open>
          <summary><h3>${title}</h3></summary>
          <dl class="facts">
            ${factsOf(stacks, topic).map(
              ({ ids, text, source }) =>
                html`<div>
                  <dt>${ids.join(', ')}</dt>
                  <dd>${prose(text)} <span class="meta">${source}</span></dd>
                </div> `,
            )}
          </dl>
        </details> `,
    )}
  </section>`

interface SharedFact {
  readonly ids: readonly string[]
  readonly text: string
  readonly source: string
}

function factsOf(
  stacks: readonly ComparedStack[],
  topic: Comparison['topics'][number]['topic'],
): readonly SharedFact[] {
  const facts = new Map<string, SharedFact>()
  for (const { id, behaviour } of stacks) {
    const { text, source } = behaviour[topic]
    const same = facts.get(text)
    facts.set(text, same === undefined ? { ids: [id], text, source } : { ...same, ids: [...same.ids, id] })
  }
  return [...facts.values()]
}
