import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], exclude: string[] = []) => ({
  test: { name, include, exclude, testTimeout: 30_000 },
})

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/**/*.test.ts'], ['test/golden.test.ts', 'test/{netns,native,boot}/**']),
      project('golden', ['test/golden.test.ts']),
      project('netns', ['test/netns/**/*.test.ts']),
      project('native', ['test/native/**/*.test.ts']),
    ],
  },
})
