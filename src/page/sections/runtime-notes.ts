// Runtime notes of the page: what each stack does while the host runs. Stacks with the same text share a note.
import type { Comparison } from '../../compare/comparison.js'
import { relevantTopics, sharedNotes } from '../../compare/labels.js'
import { html, prose, type Markup } from '../markup.js'

export const runtimeNotesSection = (comparison: Comparison): Markup =>
  html` <section id="runtime" aria-labelledby="runtime-title">
    <h2 id="runtime-title">What happens at run time</h2>
    ${relevantTopics(comparison).map(
      ({ topic, title }) =>
        html`<details>
          <summary><h3>${title}</h3></summary>
          <dl class="notes">
            ${sharedNotes(comparison.stacks, topic).map(
              ({ stacks, text }) =>
                html`<div>
                  <dt>${stacks.join(', ')}</dt>
                  <dd>${prose(text)}</dd>
                </div> `,
            )}
          </dl>
        </details> `,
    )}
  </section>`
