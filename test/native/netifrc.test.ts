import { expect, it } from 'vitest'
import { describeWith, findProgram, renderingsOf, run } from './tools.js'

describeWith('conf.d/net under dash', findProgram('dash'), 'dash', (dash) => {
  it.each(renderingsOf('netifrc'))('sets what is meant for $fixture.name', ({ texts, fixture }) => {
    const settings = texts.filter(({ path }) => path.startsWith('/etc/conf.d/'))
    expect(settings.length, fixture.name).toBeGreaterThan(0)
    for (const { content } of settings) {
      // Sourced with no program within reach: only assignments and functions may be in it.
      const said = run(dash, ['-eu', '-c', `PATH=; ${content}\nset`])
      expect(said).toMatchObject({ status: 0, stderr: '' })
      const lists = [...content.matchAll(/^(rules6?_\w+|routes_\w+)="([^"]*)"/gm)]
      for (const [, name = '', list = ''] of lists) {
        expect(said.stdout).toContain(`${name}=`)
        // Beside somebody else's lists, ours go on from theirs.
        for (const line of list.split('\n').filter((text) => text.trim() !== '' && text !== `$\{${name}-}`))
          // netifrc hands each line to ip word by word: nothing may be left for the shell to do.
          expect(line).toMatch(/^[A-Za-z0-9 ._:/,@+-]+$/)
      }
    }
  })
})
