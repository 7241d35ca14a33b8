import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { checkLayers } from '../../scripts/check-layers.mjs'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** What is done in a temporary project that holds just the given files. */
const inProject = async <T>(
  files: Readonly<Record<string, string>>,
  work: (root: string) => T | Promise<T>,
): Promise<T> => {
  const root = mkdtempSync(join(tmpdir(), 'layers-'))
  try {
    for (const name of ['package.json', 'tsconfig.json']) cpSync(join(project, name), join(root, name))
    symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
    mkdirSync(join(root, 'src'))
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
    return await work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const a = 'export const a = 1\nexport type A = typeof a\n'

test('downward imports pass', { timeout: 60_000 }, async () => {
  const downward = {
    'src/core/tensor/a.ts': a,
    'src/nn/b.ts': "export { a } from '../core/tensor/a.ts'\nexport * as E from 'fp-ts/lib/Either.js'\n",
    'src/data/c.ts': "export { readFileSync } from 'node:fs'\n",
    'src/report/d.ts': "export { compile } from 'vega-lite'\n",
    'src/testing/e.ts': "export { integer } from 'fast-check'\n",
    'src/cli/f.ts':
      "export { command } from 'cmd-ts'\nimport type { SingleBar } from 'cli-progress'\nexport type S = SingleBar\n",
    'src/index.ts': "export { a } from './nn/b.ts'\n",
    'src/node.ts': "export { a } from './index.ts'\n",
    'src/nn/index.ts': "export { a } from './b.ts'\n",
    'src/lecture/g.ts':
      "export { a } from 'puregrad'\nexport { a as c } from 'puregrad/nn'\nexport { h } from './h.ts'\n",
    'src/lecture/h.ts': "export { command as h } from 'cmd-ts'\n",
  }
  expect(await inProject(downward, checkLayers)).toEqual({ modules: 11, problems: [] })
})

test('the command says what it found, and fails', { timeout: 60_000 }, async () => {
  const upward = {
    'src/nn/a.ts': a,
    'src/core/tensor/b.ts': "export { a } from '../../nn/a.ts'\n",
    // The project by its name: what that is depends on where a process runs.
    'src/lecture/index.ts': a,
    'src/cli/b.ts': "export { a } from 'puregrad/claims'\n",
  }
  const { status, stderr } = await inProject(upward, (cwd) =>
    spawnSync(process.execPath, [join(project, 'scripts/check-layers.mjs'), cwd], { cwd, encoding: 'utf8' }),
  )
  expect(stderr.trim().split('\n')).toEqual([
    'layers: ring-cli: src/cli/b.ts -> src/lecture/index.ts',
    'layers: ring-core-tensor: src/core/tensor/b.ts -> src/nn/a.ts',
  ])
  expect(status).toBe(1)
})

test.each([
  [
    'files-not-entries',
    {
      'src/nn/a.ts': a,
      'src/nn/index.ts': "export { a } from './a.ts'\n",
      'src/training/b.ts': "export { a } from '../nn/index.ts'\n",
    },
  ],
  ['ring-core-tensor', { 'src/nn/a.ts': a, 'src/core/tensor/b.ts': "export { a } from '../../nn/a.ts'\n" }],
  [
    'ring-core-kernel',
    { 'src/nn/a.ts': a, 'src/core/kernel/b.ts': "export type { A } from '../../nn/a.ts'\n" },
  ],
  ['ring-nn', { 'src/index.ts': a, 'src/nn/b.ts': "export { a } from '../index.ts'\n" }],
  [
    'known-floor',
    { 'src/core/tensor/a.ts': a, 'src/elsewhere/b.ts': "export { a } from '../core/tensor/a.ts'\n" },
  ],
  ['front-door', { 'src/data/a.ts': a, 'src/index.ts': "export { a } from './data/a.ts'\n" }],
  [
    'no-cycles',
    {
      'src/nn/a.ts': "import { b } from './b.ts'\nexport const a = () => b\n",
      'src/nn/b.ts': "import { a } from './a.ts'\nexport const b = () => a\n",
    },
  ],
  ['resolvable', { 'src/nn/a.ts': "export { b } from './nowhere.ts'\n" }],
  ['node-only-at-the-edge', { 'src/nn/a.ts': "export { readFileSync } from 'node:fs'\n" }],
  ['no-development-dependency', { 'src/nn/a.ts': "export { transform } from 'esbuild'\n" }],
  ['lecture-by-public-entries', { 'src/nn/a.ts': a, 'src/lecture/b.ts': "export { a } from '../nn/a.ts'\n" }],
  [
    'lecture-by-public-entries',
    { 'src/core/tensor/a.ts': a, 'src/lecture/b.ts': "export type { A } from '../core/tensor/a.ts'\n" },
  ],
  [
    'lecture-by-public-entries',
    { 'src/cli/a.ts': a, 'src/lecture/b.ts': "export { a } from '../cli/a.ts'\n" },
  ],
  ['cmd-ts-only-in-terminal-and-cli-and-lecture', { 'src/data/a.ts': "export { command } from 'cmd-ts'\n" }],
  [
    'cmd-ts-only-in-terminal-and-cli-and-lecture',
    { 'src/data/a.ts': "import type { SingleBar } from 'cli-progress'\nexport type S = SingleBar\n" },
  ],
  ['vega-only-in-report', { 'src/cli/a.ts': "export { compile } from 'vega-lite'\n" }],
  ['fast-check-only-in-testing', { 'src/data/a.ts': "export { integer } from 'fast-check'\n" }],
])('rejected: %s', { timeout: 60_000 }, async (rule, files) => {
  const { problems } = await inProject(files, checkLayers)
  expect(problems.join('\n')).toContain(rule)
})
