import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { start, type Contender } from '../contenders.ts'
import { coresOf } from '../cores.ts'
import type { ToolName } from '../results.ts'

/** Tools that run, ours first, and why others do not. */
export interface Tools {
  readonly all: readonly { readonly name: ToolName; readonly tool: Contender | string }[]
  readonly versions: Readonly<Partial<Record<'jax' | 'torch', string>>>
  readonly stop: () => void
}

/** The first of some Pythons that has a module, and the version of it. */
const pythonWith = (
  pythons: readonly string[],
  module: string,
): { readonly command: string; readonly version: string } | undefined => {
  for (const command of pythons) {
    const { status, stdout } = spawnSync(command, ['-c', `import ${module}; print(${module}.__version__)`], {
      encoding: 'utf8',
    })
    if (status === 0) return { command, version: stdout.trim() }
  }
  return undefined
}

/** Starts puregrad, JAX and PyTorch, each on one thread. */
export const startTools = (pythons: readonly string[]): Tools => {
  const here = import.meta.dirname
  const peers = (['jax', 'torch'] as const).map((name) => ({ name, python: pythonWith(pythons, name) }))
  const own = start([process.execPath, '--import', 'tsx', join(here, 'tool.ts')], 1)
  const all = [
    { name: 'puregrad' as const, tool: own },
    ...peers.map(({ name, python }) => ({
      name,
      tool:
        python === undefined
          ? `no Python with ${name}: see bench/README.md`
          : coresOf(1) === undefined
            ? 'no taskset is installed that would keep it to one core'
            : start([python.command, join(here, `${name}_tool.py`)], 1),
    })),
  ]
  return {
    all,
    versions: Object.fromEntries(
      peers.flatMap(({ name, python }) => (python === undefined ? [] : [[name, python.version]])),
    ),
    stop: () => all.forEach(({ tool }) => typeof tool === 'object' && tool.stop()),
  }
}
