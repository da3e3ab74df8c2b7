import { expect, it } from 'vitest'
import { describeWith, findProgram, renderingsOf, run } from './tools.js'

const profiles = (['nm-dispatcher', 'nm-keyfile'] as const).flatMap((id) =>
  renderingsOf(id).flatMap(({ fixture, texts }) =>
    texts
      .filter(({ path }) => path.endsWith('.nmconnection'))
      .map((file) => ({ name: `${id} ${fixture.name} ${file.path.split('/').at(-1)}`, file })),
  ),
)

/** Keys and values of a keyfile, section by section. */
function entriesOf(text: string): readonly string[] {
  const entries: string[] = []
  let section = ''
  for (const line of text.split('\n')) {
    if (/^\[.*\]$/.test(line)) section = line
    else if (/^[^#\s][^=]*=/.test(line)) entries.push(`${section} ${line}`)
  }
  return entries
}

const isPolicy = (entry: string): boolean => /\] (routing-rule|route)\d+/.test(entry)

describeWith('nmcli --offline', findProgram('nmcli'), 'network-manager', (nmcli) => {
  it.each(profiles)('reads $name and keeps every rule and route', ({ file }) => {
    // NetworkManager drops an invalid rule with a warning and accepts the rest, so both are checked.
    const result = run(nmcli, ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes'], {
      input: file.content,
    })
    expect(result).toMatchObject({ status: 0, stderr: '' })
    const kept = entriesOf(result.stdout).filter(isPolicy)
    const written = entriesOf(file.content).filter(isPolicy)
    expect(kept.filter((entry) => /_options=/.test(entry)).length).toBe(
      written.filter((entry) => /_options=/.test(entry)).length,
    )
    expect(kept.length).toBe(written.length)
  })
})
