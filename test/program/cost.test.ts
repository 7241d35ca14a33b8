import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { deepNetworkStep } from '../../bench/deep-network.ts'
import { buildTree, structureOf } from '../../src/compile/program/structure.ts'
import { valuesOf } from '../../src/core/autodiff/leaves.ts'
import { installOffload } from '../../src/core/autodiff/offload.ts'
import { stageFlat } from '../../src/core/autodiff/stage.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { nativeMachine } from '../../src/compile/executors/native.ts'
import { lower } from '../../src/compile/lowering/lower.ts'
import { inlineCalls } from '../../src/compile/passes/inline-calls.ts'
import { offload } from '../../src/compile/offload/offload.ts'
import { prepare } from '../../src/compile/passes/prepare.ts'
import {
  add,
  cond,
  exp,
  grad,
  hvp,
  jit,
  matmul,
  maximum,
  mul,
  neg,
  ones,
  scan,
  sin,
  sub,
  sum,
  tanh,
  tensor,
  toTypedArray,
  vjp,
  where,
  less,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { programs, runProgram, runScalarProgram } from '../../src/testing/index.ts'
import { kernelCost } from './kernel-cost.ts'
import { programsWithInputs } from './random-programs.ts'
import { regionPrograms } from './region-programs.ts'

const staged = (f: (...xs: Tensor[]) => Tensor, ...shapes: readonly (readonly number[])[]): Program =>
  stageFlat(
    (xs) => [f(...(xs as unknown as Tensor[])) as unknown as AnyValue],
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
  ).program

const repeated = (length: number, step: (y: Tensor) => Tensor, x: Tensor): Tensor =>
  Array.from({ length }).reduce<Tensor>((y) => step(y), x)

describe('fusion', () => {
  const operations: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a) => sin(a),
    (a) => exp(tanh(a)),
    (a) => neg(a),
    (a, b) => add(a, b) as Tensor,
    (a, b) => sub(a, b) as Tensor,
    (a, b) => mul(a, b) as Tensor,
    (a, b) => maximum(a, b) as Tensor,
    (a, b) => where(less(a, b), a, b) as Tensor,
  ]
  const line = fc.record({
    operation: fc.constantFrom(...operations),
    of: fc.nat({ max: 3 }),
    and: fc.nat({ max: 3 }),
  })

  it('makes one instruction, without memory in between, of any elementwise expression of moderate size', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 16 }), (lines) => {
        const f = (x: Tensor, y: Tensor): Tensor => {
          const values = lines.reduce<readonly Tensor[]>(
            (made, { operation, of, and }) => [
              ...made,
              operation(made.at(-1 - (of % made.length))!, made.at(-1 - (and % made.length))!),
            ],
            [x, y],
          )
          return values.at(-1)!
        }
        const costOf = (g: (x: Tensor, y: Tensor) => Tensor) =>
          kernelCost(lower(prepare(staged(g, [20, 30], [20, 30]))).kernels)
        const alone = costOf(f)
        expect(alone.instructions).toBeLessThanOrEqual(1)
        expect(alone.arenaBytes).toBe(0)
        // In a body, all of which depends on what is carried, or a branch: no more than a single operation.
        const inBody = (g: typeof f) => (x: Tensor, y: Tensor) =>
          scan((z: Tensor) => [g(z, add(y, z) as Tensor), 0], x, undefined, { length: 3 })[0] as Tensor
        const inBranch = (g: typeof f) => (x: Tensor, y: Tensor) =>
          cond(less(sum(y), 1), g, (z: Tensor) => neg(z), x, y) as Tensor
        for (const inside of [inBody, inBranch]) {
          const [many, one] = [costOf(inside(f)), costOf(inside((z, y) => sin(add(z, y)) as Tensor))]
          expect(many.instructions).toBeLessThanOrEqual(one.instructions)
          expect(many.arenaBytes).toBeLessThanOrEqual(one.arenaBytes)
        }
      }),
    )
  })

  it('puts what stands before and behind a reduction beside it, and what stands behind a product into its epilogue', () => {
    const softmaxed = lower(prepare(staged((x) => sum(mul(exp(x), 2), { axis: 1 }), [20, 30]))).kernels
    expect(softmaxed.instructions.map(({ kind }) => kind)).toEqual(['nest'])
    const layer = staged((x, w, b) => tanh(add(matmul(x, w), b)) as Tensor, [20, 30], [30, 8], [8])
    const { instructions, arenaBytes } = lower(prepare(layer)).kernels
    expect(instructions.map(({ kind }) => kind)).toEqual(['matmul'])
    expect(arenaBytes).toBe(0)
  })

  it('refuses nothing it is meant to do, on random programs', () => {
    const refusedBy = (program: Program) => lower(program).refused
    fc.assert(
      fc.property(programsWithInputs(), regionPrograms(), (one, other) => {
        for (const { program } of [one, other]) {
          expect(refusedBy(inlineCalls(program))).toEqual([])
          expect(refusedBy(prepare(program))).toEqual([])
        }
      }),
      { numRuns: 150 },
    )
    fc.assert(
      fc.property(programs({ maxLength: 10 }), fc.integer({ min: 1, max: 9 }), (p, n) => {
        expect(refusedBy(prepare(staged(runProgram(p), [n, n])))).toEqual([])
        expect(refusedBy(prepare(staged(grad(runScalarProgram(p)), [n, n])))).toEqual([])
        expect(refusedBy(prepare(staged((x) => hvp(runScalarProgram(p))(x, sin(x)), [n, n])))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })
})

describe('memory', () => {
  const arenaOf = (f: (x: Tensor) => Tensor, n: number): number =>
    lower(prepare(staged(f, [n, n]))).kernels.arenaBytes

  it.each([10, 100, 1000])('of a chain of %i products is that of two values', (length) => {
    const n = 16
    const bytes = arenaOf((x) => repeated(length, (y) => matmul(y, x) as Tensor, x), n)
    expect(bytes).toBe(2 * 4 * n * n)
  })

  it('of a chain of sums over all does not depend on its length', () => {
    const chain = (length: number) => (x: Tensor) => repeated(length, (y) => sub(y, sum(sin(y))) as Tensor, x)
    expect(arenaOf(chain(300), 16)).toBe(arenaOf(chain(30), 16))
  })

  it.each<readonly [string, (step: (y: Tensor) => Tensor, x: Tensor) => Tensor]>([
    [
      'the body of a scan',
      (step, x) => scan((y: Tensor) => [step(y), 0], x, undefined, { length: 3 })[0] as Tensor,
    ],
    ['a branch', (step, x) => cond(less(sum(x), 1), step, (y: Tensor) => neg(y), x) as Tensor],
    [
      'a branch in a body',
      (step, x) =>
        scan((y: Tensor) => [cond(less(sum(y), 1), step, (z: Tensor) => neg(z), y), 0], x, undefined, {
          length: 3,
        })[0] as Tensor,
    ],
  ])('of a chain of products in %s does not depend on its length', (_, place) => {
    const inside = (length: number) => (x: Tensor) =>
      place((y) => repeated(length, (z) => matmul(z, x) as Tensor, y), x)
    expect(arenaOf(inside(60), 16)).toBe(arenaOf(inside(6), 16))
  })

  it('of branches is that of the larger one, and of scans one after the other that of one', () => {
    const long = (x: Tensor): Tensor => repeated(9, (y) => matmul(y, tanh(y)) as Tensor, x)
    const branches = (onFalse: (x: Tensor) => Tensor) => (x: Tensor) =>
      cond(less(sum(x), 1), long, onFalse, x) as Tensor
    expect(arenaOf(branches(long), 16)).toBe(arenaOf(branches(neg), 16))
    const scans = (count: number) => (x: Tensor) =>
      repeated(count, (y) => scan((z: Tensor) => [long(z), 0], y, undefined, { length: 3 })[0] as Tensor, x)
    expect(arenaOf(scans(8), 16)).toBe(arenaOf(scans(4), 16))
  })

  it('of a gradient grows by what the slopes need, one value a step', () => {
    const n = 16
    const chain = (length: number) =>
      grad((x: Tensor) => sum(repeated(length, (y) => matmul(tanh(y), x) as Tensor, x)))
    const [short, long] = [arenaOf(chain(20), n), arenaOf(chain(40), n)]
    expect((long - short) / 20).toBeLessThanOrEqual(2 * 4 * n * n)
  })
})

describe('staging', () => {
  it('does work in proportion to the length of the program', () => {
    const counts = JSON.parse(
      execFileSync(process.execPath, ['--no-opt', '--import', 'tsx', 'test/program/staging-work.ts'], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        encoding: 'utf8',
      }),
    ) as Readonly<Record<string, readonly (readonly [length: number, count: number, bytes: number])[]>>
    expect(Object.keys(counts).length).toBeGreaterThan(5)
    for (const [name, found] of Object.entries(counts))
      found.slice(1).forEach(([length, count, bytes], i) => {
        const [half, countBefore, bytesBefore] = found[i]!
        const steps = `${name}, ${String(half)} to ${String(length)} steps`
        expect(length).toBe(2 * half)
        expect(count / countBefore, steps).toBeLessThan(2.15)
        expect(bytes / bytesBefore, `bytes of ${steps}`).toBeLessThan(2.3)
      })
    // Of a block of the network, about 2.1 MB: what an iterator for each equation would take is more than a tenth of it.
    const [[few, , bytesOfFew], [many, , bytesOfMany]] = counts['training step of a deep network']! as [
      readonly [number, number, number],
      readonly [number, number, number],
    ]
    expect((bytesOfMany - bytesOfFew) / (many - few)).toBeLessThan(2.4e6)
  }, 60_000)
})

describe('reverse mode, not compiled', () => {
  it('holds a few cotangents at a time, however long the chain', () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const used = (): number => {
      collect()
      collect()
      return process.memoryUsage().arrayBuffers
    }
    const [size, length] = [50_000, 120]
    const factor = tensor(new Float32Array(size).fill(1.0001))
    // Of a product with a constant nothing but the constant is kept for the way back.
    const [, back] = vjp((x: Tensor) => repeated(length, (y) => mul(y, factor) as Tensor, x), ones([size]))
    const cotangent = add(ones([size]), 0) as Tensor
    const before = used()
    const peaks: number[] = []
    let operations = 0
    // Asked before every operation on concrete tensors.
    installOffload(() => {
      operations += 1
      if (operations % 20 === 0) peaks.push(used() - before)
      return undefined
    })
    try {
      back(cotangent)
    } finally {
      installOffload(offload)
    }
    expect(operations).toBeGreaterThanOrEqual(length)
    expect(Math.max(...peaks)).toBeLessThan(6 * 4 * size)
  })
})

describe('a training step of a network of dense, batch norm, relu and dropout', () => {
  const programOf = (blocks: number): Program => {
    const { step, args } = deepNetworkStep(blocks)
    const structure = structureOf(args)
    return stageFlat(
      (inputs) => valuesOf(step(...(buildTree(structure, inputs[Symbol.iterator]()) as typeof args))),
      valuesOf(args),
    ).program
  }

  // 9 of the booleans are made forwards: where relu and dropout let through, whether a scale is odd, where a variance is cut
  // off. Adam makes 4, one for each parameter. The other 9 are supports: one chosen by dropout and by relu, whether a unit has
  // any row in it, in three shapes, whether there is any at all, likewise, and one that both repeat.
  it('has so many equations for each block, and no mask twice', () => {
    const [fewer, more] = [programOf(2), programOf(3)]
    const grown = (of: (program: Program) => number): number => of(more) - of(fewer)
    expect(grown(({ equations }) => equations.length)).toBeLessThanOrEqual(222)
    expect(grown((program) => prepare(program).equations.length)).toBeLessThanOrEqual(197)
    expect(
      grown(({ equations }) => equations.filter(({ outputs: [output] }) => output?.dtype === 'bool').length),
    ).toBeLessThanOrEqual(22)
  })
})

describe('donation', () => {
  it('allocates nothing once two results have been made, but for the loss', () => {
    const n = 200
    const step = jit(
      (w: Tensor, g: Tensor): readonly [Tensor, Tensor] => [sub(w, mul(0.1, g)) as Tensor, sum(w)],
      {
        donate: [0],
      },
    )
    const slope = add(ones([n, n]), 0) as Tensor
    const run = (state: Tensor, count: number): Tensor => repeated(count, (w) => step(w, slope)[0], state)
    const warm = run(ones([n, n]), 3)
    const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow')
    try {
      run(warm, 50)
      const large = allocate.mock.calls.filter(([bytes]) => bytes >= 4 * n * n)
      expect(large).toEqual([])
    } finally {
      allocate.mockRestore()
    }
  })

  it.each([
    ['in memory that calls share', 30],
    ['in memory of their own', 200],
  ])('detaches memory only where somebody looked at results %s', (_, n) => {
    const one = add(ones([n, n]), 0) as Tensor
    const step = jit((w: Tensor): Tensor => add(mul(0.5, w), one) as Tensor, { donate: [0] })
    const calls = 60
    const detached = (f: (w: Tensor) => Tensor): number => {
      const warm = repeated(20, f, ones([n, n]))
      const clone = vi.spyOn(globalThis, 'structuredClone')
      try {
        repeated(calls, f, warm)
        return clone.mock.calls.length
      } finally {
        clone.mockRestore()
      }
    }
    const looked = detached((w) => {
      toTypedArray(w)
      return step(w)
    })
    expect([detached(step), looked > 0, looked <= calls]).toEqual([0, true, true])
  })
})

describe('a product and a sum', () => {
  const f = (a: Tensor, b: Tensor, c: Tensor): Tensor => add(mul(a, b), c) as Tensor

  it('are one step', () => {
    const [nest] = lower(prepare(staged(f, [100], [100], [100]))).kernels.instructions
    expect(nest?.kind === 'nest' && nest.steps.map(({ operation }) => operation)).toEqual(['mulAdd'])
  })

  // (1 + e)(1 − e) − 1 is −e² in one rounding, and 0 where the product is rounded to 1 before.
  const machine = nativeMachine()
  it.runIf(machine !== undefined && machine.isa !== 'generic').each([
    ['float32', 2 ** -13],
    ['float64', 2 ** -28],
  ] as const)('in %s have one rounding where the machine has an instruction for it', (dtype, e) => {
    const filled = (x: number): Tensor =>
      tensor(
        Array.from({ length: 101 }, () => x),
        { dtype },
      )
    const inputs = [filled(1 + e), filled(1 - e), filled(-1)] as const
    const run = (reproducible: boolean): readonly number[] => [
      ...toTypedArray(jit(f, { backend: 'native', reproducible })(...inputs)),
    ]
    expect(new Set(run(false))).toEqual(new Set([-e * e]))
    expect(new Set(run(true))).toEqual(new Set([0]))
  })
})
