// Trace section of the page: a packet, leases, the answer, and the drawing that highlights the path.
import type { KernelPlan } from '../../plan/plan.js'
import { drawDiagram } from '../drawing/drawing.js'
import { examplesOf } from '../model/examples.js'
import { html, type Markup } from '../markup.js'
import { diagramOf } from '../model/diagram.js'

export function traceSection(plan: KernelPlan): Markup {
  const examples = examplesOf(plan)
  const diagram = diagramOf(plan)
  return html` <section id="trace" aria-labelledby="trace-title">
    <h2 id="trace-title">Where does a packet go?</h2>
    <form id="packet-form" class="live" novalidate>
      <label for="packet"
        >Packet, as for <code>ip route get</code>: destination address, then any of <code>from</code>
        <code>iif</code> <code>oif</code> <code>mark</code> <code>ipproto</code> <code>sport</code>
        <code>dport</code> <code>uid</code> <code>tos</code> <code>dscp</code></label
      >
      <textarea
        id="packet"
        rows="1"
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        enterkeyhint="go"
        aria-describedby="answer"
      >
        ${examples[0]?.packet}</textarea>
      <div class="examples" role="group" aria-label="Examples">
        ${examples.map(({ label, packet }) => html`<button type="button" class="example" data-packet="${packet}">${label}</button> `)}
      </div>
      ${leaseFields(plan)}
    </form>
    <div id="answer" class="answer live" role="status" aria-live="polite"></div>
    ${dynamicHint(plan)}
    ${
      diagram === undefined
        ? html`<p class="hint">
            This plan has too many rules and tables for a drawing. The lookup of packets has no limit.
          </p>`
        : html`<div class="drawing-box" tabindex="0" role="region" aria-label="Drawing">
            ${drawDiagram(diagram)}
          </div>`
    }
    <details id="steps" class="steps live">
      <summary>Rule by rule</summary>
      <ol></ol>
    </details>
  </section>`
}

/** One field for each link that takes a lease. */
function leaseFields({ state: { links } }: KernelPlan): Markup | undefined {
  const leased = links.filter(({ lease }) => lease !== undefined)
  if (leased.length === 0) return undefined
  return html`<fieldset id="leases" class="leases">
    <legend>Leases</legend>
    ${leased.map(
      ({ name }, index) =>
        html`<div class="lease">
          <label for="lease-${index}"><code>${name}</code></label>
          <input
            id="lease-${index}"
            type="text"
            data-link="${name}"
            placeholder="192.0.2.80/24 via 192.0.2.1"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-describedby="lease-problem-${index}"
          />
          <span class="problem" id="lease-problem-${index}" role="status"></span>
        </div> `,
    )}
    <p class="hint">
      Addresses with their length, then <code>via</code> and the router; commas between several addresses;
      <code>none</code> for a link without a lease.
    </p>
  </fieldset>`
}

/** Says why parts of the drawing are dashed. */
function dynamicHint({ dynamic: { tables: followed } }: KernelPlan): Markup | undefined {
  const links = [...new Set(followed.map(({ link }) => link))]
  if (links.length === 0) return undefined
  return html`<p class="hint dynamic-hint">
    Addresses of ${links.join(' and ')} come by lease. Rules and routes that depend on them are dashed.
  </p>`
}
