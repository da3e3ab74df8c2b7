import { expect, it } from 'vitest'
import { describeWith, findProgram, renderingsOf, run } from './tools.js'

describeWith('conf.d/net under dash', findProgram('dash'), 'dash', (dash) => {
  it.each(renderingsOf('netifrc'))('sets the expected variables for $fixture.name', ({ texts, fixture }) => {
    const settings = texts.filter(({ path }) => path.startsWith('/etc/conf.d/'))
    expect(settings.length, fixture.name).toBeGreaterThan(0)
    for (const { content } of settings) {
      // Sourced with an empty PATH: the file may have only assignments and functions.
      const result = run(dash, ['-eu', '-c', `PATH=; ${content}\nset`])
      expect(result).toMatchObject({ status: 0, stderr: '' })
      const lists = [...content.matchAll(/^(rules6?_\w+|routes_\w+)="([^"]*)"/gm)]
      for (const [, name = '', list = ''] of lists) {
        expect(result.stdout).toContain(`${name}=`)
        // With existing lists, ours continue them.
        for (const line of list.split('\n').filter((text) => text.trim() !== '' && text !== `$\{${name}-}`))
          // netifrc passes each line to ip word by word: it may contain no shell syntax.
          expect(line).toMatch(/^[A-Za-z0-9 ._:/,@+-]+$/)
      }
    }
  })
})
