import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { mutation } from './scripts/mutate/plugin.mjs'
import { documentationExamples } from './test/documentation/plugin.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Whether properties are shown more values; see scripts/soak/more-draws.ts. */
const drawsMore = process.env['PUREGRAD_DRAWS'] !== undefined

/** Tests that change what a process shares: its environment, its backend, its threads; or that look at what it loaded. */
const apart = [
  'test/{bundles,cli,crashes,playground,restricted,toolchain,webgpu}/**/*.test.ts',
  'test/backend/{addon,offload,typescript,wasm,webgpu-*,worker-threads}.test.ts',
  'test/lecture/command.test.ts',
  'test/model/predictor.test.ts',
  'test/program/{cost,depth,donation,donation-threads,jit,jit-cache}.test.ts',
  'test/report/svg.test.ts',
  'test/tensor/{not-a-number,detached-memory}.test.ts',
]

/** Where no earlier run tells how long files take, the largest come first; what documents say is run by small ones. */
class DocumentsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isOfDocuments = ({ moduleId }: TestSpecification): number =>
      Number(moduleId.includes('/test/documentation/'))
    return sorted.sort((a, b) =>
      a.project.name === b.project.name ? isOfDocuments(b) - isOfDocuments(a) : 0,
    )
  }
}

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
    // More than there are cores, of which the machines of the gate have two: many tests wait for a page or a command.
    maxWorkers: '150%',
    sequence: { sequencer: DocumentsFirst },
    testTimeout: drawsMore ? 600_000 : 20_000,
    setupFiles: drawsMore ? ['scripts/soak/more-draws.ts'] : [],
    // What is made of a file is kept for the next run, by its content; a file with a planted fault is not its content.
    experimental: { fsModuleCache: (process.env['PUREGRAD_MUTANT'] ?? '') === '' },
    // Commands speak as their environment does; tests read English without colours.
    env: { LC_ALL: 'C', FORCE_COLOR: '0' },
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: apart,
          // The library is pure, so that the files of one process share what it loaded: half of their time otherwise.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'apart',
          include: apart,
          typecheck: {
            enabled: true,
            checker: 'tsc',
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
          },
        },
      },
    ],
  },
})
