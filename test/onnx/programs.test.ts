import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import { evaluateProgram } from '../../src/core/autodiff/evaluate.ts'
import { primitives, type Parameters, type PrimitiveName } from '../../src/core/primitive/table.ts'
import type { Equation } from '../../src/core/primitive/program.ts'
import type { AnyPrimitive, Typed } from '../../src/core/primitive/primitive.ts'
import { viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { bufferFrom, isFloat, type DType } from '../../src/core/tensor/dtype.ts'
import { sizeOf } from '../../src/core/tensor/shape.ts'
import {
  add,
  argsort,
  checkProgram,
  concat,
  cond,
  flip,
  freeBatch,
  full,
  greater,
  key,
  matmul,
  mean,
  normal,
  printProgram,
  reshape,
  scan,
  softmax,
  sort,
  stage,
  sum,
  takeAlongAxis,
  tanh,
  transpose,
  zeros,
  type Key,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { assembled } from '../../src/onnx/out/assemble.ts'
import { forms } from '../../src/onnx/out/forms.ts'
import { onnxToFunction, programToOnnx } from '../../src/onnx/index.ts'
import { runSource, sourceInputs, sources } from '../../src/testing/index.ts'
import { leftOf, rightOf } from '../data/rows.ts'
import { programsWithInputs } from '../program/random-programs.ts'
import { farthest } from './farthest.ts'
import { ortTest as test, runOnnx, runSession, sessionOf } from './run-onnx.ts'

/** onnxruntime has kernels for few operators on numbers of 16 bits. */
const dtypes = ['float32', 'float64', 'int32', 'uint32', 'bool'] as const

const edges = [0, -0, 1, -1, 0.5, -0.5, 2.5, -3.5, 7, -20, 88, NaN, Infinity, -Infinity, 3e9, -5e9]
const integers = [0, 1, 2, 7, 31, 2 ** 31 - 1, 2 ** 32 - 5, -3]

const elementsOf = (dtype: DType): readonly number[] =>
  dtype === 'bool' ? [0, 1] : dtype === 'int32' || dtype === 'uint32' ? integers : edges

const vector = (dtype: DType, values: readonly number[], shape = [values.length]): ConcreteTensor =>
  viewOf(bufferFrom(dtype, values), dtype, shape)

/** All pairs of edges, triples where a primitive takes three: its first input is a condition. */
const operandsOf = (arity: number, dtype: DType): readonly ConcreteTensor[] => {
  const values = elementsOf(dtype)
  if (arity === 1) return [vector(dtype, values)]
  const pairs = values.flatMap((x) => values.map((y) => [x, y] as const))
  const both = [
    vector(
      dtype,
      pairs.map(([x]) => x),
    ),
    vector(
      dtype,
      pairs.map(([, y]) => y),
    ),
  ]
  return arity === 2
    ? both
    : [
        vector(
          'bool',
          pairs.map((_, i) => i % 2),
        ),
        ...both,
      ]
}

interface Case<N extends PrimitiveName = PrimitiveName> {
  readonly name: N
  readonly inputs: readonly ConcreteTensor[]
  readonly params: Parameters[N]
}

/** Elements that are told apart, of every dtype; NaN among the floats. */
const cube = (dtype: DType, shape: readonly number[]): ConcreteTensor =>
  vector(
    dtype,
    Array.from({ length: sizeOf(shape) }, (_, i) =>
      dtype === 'bool'
        ? (i * i) % 2
        : dtype.startsWith('float')
          ? i % 7 === 5
            ? NaN
            : Math.round(40 * Math.sin(i)) / 8
          : (i * 7919) % 13,
    ),
    [...shape],
  )

/** Each edge behind a 0, as a row. */
const edgesAfterZero = (dtype: DType): ConcreteTensor =>
  vector(
    dtype,
    elementsOf(dtype).flatMap((edge) => [0, edge]),
    [elementsOf(dtype).length, 2],
  )

const indices = (values: readonly number[], shape: number[]) => vector('int32', values, shape)
const region = { start: [1, 3], step: [-1, -2], shape: [2, 2] }

const typeOf = ({ shape, dtype }: ConcreteTensor): Typed => ({ shape, dtype })

/** Numbers that a product of many of them keeps to the digits compared. */
const waves = (dtype: DType, shape: readonly number[]): ConcreteTensor =>
  vector(
    dtype,
    Array.from({ length: sizeOf(shape) }, (_, i) => Math.round(40 * Math.sin(i)) / 64),
    [...shape],
  )

/** Plain; with strides, groups and padding; spread, as transposed and beginning before; spread and cut. */
const convolutions = [
  { strides: [1, 1], dilation: [1, 1], inputDilation: [1, 1], low: [0, 0], high: [0, 0], groups: 1 },
  { strides: [2, 1], dilation: [1, 2], inputDilation: [1, 1], low: [1, 0], high: [2, 3], groups: 2 },
  { strides: [1, 1], dilation: [1, 2], inputDilation: [3, 2], low: [1, 4], high: [3, 4], groups: 2 },
  { strides: [1, 1], dilation: [1, 1], inputDilation: [2, 1], low: [9, 0], high: [9, 0], groups: 1 },
  { strides: [2, 2], dilation: [1, 1], inputDilation: [1, 2], low: [-1, 2], high: [2, -2], groups: 2 },
]
const ofFloats = <A>(dtype: DType, list: readonly A[]): readonly A[] => (isFloat(dtype) ? list : [])
const windows = { taps: [2, 3], strides: [1, 1], dilation: [1, 1], low: [1, 1], high: [0, 1] }

/** Inputs and parameters for each primitive that is more than a function of elements. */
const shaped: Readonly<
  Record<
    string,
    (dtype: DType) => readonly { readonly inputs: readonly ConcreteTensor[]; readonly params: object }[]
  >
> = {
  cast: (dtype) =>
    dtypes.map((to) => ({ inputs: [vector(dtype, elementsOf(dtype))], params: { dtype: to } })),
  broadcastTo: (dtype) => [{ inputs: [cube(dtype, [3, 1])], params: { shape: [2, 3, 4] } }],
  reshape: (dtype) => [{ inputs: [cube(dtype, [3, 4])], params: { shape: [2, 6] } }],
  transpose: (dtype) => [{ inputs: [cube(dtype, [2, 3, 4])], params: { permutation: [2, 0, 1] } }],
  slice: (dtype) => [
    { inputs: [cube(dtype, [2, 4])], params: region },
    { inputs: [cube(dtype, [5])], params: { start: [1], step: [2], shape: [2] } },
    { inputs: [cube(dtype, [5])], params: { start: [4], step: [-2], shape: [3] } },
  ],
  pad: (dtype) => [
    { inputs: [cube(dtype, [2, 2])], params: { ...region, shape: [2, 5] } },
    { inputs: [cube(dtype, [3])], params: { start: [1], step: [3], shape: [9] } },
    { inputs: [cube(dtype, [3])], params: { start: [2], step: [1], shape: [6] } },
  ],
  concat: (dtype) => [
    { inputs: [cube(dtype, [2, 1]), cube(dtype, [2, 3]), cube(dtype, [2, 0])], params: { axis: 1 } },
  ],
  sum: (dtype) =>
    [[0], [1, 2], [0, 1, 2], []].map((axes) => ({ inputs: [cube(dtype, [2, 3, 4])], params: { axes } })),
  reduceMax: (dtype) => [
    ...[[2], [0, 1], []].map((axes) => ({ inputs: [cube(dtype, [2, 3, 4])], params: { axes } })),
    { inputs: [edgesAfterZero(dtype)], params: { axes: [1] } },
  ],
  cumsum: (dtype) => [
    { inputs: [cube(dtype, [3, 4])], params: { axis: 0, reverse: false } },
    { inputs: [cube(dtype, [3, 4])], params: { axis: 1, reverse: true } },
    { inputs: [vector(dtype, [4e9, 4e9, 7])], params: { axis: 0, reverse: false } },
  ],
  argmax: (dtype) => [
    ...[0, 1].map((axis) => ({ inputs: [cube(dtype, [4, 5])], params: { axis } })),
    { inputs: [edgesAfterZero(dtype)], params: { axis: 1 } },
  ],
  argsort: (dtype) => [
    { inputs: [cube(dtype, [2, 9])], params: {} },
    { inputs: [vector(dtype, [...elementsOf(dtype), ...elementsOf(dtype)])], params: {} },
  ],
  gather: (dtype) => [
    { inputs: [cube(dtype, [2, 5, 3]), indices([4, 0, 0, 2], [2, 2])], params: { axis: 1, batchDims: 0 } },
    { inputs: [cube(dtype, [2, 3, 4, 2]), indices([3, 0, 1, 1], [2, 2])], params: { axis: 2, batchDims: 1 } },
    {
      inputs: [cube(dtype, [5]), vector('uint32', [4, 1, 1])],
      params: { axis: 0, batchDims: 0 },
    },
  ],
  scatterAdd: (dtype) => [
    {
      inputs: [cube(dtype, [2, 4, 3]), indices([4, 0, 0, 2], [4])],
      params: { axis: 1, batchDims: 0, size: 6 },
    },
    {
      inputs: [cube(dtype, [2, 3, 2]), indices([3, 0, 1, 1], [2, 2])],
      params: { axis: 2, batchDims: 1, size: 4 },
    },
  ],
  matmul: (dtype) => [
    {
      inputs: [vector(dtype, [1, -2, 3, 4, 5, 6], [2, 3]), vector(dtype, [1, 0, 2, 1, -1, 5], [3, 2])],
      params: {},
    },
    { inputs: [cube(dtype, [2, 2, 3]), cube(dtype, [2, 3, 4])], params: {} },
  ],
  attention: (dtype) =>
    [true, false].map((causal) => ({
      inputs: [waves(dtype, [2, 9, 4])],
      params: { queries: 3, causal },
    })),
  convolution: (dtype) =>
    ofFloats(dtype, convolutions).map((params) => ({
      inputs: [waves(dtype, [2, 5, 6, 4]), waves(dtype, [2, 3, 4 / params.groups, 6])],
      params,
    })),
  correlation: (dtype) =>
    ofFloats(dtype, convolutions).map((params) => {
      const [x, kernel] = [waves(dtype, [2, 5, 6, 4]), waves(dtype, [2, 3, 4 / params.groups, 6])]
      const { shape } = primitives.convolution.type([typeOf(x), { ...typeOf(kernel), dtype }], params)
      return { inputs: [x, waves(dtype, [...shape])], params: { ...params, taps: [2, 3] } }
    }),
  windowArgmax: (dtype) => [
    { inputs: [cube(dtype, [2, 4, 5, 3])], params: windows },
    { inputs: [vector(dtype, [-Infinity, -Infinity, 3, NaN], [1, 2, 2, 1])], params: windows },
  ],
  windowTake: (dtype) => [
    { inputs: [cube(dtype, [1, 2, 3, 1]), vector(dtype, [3, 0, 5, 4, 2, 1], [1, 2, 3, 1])], params: windows },
  ],
  windowPut: (dtype) => [
    {
      inputs: [waves(dtype, [1, 2, 3, 1]), vector(dtype, [3, 0, 5, 4, 2, 1], [1, 2, 3, 1])],
      params: { ...windows, space: [2, 3] },
    },
  ],
  threefry: () => [
    {
      inputs: [vector('uint32', [1, 2, 3, 4], [2, 2]), vector('uint32', [5, 0, 2 ** 32 - 1, 9], [2, 2])],
      params: {},
    },
  ],
  randomBits: () => [
    { inputs: [vector('uint32', [1, 2])], params: { shape: [3, 3] } },
    { inputs: [vector('uint32', [1, 2, 3, 4], [2, 2])], params: { shape: [4] } },
  ],
}

/** Every primitive with a form, on every dtype that it takes. */
const cases: readonly Case[] = (Object.keys(forms) as PrimitiveName[]).flatMap((name) => {
  const primitive: AnyPrimitive = primitives[name]
  const wanted = shaped[name]
  return dtypes.flatMap((dtype) =>
    (wanted === undefined
      ? [{ inputs: operandsOf(primitive.arity as number, dtype), params: {} }]
      : wanted(dtype)
    ).flatMap(({ inputs, params }): readonly Case[] => {
      try {
        primitive.type(inputs.map(typeOf), params as never)
        return [{ name, inputs, params: params }]
      } catch {
        return []
      }
    }),
  )
})

/** One program of some cases: an input for each of their inputs, an output for each case. */
const programOf = (some: readonly Case[]): Program => {
  const given = some.flatMap(({ inputs }) => inputs.map(typeOf))
  const equations = some.reduce<readonly Equation[]>((before, { name, inputs, params }) => {
    const primitive: AnyPrimitive = primitives[name]
    const first = (before.at(-1)?.inputs.at(-1) ?? -1) + 1
    const equation = {
      operation: name,
      inputs: inputs.map((_, i) => first + i),
      params,
      outputs: [primitive.type(inputs.map(typeOf), params as never)],
    }
    return [...before, equation as unknown as Equation]
  }, [])
  return { inputs: given, constants: [], equations, outputs: some.map((_, i) => given.length + i) }
}

const feeds = (inputs: readonly ConcreteTensor[]): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(inputs.map((x, i) => [`input_${i}`, x as unknown as Tensor]))

const outputsOf = (found: Readonly<Record<string, unknown>>): readonly Tensor[] =>
  Object.keys(found).map((_, i) => found[`output_${i}`] as Tensor)

const typesOf = (values: readonly { readonly shape: readonly number[]; readonly dtype: string }[]) =>
  values.map(({ shape, dtype }) => `${dtype}[${shape.join()}]`)

test('every primitive, on every dtype, at the edges: NaN, infinities, −0, halves, beyond 2³¹', async () => {
  const whole = programOf(cases)
  expect(E.isRight(checkProgram(whole))).toBe(true)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(Object.keys(forms).length)
  const inputs = cases.flatMap((one) => one.inputs)
  const expected = evaluateProgram(whole, inputs) as unknown as readonly Tensor[]
  const bytes = rightOf(programToOnnx(whole))
  for (const optimized of [true, false]) {
    const found = outputsOf(await runOnnx(bytes, feeds(inputs), optimized))
    expect(typesOf(found)).toEqual(typesOf(expected))
    const far = cases.flatMap(({ name, inputs: [x] }, i) => {
      const difference = farthest(found[i]!, expected[i]!)
      return difference < 1e-5 ? [] : [`${name} of ${String(x?.dtype)}: ${difference}`]
    })
    expect(far).toEqual([])
  }
})

/** The bytes of a program; one with an operation that is refused is drawn anew. */
const written = (program: Program): Uint8Array => {
  const made = programToOnnx(program)
  fc.pre(E.isRight(made) || !/has no form in ONNX/.test(made.left.message))
  return rightOf(made)
}

/** What is written can be read, but for operators on bits. */
const readBack = (bytes: Uint8Array, inputs: readonly ConcreteTensor[]): readonly Tensor[] | undefined => {
  const read = onnxToFunction(bytes)
  if (E.isRight(read)) return outputsOf(read.right.apply(feeds(inputs)))
  expect(read.left.problems.every((problem) => /Bit/.test(problem))).toBe(true)
  return undefined
}

test('every primitive, on every dtype, at the edges, read back, but for those on bits', () => {
  const named = ({ name, inputs: [x] }: Case): string => `${name} of ${String(x?.dtype)}`
  const judged = cases.map((one) => {
    const program = programOf([one])
    expect(E.isRight(checkProgram(program))).toBe(true)
    const found = readBack(rightOf(programToOnnx(program)), one.inputs)
    if (found === undefined) return 'refused'
    const expected = evaluateProgram(program, one.inputs) as unknown as readonly Tensor[]
    expect(typesOf(found)).toEqual(typesOf(expected))
    return farthest(found[0]!, expected[0]!)
  })
  const where = (wanted: (verdict: number | 'refused') => boolean): readonly string[] =>
    cases.filter((_, i) => wanted(judged[i]!)).map(named)
  expect(where((verdict) => !(verdict === 'refused' || verdict < 1e-5))).toEqual([])
  expect(new Set(where((verdict) => verdict === 'refused'))).toEqual(
    new Set(['sum of uint32', 'cumsum of uint32', 'threefry of uint32', 'randomBits of uint32']),
  )
})

test('random programs, with branches and loops in one another, in onnxruntime and read back', async () => {
  await fc.assert(
    fc.asyncProperty(programsWithInputs({ exact: true }), async ({ program, inputs }) => {
      const bytes = written(program)
      const expected = evaluateProgram(program, inputs) as unknown as readonly Tensor[]
      for (const found of [
        outputsOf(await runOnnx(bytes, feeds(inputs))),
        readBack(bytes, inputs) ?? expected,
      ]) {
        expect(typesOf(found)).toEqual(typesOf(expected))
        found.forEach((value, i) => expect(farthest(value, expected[i]!)).toBeLessThan(1e-5))
      }
    }),
    { numRuns: 60 },
  )
})

test('random functions of the whole library', async () => {
  await fc.assert(
    fc.asyncProperty(sources(), async (source) => {
      const inputs = sourceInputs(source)
      const f = runSource(source)
      const { program } = stage(f)(...inputs)
      fc.pre(!/float16/.test(printProgram(program)))
      const expected = f(...inputs)
      const bytes = written(program)
      const given = inputs as unknown as readonly ConcreteTensor[]
      for (const found of [outputsOf(await runOnnx(bytes, feeds(given))), readBack(bytes, given) ?? expected])
        found.forEach((value, i) => expect(farthest(value, expected[i]!)).toBeLessThan(1e-5))
    }),
    { numRuns: 40 },
  )
})

test('a free number of rows: 1, 2 and 17 of them through one file', async () => {
  const weight = normal(key(1), [3, 4])
  const f = (x: Tensor): readonly Tensor[] => {
    const [rows = 0] = x.shape
    const hidden = tanh(matmul(x, weight))
    const [last, states] = scan(
      (carried: Tensor, column: Tensor) => [tanh(add(carried, column)), carried] as const,
      full([rows], 0.5),
      transpose(hidden),
    )
    const steep = cond(
      greater(sum(weight), 100),
      (y: Tensor) => y,
      (y: Tensor) => sort(y),
      hidden,
    )
    return [
      reshape(hidden, [rows * 2, 2]),
      softmax(steep),
      last,
      states,
      concat([flip(hidden, { axis: 0 }), zeros([rows + 3, 4])]),
      takeAlongAxis(hidden, argsort(hidden), { axis: 1 }),
      mean(hidden, { axis: 1 }),
    ]
  }
  const bytes = rightOf(programToOnnx(freeBatch(f)(zeros([1, 3])), { inputs: ['x'] }))
  const session = await sessionOf(bytes)
  const read = rightOf(onnxToFunction(bytes))
  expect(read.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [undefined, 3] }])
  for (const rows of [1, 2, 17]) {
    const x = normal(key(rows), [rows, 3])
    const expected = f(x)
    for (const found of [outputsOf(await runSession(session, { x })), outputsOf(read.apply({ x }))]) {
      expect(typesOf(found)).toEqual(typesOf(expected))
      found.forEach((value, i) => expect(farthest(value, expected[i]!)).toBeLessThan(1e-5))
    }
  }
  await session.release()
})

test.each([
  ['int32', -1],
  ['int32', 3],
  ['uint32', 3],
  ['uint32', 2 ** 32 - 1],
] as const)('positions outside are refused, in onnxruntime and read back: %s, %d', async (dtype, at) => {
  const [x, update, position] = [
    vector('float32', [1, 2, 3]),
    vector('float32', [1]),
    vector(dtype, [at]),
  ] as const
  const along = { axis: 0, batchDims: 0 }
  const outside: readonly Case[] = [
    { name: 'gather', inputs: [x, position], params: along },
    { name: 'scatterAdd', inputs: [update, position], params: { ...along, size: 3 } },
  ]
  for (const one of outside) {
    const program = programOf([one])
    const bytes = rightOf(programToOnnx(program))
    expect(() => evaluateProgram(program, one.inputs)).toThrow(/is outside an axis of size 3/)
    await expect(runOnnx(bytes, feeds(one.inputs))).rejects.toThrow(/out of/)
    expect(() => readBack(bytes, one.inputs)).toThrow(/is outside an axis of size 3/)
  }
})

test('what cannot be written is said', () => {
  const { program } = stage((x: Tensor) => sum(x))(zeros([2]))
  const messageOf = (options: object) => leftOf(programToOnnx(program, options)).message
  expect(messageOf({ inputs: [] })).toBe('expected a name for each of the 1 inputs, got 0')
  expect(messageOf({ inputs: ['x'], outputs: ['x'] })).toMatch(/"x" is no name or stands twice/)
  expect(() => programToOnnx(program, { input: ['x'] } as never)).toThrow(/did you mean inputs\?/)
  const noisy = freeBatch((x: Tensor, from: Key) => add(x, normal(from, x.shape)), { in: [0, null] })(
    zeros([1, 2]),
    key(1),
  )
  expect(leftOf(programToOnnx(noisy)).message).toMatch(/random numbers for a free number of rows/)
  const large = { initializer: [{ rawData: { length: 2 ** 31 } as Uint8Array }] }
  expect(leftOf(assembled(large, [''], {})).message).toMatch(/take 2147483648 bytes/)
})

test('elements that repeat are written once', () => {
  const all = viewOf(new Float32Array([3]), 'float32', [2 ** 20], [0])
  const program: Program = { inputs: [], constants: [all], equations: [], outputs: [0] }
  expect(rightOf(programToOnnx(program)).length).toBeLessThan(1000)
})
