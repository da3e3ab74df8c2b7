// SVG of a terminal's text, for the README.
const [fontSize, lineHeight, advance, margin] = [13, 17, 7.8, 16]

const colours: readonly (readonly [RegExp, string])[] = [
  [/^[=o≡]+$/, '#7ee787'],
  [/^[=o≡r·]+$/, '#e3b341'],
  [/≠/, '#ff7b72'],
]

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** Cells of the table get a colour by their signs. */
function coloured(line: string): string {
  if (!/ {2}[=o≡≠r·~-]{1,3}( {2}|$)/.test(line)) return escaped(line)
  return line
    .split(/( +)/)
    .map((word, n) => {
      const colour = n === 0 ? undefined : colours.find(([pattern]) => pattern.test(word))?.[1]
      return colour === undefined ? escaped(word) : `<tspan fill="${colour}">${escaped(word)}</tspan>`
    })
    .join('')
}

export function pictureOf(text: string): string {
  const lines = text.split('\n')
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * advance + 2 * margin)
  const height = lines.length * lineHeight + 2 * margin
  const rows = lines.map(
    (line, n) =>
      `<text x="${margin}" y="${margin + (n + 1) * lineHeight - 4}" xml:space="preserve">${coloured(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="6" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="${fontSize}" fill="#c9d1d9">
${rows.join('\n')}
</g>
</svg>
`
}
