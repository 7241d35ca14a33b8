import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, grad, item, sin, tensor, type Tensor } from '../../src/index.ts'
import { primitives } from '../../src/core/primitive/table.ts'
import { programs, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'

/** How many kernels run while `f` does. */
const kernelsIn = (f: () => unknown): number => {
  const table = primitives as unknown as Record<string, { kernel: (...args: unknown[]) => unknown }>
  const originals = Object.entries(table).map(([name, { kernel }]) => [name, kernel] as const)
  let count = 0
  for (const [name, kernel] of originals)
    (table[name] as { kernel: unknown }).kernel = (...args: unknown[]) => {
      count += 1
      return kernel(...args)
    }
  try {
    f()
  } finally {
    for (const [name, kernel] of originals) (table[name] as { kernel: unknown }).kernel = kernel
  }
  return count
}

const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' })

describe('law 9: the cost of a gradient is bounded by that of the function', () => {
  test('kernels of a gradient ≤ 8 × those of the function, on random graphs', () => {
    fc.assert(
      fc.property(programs({ maxLength: 12 }), tensorsOf([2, 2]), (program, x) => {
        const f = runScalarProgram(program)
        expect(kernelsIn(() => grad(f)(x))).toBeLessThanOrEqual(8 * kernelsIn(() => f(x)) + 8)
      }),
      { numRuns: 60 },
    )
  })

  test('sixty doublings cost sixty, not 2⁶⁰', () => {
    const f = (x: Tensor): Tensor => Array.from({ length: 60 }).reduce<Tensor>((y) => add(y, y) as Tensor, x)
    expect(item(grad(f)(scalar(1)))).toBe(2 ** 60)
    expect(kernelsIn(() => grad(f)(scalar(1)))).toBeLessThan(60 * 4)
  })

  test('a chain of a million steps', () => {
    const f = (x: Tensor): Tensor => {
      let y = x
      for (let i = 0; i < 1e6; i++) y = sin(y) as Tensor
      return y
    }
    const derivative = item(grad(f)(scalar(0.5)))
    // By the chain rule in plain numbers.
    let [x, expected] = [0.5, 1]
    for (let i = 0; i < 1e6; i++) {
      expected *= Math.cos(x)
      x = Math.sin(x)
    }
    expect(Math.abs(derivative - expected)).toBeLessThan(1e-9 * Math.abs(expected))
  }, 60_000)

  test('memory stays flat over ten thousand gradient steps', () => {
    const program = `
      import { add, grad, mul, square, sum, tensor } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)}
      const g = grad((w) => sum(square(w)))
      const run = (w, steps) => { for (let i = 0; i < steps; i++) w = add(w, mul(g(w), -0.01)); return w }
      const start = tensor(new Float32Array(1000).fill(1))
      const used = () => { gc(); gc(); const { heapUsed, arrayBuffers } = process.memoryUsage(); return heapUsed + arrayBuffers }
      run(start, 2000)
      const before = used()
      run(start, 10000)
      console.log(used() - before)`
    const grown = Number(
      execFileSync(
        process.execPath,
        ['--expose-gc', '--import', 'tsx', '--input-type=module', '-e', program],
        { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' },
      ),
    )
    // One step allocates about 40 kB of elements; keeping any part of each would show as tens of megabytes.
    expect(grown).toBeLessThan(2_000_000)
  }, 60_000)
})
