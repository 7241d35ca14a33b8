import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as front from '../../src/index.ts'
import * as numeric from '../../src/core/numeric/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { PuregradError, grad, jacobian, key, tensor, vmap } from '../../src/index.ts'

type Loose = (...args: readonly unknown[]) => unknown
const x = tensor([
  [1, 2],
  [3, 4],
])
const v = tensor([0.5, 0.25])
const images = tensor([[[1], [2], [4]]])
const at = tensor([[0], [1]], { dtype: 'int32' })

/** Good arguments, in which one after another is replaced by junk. */
const good: Readonly<Record<string, readonly unknown[]>> = {
  // What has more than operands.
  ...{ leakyRelu: [x, {}], elu: [x, {}], gelu: [x, {}] },
  ...{ cast: [x, 'int32'], clip: [x, 0, 1], where: [tensor([true, false]), v, v] },
  ...{ tensor: [[1, 2], {}], full: [[2], 1, {}], zeros: [[2], {}], ones: [[2], {}] },
  ...{ tri: [2, 2, {}], eye: [2, 2, {}], linspace: [0, 1, 3, {}], arange: [0, 4, 1, {}] },
  ...{ take: [x, [0], {}], takeAlongAxis: [x, at, { axis: 1 }], scatterAdd: [v, [0], tensor([1]), {}] },
  ...{ oneHot: [[0, 1], 2, {}], argsort: [x, {}], sort: [x, {}], topK: [x, 1] },
  ...{ einsum: ['ij,j->i', x, v], key: [0], splitKey: [key(0), 2], foldIn: [key(0), 'name'] },
  ...{ randomBits: [key(0), [2]], uniform: [key(0), [2], {}], normal: [key(0), [2], {}] },
  ...{ bernoulli: [key(0), 0.5, [2]], categorical: [key(0), v, {}], permutation: [key(0), 3] },
  ...{ cumsum: [x, { axis: 0 }], cumprod: [x, { axis: 0 }], softmax: [x, {}], logSoftmax: [x, {}] },
  ...{ reshape: [x, [4]], transpose: [x, [1, 0]], moveAxis: [x, 0, 1], expandDims: [x, { axis: 0 }] },
  ...{ squeeze: [tensor([1]), {}], broadcastTo: [v, [2, 2]], concat: [[x, x], {}], stack: [[x, x], {}] },
  ...{ slice: [x, [0], [1], [1]], split: [x, 2, {}], flip: [x, {}], tile: [x, [1, 2]] },
  ...{ pad: [v, [[1, 1]], 0], dot: [v, v], outer: [v, v], matmul: [x, x] },
  ...{ fromNdarray: [front.toNdarray(x)], logicalNot: [tensor(true)] },
  ...{ logicalAnd: [tensor(true), tensor(true)], logicalOr: [tensor(true), tensor(false)] },
  ...{ setAt: [v, [0], 1, {}], addAt: [v, [0], 1, {}], multiplyAt: [v, [0], 1, {}] },
  ...{ maxAt: [v, [0], 1, {}], minAt: [v, { starts: [0] }, 1] },
  ...{ segmentSum: [v, [0, 1], { segments: 2 }], segmentMean: [v, [0, 1], { segments: 2 }] },
  ...{ segmentMax: [v, [0, 1], { segments: 2 }], segmentMin: [v, [0, 1], { segments: 2 }] },
  ...{ segmentProd: [v, [0, 1], { segments: 2 }], swapAxes: [x, 0, 1], roll: [x, 1, {}] },
  ...{ repeat: [v, 2, {}], meshgrid: [[v, v], {}], diff: [x, {}], searchSorted: [v, 1, {}] },
  ...{ quantile: [v, 0.5, {}], percentile: [v, 50, {}], median: [v, {}], histogram: [v, {}] },
  ...{ unique: [v, { size: 2 }], nonZero: [v, { size: 2 }], cov: [x, {}], trapezoid: [v, {}] },
  ...{ cummax: [x, { axis: 0 }], cummin: [x, { axis: 0 }], cumlogsumexp: [x, { axis: 0 }] },
  ...{ associativeScan: [front.add, x, {}] },
  ...{ convolution: [images, tensor([[[1]], [[2]]]), {}], averagePool: [images, { window: 2 }] },
  ...{ transposedConvolution: [images, tensor([[[1]], [[2]]]), {}], maxPool: [images, { window: 2 }] },
  ...{ adaptiveAveragePool: [images, 2], adaptiveMaxPool: [images, 2], resize: [images, 3, {}] },
  ...{ padWith: [v, [[1, 0]], 'edge'], attention: [x, x, x, {}] },
  ...{ toTransferable: [x], fromTransferable: [front.toTransferable(x)] },
}
for (const name of [
  'sum',
  'mean',
  'variance',
  'std',
  'max',
  'min',
  'prod',
  'logSumExp',
  'any',
  'all',
  'norm',
  'nanSum',
  'nanProd',
  'nanMean',
  'nanMax',
  'nanMin',
  'nanVariance',
  'nanStd',
])
  Object.assign(good, { [name]: [x, {}] })
for (const name of ['argmax', 'argmin']) Object.assign(good, { [name]: [x, { axis: 0 }] })
const binary = new Set(
  'add sub mul div pow maximum minimum equal notEqual less lessEqual greater greaterEqual floorDivide remainder atan2 copySign hypot logAddExp'.split(
    ' ',
  ),
)
const functions = Object.entries(numeric as Readonly<Record<string, unknown>>).filter(
  (entry): entry is [string, Loose] => typeof entry[1] === 'function',
)
const argumentsOf = (name: string): readonly unknown[] => {
  if (Object.hasOwn(good, name)) return good[name] as readonly unknown[]
  return binary.has(name) ? [x, x] : ['item'].includes(name) ? [tensor(1)] : [x]
}

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[undefined, null, NaN, Infinity, -1, 0.5, 2 ** 40, '', 'x', true, Symbol('s'), 3n],
    ...[
      {},
      [],
      [[]],
      [null],
      [NaN],
      ['a'],
      [-1],
      [0.5],
      [[1, 2], 3],
      { axis: NaN },
      { axis: 'x' },
      { axis: null },
    ],
    ...[
      { axis: [0, 0] },
      { axis: [null] },
      { dtype: 'float8' },
      { dtype: 7 },
      { keepDims: 3 },
      { unknown: 1 },
    ],
    ...[new Map(), new Date(0), /x/, () => 1, new Float32Array(2), new Uint8Array(1), Object.create(null)],
    ...[structuredClone(x), tensor(1, { dtype: 'int32' }), tensor([true]), tensor([]), x, key(1)],
  ),
  fc.anything({
    withBigInt: true,
    withNullPrototype: true,
    withTypedArray: true,
    withDate: true,
    maxDepth: 2,
  }),
)

test('the table has good arguments for every function', () => {
  for (const [name, f] of functions) expect(() => f(...argumentsOf(name)), name).not.toThrow()
})

test.each(functions)('%s throws its own errors only, whatever is handed to it', (name, f) => {
  const args = argumentsOf(name)
  fc.assert(
    fc.property(fc.nat(args.length), junk, fc.option(junk, { nil: undefined }), (position, odd, further) => {
      const given = [...args]
      given[position] = odd
      if (further !== undefined) given[(position + 1) % (args.length + 1)] = further
      for (const run of [
        () => f(...given),
        ...(position === 0 ? [] : [() => vmap((y: unknown) => f(y, ...given.slice(1)))(args[0])]),
      ])
        try {
          run()
        } catch (error) {
          if (!(error instanceof PuregradError)) throw error
          expect(error.message.length).toBeLessThan(1000)
        }
    }),
    // An axis without elements divides into any number of parts: a draw in ten thousand.
    { numRuns: 300, examples: [[0, tensor([]), 2 ** 40]] },
  )
})

test('operands, options and axes are refused by name', () => {
  const sums = [
    'sum',
    'mean',
    'variance',
    'std',
    'max',
    'min',
    'prod',
    'logSumExp',
    'any',
    'all',
    'norm',
    'argmax',
    'argmin',
  ]
  const along = [
    'softmax',
    'logSoftmax',
    'cumsum',
    'cumprod',
    'argsort',
    'sort',
    'flip',
    'squeeze',
    'expandDims',
  ]
  const f = numeric as unknown as Readonly<Record<string, Loose>>
  for (const name of [...sums, ...along]) {
    expect(() => f[name]?.(x, 1), name).toThrow(
      new RegExp(`^${name}: expected options as a record such as \\{ axis: 1 \\}, got 1`),
    )
    expect(() => f[name]?.(x, { axes: 0 }), name).toThrow(
      new RegExp(`^${name}: "axes" is not an option; did you mean axis\\?`),
    )
    expect(() => f[name]?.([1, 2], { axis: 0 }), name).toThrow(
      new RegExp(`^${name}: expected a tensor, got \\[1, 2\\]; make it one`),
    )
  }
  for (const name of ['concat', 'stack'])
    expect(() => f[name]?.([x, x], 1)).toThrow(
      `${name}: expected options as a record such as { axis: 1 }, got 1`,
    )
  expect(() => f['take']?.(x, [0], 1)).toThrow(
    'take: expected options as a record such as { axis: 1 }, got 1',
  )
  expect(() => f['split']?.(x, 2, 1)).toThrow(
    'split: expected options as a record such as { axis: 1 }, got 1',
  )
  expect(() => f['concat']?.(x)).toThrow(
    'concat: expected an array of tensors, got a float32 tensor of shape [2, 2]',
  )
  expect(() => f['concat']?.([x, 3])).toThrow(
    'concat: part 1: expected a tensor, got 3; make it one with tensor(...)',
  )
  expect(() => f['norm']?.(x, { order: -1 })).toThrow(/norm: order: expected a number of 0 or more, got -1/)
})

test('the axes and options of transformations are refused by name', () => {
  const sumOf = (y: never): never => numeric.sum(y) as never
  const loose = (f: unknown): Loose => f as Loose
  expect(() => vmap(loose(sumOf), { in: [0] })(x, x)).toThrow(
    /`in` names the axes of 1 arguments, but 2 were given: position 1 is missing/,
  )
  expect(() => vmap(loose(sumOf), { in: [0, 'x'] } as never)).toThrow(
    /`in` at position 1: expected an axis or null, got "x"/,
  )
  expect(() => vmap(loose(sumOf), { axis: 0 } as never)).toThrow(/vmap: "axis" is not an option/)
  expect(() => vmap(loose(sumOf), { in: -3 })(x)).toThrow(/vmap: argument 0: axis -3 is outside/)
  expect(numeric.toArray(vmap(loose(sumOf), { in: -1 })(x) as never)).toEqual([4, 6])
  expect(() => grad(loose(sumOf) as never, { argnums: 0 } as never)).toThrow(
    /grad: "argnums" is not an option/,
  )
  expect(() => grad(loose(sumOf) as never, { argument: 'x' } as never)).toThrow(/grad: argument/)
  expect(() => jacobian(loose(sumOf), { mode: 'backward' } as never)).toThrow(
    /jacobian: mode: expected one of forward, reverse/,
  )
})

test('a count may be followed by options', () => {
  expect(numeric.arange(3, { dtype: 'int32' }).dtype).toBe('int32')
  expect(numeric.toArray(numeric.arange(1, 3, { dtype: 'float64' }))).toEqual([1, 2])
  expect(numeric.eye(2, { dtype: 'int32' }).dtype).toBe('int32')
  expect(numeric.toArray(numeric.tri(2, { diagonal: 1 }))).toEqual([
    [1, 1],
    [1, 1],
  ])
})

test('advice about dtypes loses nothing', () => {
  const [whole, float] = [tensor([1, 2], { dtype: 'int32' }), tensor([0.5, 1.5])]
  for (const run of [() => numeric.add(whole, float), () => numeric.add(float, whole)])
    expect(run).toThrow(/int32.*float32|float32.*int32/)
  for (const run of [() => numeric.add(whole, float), () => numeric.add(float, whole)])
    expect(run).toThrow(/convert one with cast\(x, 'float32'\)/)
  expect(() => softmaxCrossEntropy(x, tensor([0, 1]))).toThrow(
    /^softmaxCrossEntropy: expected labels that number the classes, int32 or uint32, got float32; make them with/,
  )
})
