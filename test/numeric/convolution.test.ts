import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  add,
  averagePool,
  cast,
  convolution,
  grad,
  item,
  jit,
  maxPool,
  mul,
  padWith,
  reshape,
  resize,
  sum,
  tensor,
  toArray,
  toTypedArray,
  transposedConvolution,
  vmap,
  type Tensor,
} from '../../src/index.ts'
import { onEveryExecutor } from './on-every-executor.ts'

const filled = (shape: readonly number[], element: (i: number) => number): Tensor =>
  tensor(
    Float64Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => element(i)),
    { shape },
  )
const waves = (shape: readonly number[], phase: number): Tensor =>
  filled(shape, (i) => Math.sin(phase + 1.7 * i * i + i))
/** The sum of the elements, each times the cosine of its number. */
const marked = (y: Tensor): Tensor => sum(mul(y, filled(y.shape, Math.cos)))

/*
 * The shape of each result and its marked sum: PyTorch 2.15 in float64 on the same waves, axes moved to its order
 * (conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, pad, max_pool2d, avg_pool2d, adaptive pools, interpolate).
 */
const published: readonly (readonly [string, readonly number[], number])[] = [
  ['1d', [2, 3, 5], -6.540369710475],
  ['1d, in images', [2, 9, 3], -6.348373959708],
  ['1d, in kernel', [4, 3, 5], 0.691666333379],
  ['2d', [2, 4, 10, 6], 15.995960676844],
  ['2d, in images', [2, 7, 8, 4], 5.560724449117],
  ['2d, in kernel', [3, 2, 2, 6], -36.317402770161],
  ['depthwise', [2, 6, 5, 3], -19.916134299924],
  ['depthwise, in images', [2, 6, 5, 3], 31.283216951133],
  ['depthwise, in kernel', [3, 3, 1, 3], -27.064184558504],
  ['3d', [1, 5, 3, 4, 3], -12.600684045939],
  ['3d, in images', [1, 4, 5, 6, 2], -28.967129558451],
  ['3d, in kernel', [2, 3, 2, 2, 3], 4.24450466513],
  ['transposed 1d', [2, 16, 2], 1.16128903328],
  ['transposed 1d, in images', [2, 5, 3], -0.004440273276],
  ['transposed 1d, in kernel', [4, 2, 3], 3.720538616581],
  ['transposed 2d', [2, 9, 6, 6], 5.40846039304],
  ['transposed 2d, in images', [2, 4, 3, 4], 0.562309279875],
  ['transposed 2d, in kernel', [3, 2, 3, 4], -7.322496891381],
  ['reflect', [1, 5, 8, 2], 11.366417516941],
  ['reflect, in images', [1, 5, 6, 2], -0.529540098832],
  ['reflect, in kernel', [3, 3, 2, 2], 6.87183019844],
  ['edge', [1, 5, 8, 2], -2.511401746076],
  ['edge, in images', [1, 5, 6, 2], -3.790789407635],
  ['edge, in kernel', [3, 3, 2, 2], -8.171077968567],
  ['circular', [1, 5, 8, 2], -2.617163162432],
  ['circular, in images', [1, 5, 6, 2], 13.034386430293],
  ['circular, in kernel', [3, 3, 2, 2], 14.715638771549],
  ['max', [2, 4, 4, 3], -1.181166778573],
  ['max, derivative', [2, 7, 8, 3], 4.006472746596],
  ['max dilated', [2, 5, 5, 3], -2.491400708448],
  ['max dilated, derivative', [2, 7, 8, 3], -0.430386686851],
  ['average', [2, 4, 5, 3], 3.322093744828],
  ['average, derivative', [2, 7, 8, 3], 0.111030556733],
  ['average, padding counted', [2, 4, 5, 3], 1.541885419476],
  ['average, padding counted, derivative', [2, 7, 8, 3], -0.047194627073],
  ['adaptive average', [2, 3, 4, 3], -2.704259184733],
  ['adaptive average, derivative', [2, 7, 8, 3], 0.027388728507],
  ['adaptive max', [2, 3, 5, 3], 0.704419032369],
  ['adaptive max, derivative', [2, 7, 8, 3], -1.06849905216],
  ['nearest', [2, 5, 13, 3], 2.870673221324],
  ['nearest, derivative', [2, 7, 8, 3], 2.323817465881],
  ['linear', [2, 5, 13, 3], -0.958069777311],
  ['linear, derivative', [2, 7, 8, 3], 0.057303144538],
  ['linear, corners', [2, 5, 13, 3], -1.826044401217],
  ['linear, corners, derivative', [2, 7, 8, 3], 0.088516129508],
  ['max 3d', [1, 2, 2, 3, 2], -0.572380396387],
  ['max 3d, derivative', [1, 3, 4, 5, 2], 0.185198996419],
  ['trilinear', [1, 5, 3, 7, 2], -1.007054053376],
  ['trilinear, derivative', [1, 3, 4, 5, 2], 2.149055661559],
]

const kernels: Readonly<
  Record<string, readonly [readonly number[], readonly number[], (x: Tensor, k: Tensor) => Tensor]>
> = {
  '1d': [[2, 9, 3], [4, 3, 5], (x, k) => convolution(x, k, { stride: 2, padding: 1, dilation: 2 })],
  '2d': [
    [2, 7, 8, 4],
    [3, 2, 2, 6],
    (x, k) => convolution(x, k, { stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2 }),
  ],
  depthwise: [[2, 6, 5, 3], [3, 3, 1, 3], (x, k) => convolution(x, k, { padding: 'same', groups: 3 })],
  '3d': [[1, 4, 5, 6, 2], [2, 3, 2, 2, 3], (x, k) => convolution(x, k, { stride: [1, 2, 2], padding: 1 })],
  'transposed 1d': [
    [2, 5, 3],
    [4, 2, 3],
    (x, k) => transposedConvolution(x, k, { stride: 3, padding: 1, outputPadding: 2 }),
  ],
  'transposed 2d': [
    [2, 4, 3, 4],
    [3, 2, 3, 4],
    (x, k) => transposedConvolution(x, k, { stride: 2, padding: [1, 0], dilation: [2, 1], groups: 2 }),
  ],
  ...Object.fromEntries(
    (['reflect', 'edge', 'circular'] as const).map((paddingMode) => [
      paddingMode,
      [
        [1, 5, 6, 2],
        [3, 3, 2, 2],
        (x: Tensor, k: Tensor) => convolution(x, k, { padding: [1, 2], paddingMode }),
      ] as const,
    ]),
  ),
}

const images = [2, 7, 8, 3]
const pools: Readonly<Record<string, readonly [readonly number[], (x: Tensor) => Tensor]>> = {
  max: [images, (x) => maxPool(x, { window: [2, 3], stride: 2, padding: 1 })],
  'max dilated': [images, (x) => maxPool(x, { window: 2, stride: 1, dilation: [2, 3] })],
  average: [images, (x) => averagePool(x, { window: [3, 2], stride: 2, padding: 1 })],
  'average, padding counted': [
    images,
    (x) => averagePool(x, { window: [3, 2], stride: 2, padding: 1, countPadding: true }),
  ],
  'adaptive average': [images, (x) => adaptiveAveragePool(x, [3, 4])],
  'adaptive max': [images, (x) => adaptiveMaxPool(x, [3, 5])],
  nearest: [images, (x) => resize(x, [5, 13], { method: 'nearest' })],
  linear: [images, (x) => resize(x, [5, 13])],
  'linear, corners': [images, (x) => resize(x, [5, 13], { align: 'corners' })],
  'max 3d': [[1, 3, 4, 5, 2], (x) => maxPool(x, { window: [2, 2, 3], stride: [1, 2, 1] })],
  trilinear: [[1, 3, 4, 5, 2], (x) => resize(x, [5, 3, 7])],
}

describe('as PyTorch has it', () => {
  const results: Readonly<Record<string, () => Tensor>> = Object.fromEntries([
    ...Object.entries(kernels).flatMap(([name, [x, k, f]]) => {
      const [images, kernel] = [waves(x, 0.1), waves(k, 0.2)]
      return [
        [name, () => f(images, kernel)],
        [`${name}, in images`, () => grad((v: Tensor) => marked(f(v, kernel)))(images)],
        [`${name}, in kernel`, () => grad((v: Tensor) => marked(f(images, v)))(kernel)],
      ] as const
    }),
    ...Object.entries(pools).flatMap(([name, [shape, f]]) => {
      const x = waves(shape, 0.3)
      return [
        [name, () => f(x)],
        [`${name}, derivative`, () => grad((v: Tensor) => marked(f(v)))(x)],
      ] as const
    }),
  ])
  test('every function is compared', () => {
    expect(published.map(([name]) => name)).toEqual(Object.keys(results))
  })
  test.each(published)('%s', (name, shape, value) => {
    const result = (results[name] as () => Tensor)()
    expect(result.shape).toEqual(shape)
    expect(item(marked(result))).toBeCloseTo(value, 8)
  })
})

/** Every output by its definition, one index after another. */
const byDefinition = (
  x: readonly (readonly (readonly (readonly number[])[])[])[],
  kernel: readonly (readonly (readonly (readonly number[])[])[])[],
  at: readonly [n: number, row: number, column: number, channel: number],
  { stride, low, dilation, groups }: { stride: number; low: number; dilation: number; groups: number },
): number => {
  const [n, row, column, channel] = at
  const outside = kernel[0]![0]![0]!.length
  const inside = kernel[0]![0]!.length
  const group = Math.floor((channel * groups) / outside)
  return kernel.reduce(
    (total, taps, a) =>
      taps.reduce(
        (all, matrix, b) =>
          matrix.reduce(
            (sumOfTaps, weights, c) =>
              sumOfTaps +
              (x[n]![row * stride + a * dilation - low]?.[column * stride + b * dilation - low]?.[
                group * inside + c
              ] ?? 0) *
                weights[channel]!,
            all,
          ),
        total,
      ),
    0,
  )
}

describe('convolution', () => {
  test('is its definition', () => {
    const small = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(
        fc.record({ size: fc.integer({ min: 3, max: 7 }), taps: small, stride: small, dilation: small }),
        fc.record({ low: fc.integer({ min: 0, max: 2 }), groups: small, inside: small, outside: small }),
        ({ size, taps, stride, dilation }, { low, groups, inside, outside }) => {
          fc.pre(size + 2 * low >= dilation * (taps - 1) + 1)
          const x = waves([2, size, size + 1, groups * inside], 0.3)
          const k = waves([taps, taps, inside, groups * outside], 0.7)
          const y = convolution(x, k, { stride, padding: low, dilation, groups })
          const settings = { stride, low, dilation, groups }
          const [, height = 0, width = 0, channels = 0] = y.shape
          expect(height).toBe(Math.floor((size + 2 * low - dilation * (taps - 1) - 1) / stride) + 1)
          const nested = [toArray(x), toArray(k)] as never as Parameters<typeof byDefinition>
          toTypedArray(y).forEach((value, i) => {
            const place = [
              Math.floor(i / (channels * width * height)),
              Math.floor(i / (channels * width)) % height,
              Math.floor(i / channels) % width,
              i % channels,
            ] as const
            expect(value).toBeCloseTo(byDefinition(nested[0], nested[1], place, settings), 10)
          })
        },
      ),
      { numRuns: 40 },
    )
  })

  test.each([
    ['valid', 5],
    ['same', 7],
  ] as const)('%s padding of 7 by 3 gives %i', (padding, size) => {
    expect(convolution(waves([1, 7, 1], 0), waves([3, 1, 1], 0), { padding }).shape).toEqual([1, size, 1])
  })

  test('same padding with a stride gives an output for every beginning of a stride', () => {
    const x = waves([1, 7, 8, 1], 0)
    const sizes = [1, 2, 3, 4].map(
      (stride) => convolution(x, waves([2, 3, 1, 1], 0), { stride, padding: 'same' }).shape,
    )
    expect(sizes).toEqual([
      [1, 7, 8, 1],
      [1, 4, 4, 1],
      [1, 3, 3, 1],
      [1, 2, 2, 1],
    ])
  })

  test('same padding of the transposition gives a stride of outputs for each input', () => {
    for (const [stride, taps] of [
      [1, 3],
      [2, 3],
      [3, 2],
      [2, 2],
    ] as const) {
      const options = { stride, padding: 'same' } as const
      expect(transposedConvolution(waves([1, 5, 1], 0), waves([taps, 2, 1], 0), options).shape).toEqual([
        1,
        5 * stride,
        2,
      ])
    }
  })

  test('is the adjoint of its transposition', () => {
    const small = fc.integer({ min: 1, max: 3 })
    fc.assert(
      fc.property(small, small, small, fc.integer({ min: 0, max: 2 }), (stride, taps, groups, low) => {
        const reach = taps
        const [m, extra] = [4, stride - 1]
        const size = (m - 1) * stride + reach - 2 * low + extra
        fc.pre(size >= 1)
        const kernel = waves([taps, 2, 2 * groups], 0.4)
        const [x, y] = [waves([2, size, 2 * groups], 0.1), waves([2, m, 2 * groups], 0.6)]
        const options = { stride, padding: low, groups }
        const ahead = item(sum(mul(convolution(x, kernel, options), y)))
        const back = transposedConvolution(y, kernel, { ...options, outputPadding: extra })
        expect(back.shape).toEqual(x.shape)
        expect(item(sum(mul(back, x)))).toBeCloseTo(ahead, 10)
      }),
      { numRuns: 40 },
    )
  })
})

describe('on every executor', () => {
  test.each(Object.entries(kernels))('%s and its derivatives', (_, [x, k, f]) => {
    const inputs = [waves(x, 0.1), waves(k, 0.2)] as const
    onEveryExecutor((...values) => f(values[0]!, values[1]!), inputs)
    onEveryExecutor((...values) => grad((v: Tensor) => marked(f(v, values[1]!)))(values[0]!), inputs)
    onEveryExecutor((...values) => grad((v: Tensor) => marked(f(values[0]!, v)))(values[1]!), inputs)
  })
  test.each(Object.entries(pools))('%s and its derivative', (_, [shape, f]) => {
    onEveryExecutor((x) => f(x), [waves(shape, 0.3)])
    onEveryExecutor((x) => grad((v: Tensor) => marked(f(v)))(x), [waves(shape, 0.3)])
  })
  /** Images, a kernel and windows over one to three axes; one channel and one tap among them, in both dtypes. */
  const windows = fc.integer({ min: 1, max: 3 }).chain((axes) => {
    const each = (max: number, min = 1) =>
      fc.array(fc.integer({ min, max }), { minLength: axes, maxLength: axes })
    const few = fc.integer({ min: 1, max: 3 })
    return fc.record({
      sizes: each(5, 3),
      taps: each(3),
      stride: each(2),
      dilation: each(2),
      padding: each(2, 0),
      groups: few,
      inside: few,
      outside: few,
      dtype: fc.constantFrom('float32', 'float64'),
    })
  })

  test('whatever the windows and channels are, with the derivatives', { timeout: 60_000 }, () => {
    const each = { sizes: [4], taps: [3], stride: [1], dilation: [1], padding: [1] }
    const alone = { ...each, inside: 1, outside: 1, dtype: 'float32' as const }
    fc.assert(
      fc.property(windows, ({ sizes, taps, groups, inside, outside, dtype, ...settings }) => {
        const { stride, padding, dilation } = settings
        fc.pre(sizes.every((n, i) => n + 2 * padding[i]! > dilation[i]! * (taps[i]! - 1)))
        const x = cast(waves([2, ...sizes, groups * inside], 0.3), dtype)
        const k = cast(waves([...taps, inside, groups * outside], 0.7), dtype)
        const marks = cast(waves(convolution(x, k, { ...settings, groups }).shape, 0.1), dtype)
        const turned = transposedConvolution(marks, k, { ...settings, groups })
        const others = cast(waves(turned.shape, 0.2), dtype)
        const tolerance = dtype === 'float32' ? 1e-4 : 1e-10
        const all = (...values: readonly Tensor[]): Tensor => {
          const [images, kernel] = values as [Tensor, Tensor]
          const there = mul(convolution(images, kernel, { ...settings, groups }), marks)
          const back = mul(transposedConvolution(marks, kernel, { ...settings, groups }), others)
          return add(sum(there), sum(back))
        }
        for (const which of [0, 1])
          onEveryExecutor(
            (...values) => grad((v: Tensor) => all(...values.with(which, v)))(values[which]!),
            [x, k],
            tolerance,
          )
        onEveryExecutor(
          (...values) => convolution(values[0]!, values[1]!, { ...settings, groups }),
          [x, k],
          tolerance,
        )
        onEveryExecutor((v) => averagePool(v, { window: taps, stride }), [x], tolerance)
      }),
      // One channel to one is one draw in 27, and would be missed by a run of 30 in three.
      { numRuns: 30, examples: [[{ ...alone, groups: 1 }], [{ ...alone, groups: 3 }]] },
    )
  })

  test('images of which there are none', () => {
    const f = (x: Tensor, k: Tensor) => maxPool(convolution(x, k), { window: 2 })
    expect(jit(f)(waves([0, 4, 4, 2], 0), waves([3, 3, 2, 5], 0)).shape).toEqual([0, 1, 1, 5])
    expect(toArray(grad((k: Tensor) => sum(f(waves([0, 4, 4, 1], 0), k)))(waves([3, 3, 1, 1], 0)))).toEqual(
      [0, 1, 2].map(() => [0, 1, 2].map(() => [[0]])),
    )
  })
})

describe('maxPool', () => {
  const along = (list: readonly number[]): Tensor => tensor([list.map((x) => [x])])
  const slope = (list: readonly number[], window: number) =>
    toArray(reshape(grad((x: Tensor) => sum(maxPool(x, { window })))(along(list)), [-1]))
  test('gives the derivative to the first of the largest', () => {
    expect(slope([3, 3, 1, 7, 7, 7], 3)).toEqual([1, 0, 0, 1, 0, 0])
    expect(slope([NaN, 3, NaN], 3)).toEqual([1, 0, 0])
    expect(slope([-Infinity, -Infinity], 2)).toEqual([1, 0])
  })
  test('takes padding for smaller than any number', () => {
    const padded = maxPool(along([-3, -2]), { window: 3, stride: 1, padding: 1 })
    expect(toArray(reshape(padded, [-1]))).toEqual([-2, -2])
  })
  test('passes NaN on', () => {
    expect(toArray(reshape(maxPool(along([1, NaN, 2, 4]), { window: 2 }), [-1]))).toEqual([NaN, 4])
  })
})

test('a batch of batches is a batch', () => {
  const [x, k] = [waves([3, 2, 5, 4], 0.1), waves([3, 3, 2, 2], 0.5)]
  const each = vmap((v: Tensor, w: Tensor) => convolution(v, w, { groups: 2 }))(x, k) as Tensor
  const alone = [0, 1, 2].map((i) => {
    const at = (v: Tensor) => (toArray(v) as unknown[])[i] as never
    return toArray(
      convolution(tensor(at(x), { dtype: 'float64' }), tensor(at(k), { dtype: 'float64' }), { groups: 2 }),
    )
  })
  expect(each.shape).toEqual([3, 2, 3, 2])
  const flat = (nested: unknown): readonly number[] => (nested as readonly unknown[]).flat(9) as never
  flat(toArray(each)).forEach((value, i) => {
    expect(value).toBeCloseTo(flat(alone)[i] as number, 12)
  })
})

describe('what cannot be is refused', () => {
  const [x, k] = [waves([1, 4, 4, 2], 0), waves([3, 3, 2, 4], 0)]
  test.each<readonly [string, () => unknown, RegExp]>([
    [
      'no images',
      () => convolution(waves([4, 4], 0), k),
      /expected images \[n, …space, channels\].* got \[4, 4\]/,
    ],
    [
      'another rank',
      () => convolution(x, waves([3, 2, 4], 0)),
      /take a kernel \[k1, k2, 2, out\], got \[3, 2, 4\]/,
    ],
    [
      'other channels',
      () => convolution(x, waves([3, 3, 3, 4], 0)),
      /take a kernel \[k1, k2, 2, out\], got \[3, 3, 3, 4\]/,
    ],
    ['groups of a half', () => convolution(x, k, { groups: 3 }), /2 channels do not divide into 3 groups/],
    [
      'groups of the kernel',
      () => convolution(x, waves([3, 3, 1, 3], 0), { groups: 2 }),
      /3 channels of the kernel/,
    ],
    [
      'a large kernel',
      () => convolution(x, waves([5, 3, 2, 4], 0)),
      /window of \[5, 3\] does not fit into \[4, 4\]; padding/,
    ],
    [
      'a stride of none',
      () => convolution(x, k, { stride: 0 }),
      /stride: expected a whole number of 1 or more, got 0/,
    ],
    ['strides of one axis', () => convolution(x, k, { stride: [1] }), /one for each of 2 axes/],
    [
      'another padding',
      () => convolution(x, k, { padding: 'some' as never }),
      /padding: expected one of valid, same/,
    ],
    ['another option', () => convolution(x, k, { strides: 2 } as never), /did you mean stride/],
    [
      'a padding below 0',
      () => convolution(x, k, { padding: [[-1, 0], 0] }),
      /padding\[0\]: expected a whole number of 0 or more/,
    ],
    ['two dtypes', () => convolution(x, tensor(toArray(k) as never)), /float64 and float32 differ/],
    [
      'integers',
      () => maxPool(tensor([[[1]]], { dtype: 'int32' }), { window: 1 }),
      /expected float32 or float64, got int32/,
    ],
    [
      'too much padding',
      () => maxPool(x, { window: 2, padding: 2 }),
      /padding: expected less than the window/,
    ],
    [
      'nothing left',
      () => transposedConvolution(x, waves([3, 3, 1, 2], 0), { padding: 5 }),
      /leaves nothing of \[4, 4\]/,
    ],
    ['another mode', () => padWith(x, [], 'mirror' as never), /mode: expected one of zeros, reflect/],
    [
      'widths of one axis',
      () => padWith(x, [[1, 1]], 'edge'),
      /a pair of non-negative integers for each axis/,
    ],
    ['a size of none', () => resize(x, 0), /size: expected a whole number of 1 or more/],
  ])('%s', (_, f, message) => {
    expect(f).toThrow(message)
  })
})
