import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const project = fileURLToPath(new URL('../..', import.meta.url))

type Files = Readonly<Record<string, string>>

/** Checks a temporary project that holds just the given files. */
const check = (files: Files): { readonly status: number | null; readonly output: string } => {
  const root = mkdtempSync(join(tmpdir(), 'layers-'))
  try {
    for (const name of ['package.json', 'tsconfig.json']) cpSync(join(project, name), join(root, name))
    symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'))
    mkdirSync(join(root, 'src'))
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(project, 'scripts/check-layers.mjs'), root],
      { encoding: 'utf8' },
    )
    return { status, output: stdout + stderr }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const allowed: Files = {
  'src/tensor/a.ts': 'export const a = 1\nexport type A = typeof a\n',
  'src/tensor/b.ts': "import type { C } from './c.ts'\nexport type B = readonly C[]\n",
  'src/tensor/c.ts': "import type { B } from './b.ts'\nexport type C = B | 1\n",
  'src/nn/a.ts': "export { a } from '../tensor/a.ts'\nexport * as E from 'fp-ts/lib/Either.js'\n",
  'src/data/a.ts': "export { readFileSync } from 'node:fs'\nexport { csvParse } from 'd3-dsv'\n",
  'src/report/a.ts': "export { compile } from 'vega-lite'\n",
  'src/testing/a.ts': "export { integer } from 'fast-check'\n",
  'src/cli/a.ts':
    "export { command } from 'cmd-ts'\nimport type { SingleBar } from 'cli-progress'\nexport type S = SingleBar\n",
  'src/index.ts': "export { a } from './nn/a.ts'\n",
}

/** One file for each way to break a rule, with the rule that has to report it. */
const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['layer-tensor', 'src/tensor/upward.ts', "export { a } from '../nn/a.ts'\n"],
  ['layer-kernel', 'src/kernel/type-upward.ts', "export type { A } from '../nn/typed.ts'\n"],
  ['layer-nn', 'src/nn/front-door.ts', "export { a } from '../index.ts'\n"],
  ['known-floor', 'src/elsewhere/a.ts', "export { a } from '../tensor/a.ts'\n"],
  ['front-door', 'src/index.ts', "export { readFileSync } from './data/a.ts'\n"],
  ['no-cycles', 'src/nn/one.ts', "import { two } from './two.ts'\nexport const one = () => two\n"],
  ['no-cycles', 'src/nn/two.ts', "import { one } from './one.ts'\nexport const two = () => one\n"],
  ['resolvable', 'src/nn/dangling.ts', "export { b } from './nowhere.ts'\n"],
  ['node-only-at-the-edge', 'src/nn/node.ts', "export { readFileSync } from 'node:fs'\n"],
  ['no-development-dependency', 'src/nn/tool.ts', "export { transform } from 'esbuild'\n"],
  ['no-undeclared-dependency', 'src/nn/undeclared.ts', "export { parse } from 'acorn'\n"],
  ['cmd-ts-only-in-cli', 'src/data/arguments.ts', "export { command } from 'cmd-ts'\n"],
  ['cmd-ts-only-in-cli', 'src/data/bar.ts', "import type { Bar } from 'cli-progress'\nexport type B = Bar\n"],
  ['vega-only-in-report', 'src/cli/chart.ts', "export { compile } from 'vega-lite'\n"],
  ['fast-check-only-in-testing', 'src/data/draws.ts', "export { integer } from 'fast-check'\n"],
]

describe('layers', { timeout: 60_000 }, () => {
  test('downward imports pass', () => {
    const { status, output } = check(allowed)
    expect(output).toBe(`layers: ${Object.keys(allowed).length} modules, no violations\n`)
    expect(status).toBe(0)
  })

  test('each planted violation is reported by its rule', () => {
    const { status, output } = check({
      ...allowed,
      'src/nn/typed.ts': 'export type A = 1\n',
      ...Object.fromEntries(planted.map(([, file, text]) => [file, text])),
    })
    const reported = new Set(output.split('\n').map((line) => line.split(' -> ')[0]))
    expect(
      planted.map(([rule, file]) => `layers: ${rule}: ${file}`).filter((line) => !reported.has(line)),
    ).toEqual([])
    expect(status).toBe(1)
  })

  test('a source tree without a module is a failure', () => {
    const { status, output } = check({})
    expect(output).toContain('the check did not run')
    expect(status).toBe(1)
  })
})
