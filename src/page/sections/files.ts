// Second part of the page: the plan's ideas, and beside them how each stack says them, file by file.
import type {
  ComparedFile,
  ComparedStack,
  Comparison,
  PlanItem,
  PlanItemKind,
} from '../../compare/comparison.js'
import { planItemKinds } from '../../compare/comparison.js'
import { kindTitles } from '../../compare/labels.js'
import { familyName } from '../../kernel/family.js'
import { outlineOf, type GatewayStyle } from '../model/gateway-style.js'
import { attribute, content, html, prose, type Markup } from '../markup.js'
import { linesOfFile, dedupeFiles, type SharedEnding } from '../model/dedupe-files.js'

export function filesSection(comparison: Comparison, hues: ReadonlyMap<string, GatewayStyle>): Markup {
  const { items: ideas, stacks, description, file } = comparison
  const tails = dedupeFiles(stacks)
  const columns = [
    ...(description.length === 0 ? [] : [{ id: 'description', title: file }]),
    ...stacks.map(({ id }) => ({ id, title: id })),
  ]
  return html` <section id="files" aria-labelledby="files-title">
    <h2 id="files-title">The same idea in every stack</h2>
    <p class="hint live">
      What the packet goes by is lit in every file. Point at another idea or at a line: a click keeps it,
      <kbd>Esc</kbd> lets it go; arrow keys walk through ideas and stacks.
    </p>
    <div class="bench">
      <div class="ideas" id="ideas" role="group" aria-label="Ideas of the plan">
        ${planItemKinds.map((kind) => group(kind, ideas, hues))}
      </div>
      <div class="side">
        <div class="chooser live" id="chooser" aria-label="Stacks">
          ${columns.map(
            ({ id, title }) =>
              html`<button type="button" id="choose-${id}" data-stack="${id}" aria-controls="stack-${id}">
                <span class="name">${title}</span><span class="cost"></span>
              </button> `,
          )}
        </div>
        <div class="stacks">
          ${description.length === 0 ? undefined : descriptionColumn(comparison)}
          ${stacks.map((stack) => stackColumn(stack, ideas, tails))}
        </div>
      </div>
    </div>
  </section>`
}

function group(
  kind: PlanItemKind,
  ideas: readonly PlanItem[],
  hues: ReadonlyMap<string, GatewayStyle>,
): Markup | undefined {
  const own = ideas.flatMap((idea, index) => (idea.kind === kind ? [{ idea, index }] : []))
  if (own.length === 0) return undefined
  return html`<h3>${kindTitles[kind]}</h3>
    <ul>
      ${own.map(({ idea, index }) =>
        itemLine(
          idea,
          index,
          idea.gateways.flatMap((name) => hues.get(name) ?? []),
        ),
      )}
    </ul> `
}

const itemLine = (idea: PlanItem, index: number, hues: readonly GatewayStyle[]): Markup =>
  html`<li>
    <button type="button" class="idea" data-idea="${index}" tabindex="-1" aria-pressed="false">
      ${marksOf(hues)}<span class="words">${idea.words}</span
      ><span class="why"
        >${idea.comment === undefined ? '' : `${idea.comment} · `}${prose(idea.reason)}${familyText(idea)}${idea.line === undefined ? '' : ` · line ${idea.line}`}</span
      >
    </button>
  </li> `

const familyText = ({ families }: PlanItem): string =>
  families.length === 0 ? '' : ` · ${families.map(familyName).join(' and ')}`

const marksOf = (hues: readonly GatewayStyle[]): Markup =>
  html`<span class="marks"
    >${hues.map(
      ({ name, shape }) =>
        html`<svg class="mark" viewBox="-6 -6 12 12" aria-hidden="true">
          <path class="shape ${name}" d="${outlineOf(shape)}" />
        </svg>`,
    )}</span
  >`

/** Indices of the ideas that a line says, by line. */
type ItemsByLine = ReadonlyMap<number, readonly number[]>

function descriptionColumn({ file, description, items: ideas }: Comparison): Markup {
  const byLine = new Map<number, number[]>()
  ideas.forEach(({ line }, index) => {
    if (line !== undefined) byLine.set(line, [...(byLine.get(line) ?? []), index])
  })
  return html`<article class="stack" id="stack-description" data-stack="description" aria-label="${file}">
    <header>
      <h3>${file}</h3>
      <p class="meta">the description</p>
      <p class="says"></p>
    </header>
    <div class="scroll" tabindex="0" role="region" aria-label="${file}">${linesOf(description, byLine)}</div>
  </article> `
}

type Tails = ReadonlyMap<ComparedFile, SharedEnding>

function stackColumn(stack: ComparedStack, ideas: readonly PlanItem[], tails: Tails): Markup {
  const { id, title, consumer, version, settings, least, files, first, change, reported: told, state } = stack
  const byFile = placesOf(stack, ideas)
  const anchors = new Set([...tails.values()].flatMap((tail) => (tail.stack === stack ? anchorOf(tail) : [])))
  const words = Object.entries(settings)
    .filter(([key, value]) => key !== 'version' && typeof value !== 'object')
    .map(([key, value]) => `${key}: ${String(value)}`)
  return html`<article
    class="stack${state === 'refused' ? ' refused' : ''}"
    id="stack-${id}"
    data-stack="${id}"
    aria-label="${title}"
  >
    <header>
      <h3>${title}</h3>
      <p class="meta">
        ${consumer}
        ${version}${least === undefined ? '' : `, ${least} would do`}${words.map((word) => `, ${word}`)}
      </p>
      <p class="says"></p>
    </header>
    <div class="scroll" tabindex="0" role="region" aria-label="Files of ${id}">
      ${told.map(
        ({ severity, message, fix, line }) =>
          html`<p class="told ${severity}">
            <strong>${severity}${line === undefined ? '' : `, line ${line}`}:</strong>
            ${prose(message)}${fix === undefined ? '' : html`<br />${prose(fix)}`}
          </p> `,
      )}
      ${state === 'refused' ? html`<p class="told">Nothing is written for this stack.</p>` : undefined}
      ${files.map((file, index) =>
        fileBlock(file, byFile.get(file.path), tails.get(file), (line) => {
          const anchor = anchorOf({ stack, file: index, line })
          return anchors.has(anchor) ? anchor : undefined
        }),
      )}
      ${stepsBlock('The first time', first)} ${stepsBlock('After a change', change)}
    </div>
  </article> `
}

function placesOf({ cells }: ComparedStack, ideas: readonly PlanItem[]): ReadonlyMap<string, ItemsByLine> {
  const byFile = new Map<string, Map<number, number[]>>()
  ideas.forEach((idea, index) => {
    for (const { path, ranges } of cells[idea.id]?.locations ?? []) {
      const byLine = byFile.get(path) ?? new Map<number, number[]>()
      byFile.set(path, byLine)
      for (const { from, to } of ranges)
        for (let line = from; line <= to; line++) byLine.set(line, [...(byLine.get(line) ?? []), index])
    }
  })
  return byFile
}

function fileBlock(
  file: ComparedFile,
  byLine: ItemsByLine | undefined,
  tail: SharedEnding | undefined,
  idOf: (line: number) => string | undefined,
): Markup {
  if ('symlink' in file)
    return html`<div class="file">
      <h4>${file.path}</h4>
      <p class="meta">points to ${file.symlink}</p>
    </div> `
  const lines = linesOfFile(file)
  return html`<div class="file">
    <h4>${file.path} <span class="meta">${file.mode} ${file.owner}</span></h4>
    ${linesOf(tail === undefined ? lines : lines.slice(0, tail.from - 1), byLine ?? new Map(), idOf)}
    ${tail === undefined ? undefined : tailNote(file.path, tail)}
  </div> `
}

/** True on paper, too: it says where to look. */
function tailNote(path: string, tail: SharedEnding): Markup {
  const { from, to, stack, file, line } = tail
  const there = stack.files[file]?.path
  return html`<p class="tail">
    Lines ${from} to ${to} are, line for line, those of
    <a href="#${anchorOf(tail)}">${stack.id}${there === path ? '' : ` in ${there}`} from line ${line} on</a>.
  </p>`
}

const anchorOf = ({ stack, file, line }: Pick<SharedEnding, 'stack' | 'file' | 'line'>): string =>
  `${stack.id}-${file}-${line}`

const linesOf = (
  lines: readonly string[],
  byLine: ItemsByLine,
  idOf: (line: number) => string | undefined = () => undefined,
): Markup =>
  html`<ol class="lines">
    ${lines.map((text, index) => lineItem(text, idOf(index + 1), byLine.get(index + 1)))}
  </ol>`

/** HTML does without the end tag, which of so many lines would be a tenth of the page. */
function lineItem(text: string, id: string | undefined, ideas: readonly number[] | undefined): Markup {
  // prettier-ignore
  return html`<li${attribute('id', id)}${attribute('data-i', ideas?.join(' '))}>${content(`${text}\n`)}`
}

function stepsBlock(title: string, steps: ComparedStack['first']): Markup | undefined {
  if (steps.length === 0) return undefined
  return html`<h4>${title}, as root</h4>
    <ol class="todo">
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
