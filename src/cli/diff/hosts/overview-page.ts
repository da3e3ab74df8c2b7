// Page of an overview: one HTML file that loads nothing and has no script.
import { createHash } from 'node:crypto'
import { style, styleHash } from '../../../page/browser.generated.js'
import { html, type Markup } from '../../../page/markup.js'
import { countOf } from '../../runtime/findings.js'
import type { Row } from '../report.js'
import { signed } from '../state.js'
import { hostText, otherHosts, overviewSummary, type EffectGroup, type Overview } from './overview.js'

/** Beside the style of the page of `compare`. */
const OWN_STYLE = `.hosts-table table{min-width:44rem}main>section{margin-block:2.5rem}main h2{margin:0 0 .5rem}main h3{margin:1.25rem 0 .5rem}details{margin-block:.75rem}td{white-space:normal;overflow-wrap:anywhere}.names{columns:14rem;padding-left:1.1rem;font-family:var(--mono);font-size:.86em;overflow-wrap:anywhere}pre{overflow-x:auto;padding:.6rem .8rem;border:1px solid var(--rule);border-radius:6px;background:var(--sheet);font:.82rem/1.5 var(--mono)}pre span{display:block}.removed{color:var(--bad)}.added{color:var(--gateway2)}.hosts-table{max-height:30rem;overflow:auto}`

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** Second line of defence behind escaping: the browser loads and runs nothing that a description smuggles in. */
const policy = [
  "default-src 'none'",
  `style-src '${styleHash}' '${hashOf(OWN_STYLE)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Byte for byte, since the policy has its hash. */
const styleElement = (text: string): Markup => ({ markup: `<style>${text}</style>` })

export function overviewPage(overview: Overview): string {
  const { before, after, groups } = overview
  const others = otherHosts(overview)
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${before} → ${after} · multihome</title>
        ${styleElement(style)}${styleElement(OWN_STYLE)}
      </head>
      <body>
        <header class="top">
          <div>
            <h1>${before} → ${after}</h1>
            <p>${overviewSummary(overview)}</p>
          </div>
          <nav aria-label="Changes">
            ${groups.map(
              ({ hosts }, index) => html`<a href="#change${index + 1}">${countOf(hosts.length, 'host')}</a>`,
            )}${others.map(([title]) => html`<a href="#${idOf(title)}">${title}</a>`)}
          </nav>
        </header>
        <main>
          ${groups.map(groupSection)}${others.map(
            ([title, hosts, note]) =>
              html`<section id="${idOf(title)}">
                <h2>${title}: ${countOf(hosts.length, 'host')}</h2>
                ${note === '' ? undefined : html`<p class="hint">${note}</p>`}${names(hosts.map(hostText))}
              </section>`,
          )}
        </main>
      </body>
    </html> `.markup
}

const idOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-')

const names = (list: readonly string[]): Markup =>
  html`<ul class="names">
    ${list.map((name) => html`<li>${name}</li>`)}
  </ul>`

function groupSection(group: EffectGroup, index: number): Markup {
  const { hosts, roles, example } = group
  const { rows, summary, unanalyzed, sections } = example.view
  const [first] = hosts
  const open = rows.filter(({ scope }) => scope === rows[0]?.scope)
  const more = rows.filter(({ scope }) => scope !== rows[0]?.scope)
  return html`<section id="change${index + 1}">
    <h2>${countOf(hosts.length, 'host')}: ${summary[0]}</h2>
    <p>${summary[1]}</p>
    <p class="hint">
      ${hosts.length === 1 ? '' : 'Shown: '}<code>${first === undefined ? '' : hostText(first)}</code>${hosts.length === 1 ? '' : roles.length === 0 ? '; the others change in the same way' : '; the others change in the same way, each with its own addresses'}
    </p>
    ${
      hosts.length === 1
        ? undefined
        : html`<details>
            <summary>All ${hosts.length} hosts</summary>
            ${roles.length === 0 ? names(hosts.map(hostText)) : valuesTable(group)}
          </details>`
    }
    ${
      open.length === 0
        ? undefined
        : html`<h3>Rerouted packets</h3>
            ${rowsTable(open)}`
    }
    ${
      more.length === 0
        ? undefined
        : html`<details>
            <summary>${more.length} more: connected networks, sockets bound to a link</summary>
            ${rowsTable(more)}
          </details>`
    }
    ${
      unanalyzed.length === 0
        ? undefined
        : html`<h3>Not analyzed</h3>
            ${names(unanalyzed)}`
    }
    ${sections.length === 0 ? undefined : html`<h3>Kernel state</h3>`}
    ${sections.map(
      ([title, lines]) =>
        html`<h4>${title}</h4>
          <pre>${signed(lines).map((line) => html`<span class="${classOf(line)}">${line}</span>`)}</pre>`,
    )}
  </section>`
}

const classOf = (line: string): string =>
  line.startsWith('-') ? 'removed' : line.startsWith('+') ? 'added' : 'note'

const rowsTable = (rows: readonly Row[]): Markup =>
  table(
    ['packets', 'before', 'after', 'example'],
    rows.map(({ families, selector, before, after, lines: [old, now], examples, exclusions }) => [
      html`${families}
        <code>${selector}</code>${exclusions.map((one) => html`<br />except <code>${one}</code>`)}`,
      html`${before}${old}`,
      html`${after}${now}`,
      html`${examples.map((one, index) => html`${index === 0 ? undefined : html`<br />`}<code>${one}</code>`)}`,
    ]),
  )

const valuesTable = ({ hosts, roles }: EffectGroup): Markup =>
  table(
    ['host', ...roles],
    hosts.map((host) => [
      html`${hostText(host)}`,
      ...roles.map((role) => html`<code>${host.values.get(role)}</code>`),
    ]),
  )

const table = (head: readonly string[], rows: readonly (readonly Markup[])[]): Markup =>
  html`<div class="table-box hosts-table" tabindex="0" role="region" aria-label="${head[0]}">
    <table>
      <thead>
        <tr>
          ${head.map((title) => html`<th scope="col">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...cells]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
