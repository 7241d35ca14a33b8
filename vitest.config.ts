import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { mutation } from './scripts/mutate/plugin.mjs'
import { documentationExamples } from './test/documentation/plugin.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  plugins: [documentationExamples(root), ...mutation()],
  resolve: {
    alias: [
      { find: /^puregrad$/, replacement: `${root}src/node.ts` },
      { find: /^puregrad\/claims$/, replacement: `${root}src/lecture/index.ts` },
      { find: /^puregrad\/(\w+)$/, replacement: `${root}src/$1/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // One more than vitest takes: the machines of the gate have two cores.
    maxWorkers: '100%',
    testTimeout: 20_000,
    // Commands speak as their environment does; tests read English without colours.
    env: { LC_ALL: 'C', FORCE_COLOR: '0' },
    typecheck: {
      enabled: true,
      checker: 'tsc',
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: './tsconfig.json',
    },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html'],
    },
  },
})
