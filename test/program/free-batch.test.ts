import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  atBatch,
  broadcastTo,
  concat,
  cond,
  cumsum,
  decodeFreeProgram,
  encodeFreeProgram,
  encodeProgram,
  flip,
  freeBatch,
  full,
  key,
  matmul,
  max,
  mean,
  mul,
  normal,
  programFunction,
  reshape,
  scan,
  softmax,
  softplus,
  stage,
  sub,
  sum,
  tanh,
  tensor,
  toTypedArray,
  transpose,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { layerKinds, network, trainMode, type Mode } from '../../src/nn/index.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { inputOf, layerOf } from '../nn/every-layer.ts'

const rowsOf = (x: Tensor): number => x.shape[0] ?? 0
const w = normal(key(1), [3, 3])

/** Functions of `[n, 3]` that serve every n. */
const steps: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  tanh: (x) => tanh(x),
  matmul: (x) => matmul(x, w),
  bias: (x) => add(x, tensor([1, 2, 3])),
  softmax: (x) => softmax(x),
  softplus: (x) => softplus(x),
  centred: (x) => sub(x, mean(x, { axis: 1, keepDims: true })),
  flip: (x) => flip(x, { axis: 0 }),
  cumsum: (x) => cumsum(x, { axis: 0 }),
  totals: (x) => add(x, sum(tanh(x), { axis: 0 })),
  largest: (x) => sub(x, max(x)),
  twice: (x) => concat([x, x]),
  // 2 n rows and 3 columns in another order.
  turned: (x) => reshape(transpose(reshape(x, [rowsOf(x), 3])), [rowsOf(x), 3]),
  flat: (x) => reshape(cumsum(reshape(x, [3 * rowsOf(x)]), { axis: 0 }), [rowsOf(x), 3]),
  gram: (x) => matmul(x, matmul(transpose(x), x)),
  repeated: (x) => mul(x, broadcastTo(tensor([[0.5]]), [rowsOf(x), 1])),
  ones: (x) => add(x, full([rowsOf(x), 3], 1)),
  scanned: (x) => {
    const start: Tensor = zeros([3])
    const [, stacked] = scan((carry: Tensor, row: Tensor) => [add(carry, row), tanh(row)], start, x)
    return stacked as Tensor
  },
  cond: (x) =>
    cond(
      tensor(true),
      (y: Tensor) => tanh(y),
      (y: Tensor) => mul(y, 2),
      x,
    ),
}

/** Functions whose values depend on n otherwise. */
const dependent: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  mean: (x) => sub(x, mean(x, { axis: 0 })),
  count: (x) => mul(x, rowsOf(x)),
  parity: (x) => (rowsOf(x) % 4 === 1 ? tanh(x) : x),
  few: (x) => (rowsOf(x) < 3 ? tanh(x) : x),
  ramp: (x) => add(x, reshape(tensor(Float32Array.from({ length: rowsOf(x) }, (_, i) => i)), [rowsOf(x), 1])),
  squares: (x) => add(x, sum(reshape(matmul(x, transpose(x)), [rowsOf(x) * rowsOf(x)]))),
}

type Step = (x: Tensor) => Tensor

const composed =
  (list: readonly Step[]): Step =>
  (x) =>
    list.reduce((y, step) => step(y), x)

const example = zeros([1, 3])

const sample = (n: number): Tensor => normal(key(n), [n, 3])

const bits = (x: Tensor | undefined): unknown =>
  x === undefined ? x : [x.dtype, x.shape, ...toTypedArray(x)].map((value) => (value === 0 ? 0 : value))

const law = (f: Step): void => {
  const free = freeBatch(f)(example)
  for (const n of [1, 2, 3, 8]) {
    const x = sample(n)
    expect(bits(programFunction(atBatch(free, n))(x)[0]), `${String(n)} rows`).toEqual(bits(f(x)))
  }
  // No size of anything else: the program is the one that is staged, word for word.
  expect(encodeProgram(atBatch(free, 31))).toEqual(encodeProgram(stage(f)(sample(31)).program))
  const json = JSON.stringify(encodeFreeProgram(free))
  expect(encodeFreeProgram(rightOf(decodeFreeProgram(JSON.parse(json))))).toEqual(JSON.parse(json))
}

describe('a program with a free number of rows', () => {
  test.each(Object.entries(steps))('is the one that is staged for each: %s', (_, step) => {
    law(step)
  })

  test('compositions too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...Object.values(steps)), { minLength: 2, maxLength: 4 }),
        (list) => {
          law(composed(list))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('is refused, and says where, for what depends on the number of rows otherwise', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(dependent)),
        fc.array(fc.constantFrom(...Object.values(steps)), { maxLength: 2 }),
        (step, others) => {
          expect(() => freeBatch(composed([step, ...others]))(example)).toThrow(/^freeBatch: /)
        },
      ),
      { numRuns: 25 },
    )
    const message = (name: string): string => {
      try {
        freeBatch(dependent[name]!)(example)
        return 'accepted'
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(message('mean')).toMatch(
      /constants\[\d\] has other elements .* as 1\/n of a mean over the rows has$/,
    )
    expect(message('parity')).toMatch(/there are \d equations for 1009 rows, \d equations for 1018 rows/)
    expect(message('few')).toBe('freeBatch: the function does something else for 1 rows than for 1009')
    expect(message('squares')).toMatch(/expected a whole multiple of the rows and a constant$/)
  })

  test('serves every layer in evaluation, and is refused in training where a batch is normalized', () => {
    const kinds = layerKinds.map(({ kind }) => kind)
    const shapeOf = (kind: keyof typeof layerOf): readonly number[] => inputOf[kind] ?? [4]
    const run = (kind: keyof typeof layerOf, mode: Mode) => {
      const net = network(shapeOf(kind), layerOf[kind])
      const { params, state } = net.init(key(2))
      return freeBatch((p: object, x: Tensor) => net.apply(mode, p, state, x)[0], { in: [null, 0] })(
        params,
        zeros([1, ...shapeOf(kind)]),
      )
    }
    for (const kind of kinds) {
      const { inputs, outputs, equations, constants } = run(kind, { kind: 'eval' })
      expect(inputs.at(-1)?.shape).toEqual([{ rows: 1, plus: 0 }, ...shapeOf(kind)])
      const types = [...inputs, ...constants, ...equations.flatMap((equation) => equation.outputs)]
      expect(types[outputs[0] ?? -1]?.shape[0]).toEqual({ rows: 1, plus: 0 })
    }
    expect(() => run('batchNorm', trainMode(key(0)))).toThrow(/^freeBatch: /)
  })

  test('takes arguments with rows and without, and says what is wrong with them', () => {
    const f = (a: { readonly w: Tensor }, x: Tensor) => matmul(x, a.w)
    const free = freeBatch(f, { in: [null, 0] })({ w }, example)
    expect(free.inputs.map(({ shape }) => shape)).toEqual([
      [3, 3],
      [{ rows: 1, plus: 0 }, 3],
    ])
    expect(() => freeBatch(f, { in: [0] })({ w }, example)).toThrow(
      'freeBatch: `in`: expected 0, null, or one of them for each of the 2 arguments, got [0]',
    )
    expect(() => freeBatch((x: Tensor) => x)(tensor(1))).toThrow(/is a scalar/)
    expect(() => atBatch(free, 0)).toThrow(/atBatch/)
  })

  test('comes from JSON only where it is well typed for every number of rows', () => {
    const json = encodeFreeProgram(freeBatch(composed([steps['matmul']!, steps['tanh']!]))(example)) as {
      readonly equations: readonly object[]
    }
    const wrong = { ...json, equations: json.equations.map((equation) => ({ ...equation, inputs: [9] })) }
    expect(leftOf(decodeFreeProgram(wrong)).message).toMatch(/equations\[0\]\.inputs/)
    const odd = JSON.parse(JSON.stringify(json).replaceAll('"rows":1', '"rows":0.5')) as unknown
    expect(decodeFreeProgram(odd)).toMatchObject({ _tag: 'Left' })
    expect(decodeFreeProgram(null)).toMatchObject({ _tag: 'Left' })
  })
})
