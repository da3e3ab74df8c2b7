// Files section of the page: the list of plan items, and beside it the files of each target with the items’ lines.
import {
  planItemKinds,
  type ComparedFile,
  type ComparedStack,
  type ComparedTextFile,
  type Comparison,
  type PlanItem,
  type PlanItemKind,
} from '../../compare/comparison.js'
import { kindTitles } from '../../compare/comparison.js'
import { formatLine } from '../../diagnostics/source-line.js'
import { groupPairs } from '../../stdlib/group-by.js'
import { familyName } from '../../kernel/family.js'
import { outlines, type GatewayStyle } from '../model/gateway-style.js'
import { attribute, content, html, prose, type Markup } from '../markup.js'

export function filesSection(comparison: Comparison, styles: ReadonlyMap<string, GatewayStyle>): Markup {
  const { items, stacks, description, file } = comparison
  const places = programPlaces(stacks)
  const tabs = [
    ...(description.length === 0 ? [] : [{ id: 'description', title: file }]),
    ...stacks.map(({ id }) => ({ id, title: id })),
  ]
  return html` <section id="files" aria-labelledby="files-title">
    <h2 id="files-title">Each rule and route in every file</h2>
    <p class="hint live">
      The rule and the route of the packet are highlighted in every file. Point at another item or line to
      highlight it, click to keep it, press <kbd>Esc</kbd> to clear. Arrow keys move through items and tabs.
    </p>
    <div class="columns">
      <div class="items" id="items" role="group" aria-label="Plan items">
        ${planItemKinds.map((kind) => itemGroup(kind, items, styles))}
      </div>
      <div class="side">
        <div class="tabs live" id="tabs" aria-label="Files shown">
          ${tabs.map(
            ({ id, title }) =>
              html`<button type="button" id="tab-${id}" data-pane="${id}" aria-controls="pane-${id}">
                <span class="name">${title}</span><span class="mechanism"></span>
              </button> `,
          )}
        </div>
        <div class="panes">
          ${description.length === 0 ? undefined : descriptionPane(comparison)}
          ${stacks.map((stack) => targetPane(stack, items, places))}
        </div>
      </div>
    </div>
  </section>`
}

function itemGroup(
  kind: PlanItemKind,
  items: readonly PlanItem[],
  styles: ReadonlyMap<string, GatewayStyle>,
): Markup | undefined {
  const ofKind = items.flatMap((item, index) => (item.kind === kind ? [{ item, index }] : []))
  if (ofKind.length === 0) return undefined
  return html`<h3>${kindTitles[kind]}</h3>
    <ul>
      ${ofKind.map(({ item, index }) => itemButton(item, index, styles))}
    </ul> `
}

const itemButton = (item: PlanItem, index: number, styles: ReadonlyMap<string, GatewayStyle>): Markup =>
  html`<li>
    <button type="button" class="item" data-item="${index}" tabindex="-1" aria-pressed="false">
      ${shapesOf(item, styles)}<span class="text">${item.words}</span
      ><span class="reason"
        >${item.comment === undefined ? '' : `${item.comment} · `}${prose(item.reason)}${familyText(item)}${lineText(item)}</span
      >
    </button>
  </li> `

const lineText = ({ line, file }: PlanItem): string =>
  line === undefined ? '' : ` · ${formatLine({ line, file })}`

const familyText = ({ families }: PlanItem): string =>
  families.length === 0 ? '' : ` · ${families.map(familyName).join(' and ')}`

const shapesOf = ({ gateways }: PlanItem, styles: ReadonlyMap<string, GatewayStyle>): Markup =>
  html`<span class="shapes"
    >${gateways
      .flatMap((name) => styles.get(name) ?? [])
      .map(
        ({ className, shape }) =>
          html`<svg viewBox="-6 -6 12 12" aria-hidden="true">
            <path class="shape ${className}" d="${outlines[shape]}" />
          </svg>`,
      )}</span
  >`

/** Indices of plan items by line, from 1. */
type ItemsByLine = ReadonlyMap<number, readonly number[]>

function descriptionPane({ file, description, extended, items }: Comparison): Markup {
  const itemsOf = (of?: string): ItemsByLine =>
    groupPairs(
      items.flatMap(({ line, file }, index) =>
        line === undefined || file !== of ? [] : [[line, index] as const],
      ),
    )
  return html`<article class="pane" id="pane-description" aria-label="${file}">
    <header>
      <h3>${file}</h3>
      <p class="meta">the description${extended.length === 0 ? '' : ', and below it what it extends'}</p>
      <p class="support-note"></p>
    </header>
    <div class="scroll" tabindex="0" role="region" aria-label="${file}">
      ${linesMarkup(description, itemsOf())}
      ${extended.map(
        ({ file: name, lines }) =>
          html`<div class="file">
            <h4>${name}</h4>
            ${linesMarkup(lines, itemsOf(name))}
          </div> `,
      )}
    </div>
  </article> `
}

function targetPane(
  stack: ComparedStack,
  items: readonly PlanItem[],
  places: ReadonlyMap<string, ProgramPlace>,
): Markup {
  const { id, title, consumer, version, settings, least, files, first, change, reported, state } = stack
  const byFile = itemsByFile(stack, items)
  const details = [
    `${consumer} ${version}`,
    ...(least === undefined ? [] : [`needs ≥ ${least}`]),
    ...Object.entries(settings)
      .filter(([key, value]) => key !== 'version' && typeof value !== 'object')
      .map(([key, value]) => `${key}: ${String(value)}`),
  ]
  return html`<article
    class="pane${state === 'refused' ? ' refused' : ''}"
    id="pane-${id}"
    aria-label="${title}"
  >
    <header>
      <h3>${title}</h3>
      <p class="meta">${details.join(', ')}</p>
      <p class="support-note"></p>
    </header>
    <div class="scroll" tabindex="0" role="region" aria-label="Files of ${id}">
      ${reported.map(
        ({ severity, message, fix, line, file }) =>
          html`<p class="notice ${severity}">
            <strong>${severity}${line === undefined ? '' : `, ${formatLine({ line, file })}`}:</strong>
            ${prose(message)}${fix === undefined ? '' : html`<br />fix: ${prose(fix)}`}
          </p> `,
      )}
      ${state === 'refused' ? html`<p class="notice">Nothing is written for this stack.</p>` : undefined}
      ${files
        .filter((file) => !isProgram(file))
        .map((file) => fileMarkup(file, groupPairs(byFile.get(file.path) ?? [])))}
      ${programsMarkup(stack, places)} ${stepsMarkup('The first time', first)}
      ${stepsMarkup('After a change', change)}
    </div>
  </article> `
}

/** By path, lines with the index of a plan item. */
const itemsByFile = ({ cells }: ComparedStack, items: readonly PlanItem[]) =>
  groupPairs(
    items.flatMap((item, index) =>
      (cells[item.id]?.locations ?? []).flatMap(({ path, ranges }) =>
        ranges.flatMap(({ from, to }) =>
          Array.from(
            { length: to - from + 1 },
            (_, offset) => [path, [from + offset, index] as const] as const,
          ),
        ),
      ),
    ),
  )

function fileMarkup(file: ComparedFile, items: ItemsByLine): Markup {
  if ('symlink' in file)
    return html`<div class="file">
      <h4>${file.path}</h4>
      <p class="meta">symbolic link to ${file.symlink}</p>
    </div> `
  return html`<div class="file">
    <h4>${nameMarkup(file)}</h4>
    ${linesMarkup(linesOf(file), items)}
  </div> `
}

const nameMarkup = ({ path, mode, owner }: ComparedTextFile): Markup =>
  html`${path} <span class="meta">${mode} ${owner}</span>`

const linesOf = ({ text }: ComparedTextFile): readonly string[] => text.replace(/\n$/, '').split('\n')

const isProgram = (file: ComparedFile): file is ComparedTextFile => 'program' in file && file.program

/** Where a program is shown: with the first target that has it. */
interface ProgramPlace {
  readonly stack: ComparedStack
  readonly id: string
}

/** By text of the program. */
function programPlaces(stacks: readonly ComparedStack[]): ReadonlyMap<string, ProgramPlace> {
  const places = new Map<string, ProgramPlace>()
  for (const stack of stacks)
    for (const [index, { text }] of stack.files.filter(isProgram).entries())
      if (!places.has(text)) places.set(text, { stack, id: `${stack.id}-program-${index}` })
  return places
}

/** Behind the files with the data of the host, and folded. */
function programsMarkup(stack: ComparedStack, places: ReadonlyMap<string, ProgramPlace>): Markup | undefined {
  const programs = stack.files.filter(isProgram)
  if (programs.length === 0) return undefined
  return html`<h4>Programs, the same for every host</h4>
    ${programs.map((file) => {
      const place = places.get(file.text)
      return place === undefined || place.stack === stack
        ? html`<details class="program" ${attribute('id', place?.id)}>
            <summary>${nameMarkup(file)}</summary>
            ${linesMarkup(linesOf(file), new Map())}
          </details> `
        : html`<p class="program">
            ${nameMarkup(file)}, shown with <a href="#${place.id}">${place.stack.id}</a>
          </p> `
    })}`
}

function linesMarkup(lines: readonly string[], items: ItemsByLine): Markup {
  const shown = lines.map((text, index) => lineMarkup(text, items.get(index + 1)))
  // A newline before the end tag would be an empty line.
  // prettier-ignore
  return html`<ol class="lines">${shown}</ol>`
}

/** Without the end tag, which HTML does not need and which would be a tenth of the page. */
function lineMarkup(text: string, items: readonly number[] | undefined): Markup {
  // prettier-ignore
  return html`<li${attribute('data-i', items?.join(' '))}>${content(`${text}\n`)}`
}

function stepsMarkup(title: string, steps: ComparedStack['first']): Markup | undefined {
  if (steps.length === 0) return undefined
  return html`<h4>${title}, as root</h4>
    <ol class="commands">
      ${steps.map(
        ({ command, why, when }) =>
          html`<li>
            <code>${command}</code><br /><span class="meta"
              >${why}${when === undefined ? '' : '; before the files are copied'}</span
            >
          </li> `,
      )}
    </ol> `
}
