// First part of the page: a packet, where it goes, and the drawing in which its way lights up.
import type { KernelPlan } from '../../plan/plan.js'
import { narrowDrawing } from '../drawing/narrow.js'
import { wideDrawing } from '../drawing/wide.js'
import { examplesOf } from '../model/examples.js'
import { html, type Markup } from '../markup.js'
import { sceneOf } from '../model/diagram.js'

export function askSection(plan: KernelPlan): Markup {
  const examples = examplesOf(plan)
  const scene = sceneOf(plan)
  return html` <section id="ask" aria-labelledby="ask-title">
    <h2 id="ask-title">Where does a packet go?</h2>
    <form id="packet-form" class="live" novalidate>
      <label for="packet"
        >A packet in the words of <code>ip route get</code>: an address, then any of <code>from</code>
        <code>iif</code> <code>oif</code> <code>mark</code> <code>ipproto</code> <code>sport</code>
        <code>dport</code> <code>uid</code> <code>tos</code></label
      >
      <div class="field">
        <input
          id="packet"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          value="${examples[0]?.words}"
        />
        <button type="submit">Ask</button>
      </div>
      <div class="chips" role="group" aria-label="Examples">
        ${examples.map(({ label, words }) => html`<button type="button" class="example" data-words="${words}">${label}</button> `)}
      </div>
    </form>
    <div id="answer" class="answer live" role="status" aria-live="polite"></div>
    ${leasedText(plan)}
    ${
      scene === undefined
        ? html`<p class="hint">
            This plan has too many rules and tables to be drawn. Packets can be asked about all the same.
          </p>`
        : html`<div class="drawings">${wideDrawing(scene)}${narrowDrawing(scene)}</div>`
    }
    <details id="steps" class="steps live">
      <summary>Rule by rule</summary>
      <ol></ol>
    </details>
  </section>`
}

/** What is dashed, and why. */
function leasedText({ followed }: KernelPlan): Markup | undefined {
  const links = [...new Set(followed.map(({ link }) => link))]
  if (links.length === 0) return undefined
  return html`<p class="hint">
    Addresses of ${links.join(' and ')} come by lease: the rules and routes that follow them are drawn dashed.
  </p>`
}
