import { describe, expect, test } from 'vitest'
import {
  add,
  concat,
  grad,
  item,
  mul,
  ones,
  sin,
  slice,
  square,
  stack,
  sum,
  tensor,
  toArray,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import * as signal from '../../src/signal/index.ts'
import { checkDerivatives } from '../../src/testing/index.ts'
import { distance, f64, randomMatrix } from '../linalg/matrices.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'

type F = (...inputs: Tensor[]) => Tensor

/** All kinds of factors, powers of the small ones, primes that split and primes that do not. */
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 19, 20, 26, 32, 34, 49, 60, 64, 97, 128, 210] as const // prettier-ignore

const pairOf = (seed: number, shape: readonly number[]): signal.Complex => ({
  re: randomMatrix(seed, shape),
  im: randomMatrix(seed + 1, shape),
})
const apart = (a: signal.Complex, b: signal.Complex): number =>
  Math.max(distance(a.re, b.re), distance(a.im, b.im))
const energy = ({ re, im }: signal.Complex): number => item(add(sum(square(re)), sum(square(im))))

/** The sum as it is defined. */
const defined = ({ re, im }: signal.Complex): signal.Complex => {
  const n = re.size
  const [a, b] = [[...(toArray(re) as number[])], [...(toArray(im) as number[])]]
  const turned = (k: number, j: number): readonly [number, number] => {
    const angle = (-2 * Math.PI * ((j * k) % n)) / n
    return [Math.cos(angle), Math.sin(angle)]
  }
  const of = (part: (x: number, y: number, c: number, s: number) => number): Tensor =>
    f64(
      a.map((_, k) =>
        a.reduce((total, x, j) => {
          const [c, s] = turned(k, j)
          return total + part(x, b[j]!, c, s)
        }, 0),
      ),
    )
  return { re: of((x, y, c, s) => x * c - y * s), im: of((x, y, c, s) => x * s + y * c) }
}

describe('laws', () => {
  test.each(lengths)('of length %i: as it is defined, with its inverse, and Parseval', (n) => {
    const x = pairOf(n, [n])
    const found = signal.fft(x)
    expect(apart(found, defined(x))).toBeLessThan(3e-14)
    expect(apart(signal.ifft(found), x)).toBeLessThan(3e-15)
    expect(energy(found) / (n * energy(x))).toBeCloseTo(1, 13)
    for (const norm of ['backward', 'forward', 'orthonormal'] as const)
      expect(apart(signal.ifft(signal.fft(x, { norm }), { norm }), x)).toBeLessThan(3e-15)
    expect(energy(signal.fft(x, { norm: 'orthonormal' })) / energy(x)).toBeCloseTo(1, 13)
    const half = signal.rfft(x.re)
    const whole = signal.fft(x.re)
    const count = Math.floor(n / 2) + 1
    expect(distance(half.re, slice(whole.re, [0], [count]))).toBeLessThan(1e-14)
    expect(distance(half.im, slice(whole.im, [0], [count]))).toBeLessThan(1e-14)
    expect(distance(signal.irfft(half, { size: n }), x.re)).toBeLessThan(3e-15)
  })

  // By numpy.fft of NumPy 2, of sin(1 + 3j + 0.7j²).
  test('the numbers of others', () => {
    const x = f64(Array.from({ length: 7 }, (_, j) => Math.sin(1 + 3 * j + 0.7 * j * j)))
    const re = [-0.79911213363147, 1.46689340635452, -0.28753223370385, 2.16534334099271]
    const im = [0, 2.05083676917995, 0.84015007389239, -0.67910148704793]
    expect(apart(signal.rfft(x), { re: f64(re), im: f64(im) })).toBeLessThan(1e-13)
  })

  test('over several axes in any order, cut and filled up', () => {
    const x = pairOf(1, [3, 4, 5])
    const all = signal.fft(x, { axis: [0, 1, 2] })
    expect(apart(signal.fft(x, { axis: [2, 0, 1] }), all)).toBeLessThan(1e-14)
    expect(apart(signal.ifft(all, { axis: [0, 1, 2] }), x)).toBeLessThan(1e-14)
    expect(apart(signal.fft2(x), signal.fft(x, { axis: [-2, -1] }))).toBe(0)
    expect(apart(signal.ifft2(signal.fft2(x)), x)).toBeLessThan(1e-14)
    expect(signal.rfft(x.re, { axis: [0, 1] }).re.shape).toEqual([3, 3, 5])
    expect(distance(signal.irfft(signal.rfft(x.re, { axis: [0, 2] }), { axis: [0, 2], size: [3, 5] }), x.re)).toBeLessThan(1e-14) // prettier-ignore
    const longer = signal.fft(x, { axis: 1, size: 6 })
    const filled = concat([x.re, zeros([3, 2, 5], { dtype: 'float64' })], { axis: 1 }) as Tensor
    const none = concat([x.im, zeros([3, 2, 5], { dtype: 'float64' })], { axis: 1 }) as Tensor
    expect(apart(longer, signal.fft({ re: filled, im: none }, { axis: 1 }))).toBe(0)
    expect(signal.fft(x, { size: 2 }).re.shape).toEqual([3, 4, 2])
  })

  test('what is not Hermitian is left out by irfft', () => {
    const im = f64([5, 1, 7])
    const cleared = f64([0, 1, 0])
    const re = f64([1, 2, 3])
    expect(distance(signal.irfft({ re, im }), signal.irfft({ re, im: cleared }))).toBeLessThan(1e-15)
  })

  test('a long one of a large prime keeps its digits', () => {
    const x = pairOf(3, [10007])
    expect(apart(signal.ifft(signal.fft(x)), x)).toBeLessThan(1e-14)
  })

  test('float32 is rounded once', () => {
    const x = pairOf(4, [100])
    const [re, im] = [x.re, x.im].map((part) => tensor(toArray(part) as number[])) as [Tensor, Tensor]
    const exact = signal.fft({ re: f64(toArray(re)), im: f64(toArray(im)) })
    expect(toArray(signal.fft({ re, im }).re)).toEqual(toArray(tensor(toArray(exact.re) as number[])))
  })

  test('shifts and frequencies', () => {
    expect(toArray(signal.fftFrequencies(4))).toEqual([0, 0.25, -0.5, -0.25])
    for (const n of [1, 4, 5]) {
      const x = randomMatrix(5, [n, 3])
      expect(distance(signal.ifftShift(signal.fftShift(x)), x)).toBe(0)
      const sorted = toArray(signal.fftShift(signal.fftFrequencies(n))) as number[]
      expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
    }
    expect(signal.fftShift(zeros([0, 2])).shape).toEqual([0, 2])
  })
})

const parts = ({ re, im }: signal.Complex): Tensor => add(sin(re), mul(im, 0.7)) as Tensor
const cases: readonly { readonly name: string; readonly f: F; readonly inputs: readonly Tensor[] }[] = [
  { name: 'fft', f: (re, im) => parts(signal.fft({ re: re, im: im })), inputs: [randomMatrix(6, [6]), randomMatrix(7, [6])] }, // prettier-ignore
  { name: 'ifft of a prime length', f: (re, im) => parts(signal.ifft({ re: re, im: im }, { axis: 0 })), inputs: [randomMatrix(8, [17, 2]), randomMatrix(9, [17, 2])] }, // prettier-ignore
  { name: 'rfft', f: (x) => parts(signal.rfft(x, { norm: 'orthonormal' })), inputs: [randomMatrix(10, [2, 9])] }, // prettier-ignore
  { name: 'irfft', f: (re, im) => signal.irfft({ re: re, im: im }, { size: 7 }), inputs: [randomMatrix(11, [4]), randomMatrix(12, [4])] }, // prettier-ignore
  { name: 'convolve', f: (x, y) => signal.convolve(x, y, { method: 'fft' }), inputs: [randomMatrix(13, [7]), randomMatrix(14, [4])] }, // prettier-ignore
  { name: 'correlate', f: (x, y) => signal.correlate(x, y, { mode: 'same' }), inputs: [randomMatrix(15, [4, 3]), randomMatrix(16, [2, 2])] }, // prettier-ignore
]

describe('derivatives', () => {
  test.each(cases)('$name: in both modes, twice, of a batch, and on every executor', ({ f, inputs }) => {
    const slope = (x: readonly Tensor[]): readonly Tensor[] =>
      grad((y: readonly Tensor[]) => sum(sin(f(...y))) as Tensor)(x)
    const flat = (x: readonly Tensor[]): Tensor => f(...x)
    expect(checkDerivatives(flat, { directions: 6 })(inputs)).toMatchObject({ kind: 'agrees' })
    expect(checkDerivatives(slope, { directions: 3 })(inputs)).toMatchObject({ kind: 'agrees' })
    const gradient: F = (...x) => slope(x)[0]!
    onEveryExecutor(f, inputs, 1e-13)
    onEveryExecutor(gradient, inputs, 1e-12)
    const others = inputs.map((x) => mul(x, 1.5) as Tensor)
    expect(distance(vmap(gradient)(...inputs.map((x, i) => stack([x, others[i]!]))), stack([gradient(...inputs), gradient(...others)]))).toBeLessThan(1e-13) // prettier-ignore
  })
})

describe('convolution', () => {
  const pairs: readonly (readonly [readonly number[], readonly number[]])[] = [
    [[7], [3]],
    [[3], [7]],
    [[1], [1]],
    [
      [5, 6],
      [2, 3],
    ],
    [
      [3, 4, 5],
      [3, 1, 2],
    ],
  ]
  test.each(pairs)('%j and %j: the theorem, in each mode', (m, n) => {
    const [x, y] = [randomMatrix(17, m), randomMatrix(18, n)]
    for (const mode of ['full', 'same', 'valid'] as const)
      for (const f of [signal.convolve, signal.correlate])
        expect(distance(f(x, y, { mode, method: 'direct' }), f(x, y, { mode, method: 'fft' }))).toBeLessThan(1e-14) // prettier-ignore
  })

  // numpy.convolve and numpy.correlate.
  test('the numbers of others', () => {
    const [x, y] = [tensor([1, 2, 3, 4]), tensor([0, 1, 0.5])]
    expect(toArray(signal.convolve(x, y))).toEqual([0, 1, 2.5, 4, 5.5, 2])
    expect(toArray(signal.convolve(x, y, { mode: 'same' }))).toEqual([1, 2.5, 4, 5.5])
    expect(toArray(signal.convolve(x, y, { mode: 'valid' }))).toEqual([2.5, 4])
    expect(toArray(signal.correlate(x, y))).toEqual([0.5, 2, 3.5, 5, 4, 0])
    expect(toArray(signal.correlate(x, y, { mode: 'valid' }))).toEqual([3.5, 5])
  })

  test('long signals are convolved by transforms, with the digits of the direct sum', () => {
    const [x, y] = [randomMatrix(19, [3000]), randomMatrix(20, [70])]
    expect(distance(signal.convolve(x, y), signal.convolve(x, y, { method: 'direct' }))).toBeLessThan(1e-14)
  })
})

describe('refusals', () => {
  test('messages say what was expected', () => {
    expect(() => signal.fft({ re: ones([2]) } as never)).toThrow(
      'fft: expected a tensor, or two as { re, im }',
    )
    expect(() => signal.fft({ re: ones([2]), im: ones([3]) })).toThrow('expected real and imaginary parts of one shape, got [2] and [3]') // prettier-ignore
    expect(() => signal.fft(ones([2], { dtype: 'int32' }))).toThrow(
      'fft: expected float32 or float64, got int32',
    )
    expect(() => signal.fft(tensor(1))).toThrow('fft')
    expect(() => signal.fft(zeros([0]))).toThrow('fft: size: expected a whole number of 1 or more, got 0')
    expect(() => signal.irfft(ones([1]))).toThrow('irfft: size')
    expect(() => signal.fft(ones([2]), { axis: [0], size: [2, 3] })).toThrow('one length for each of 1 axes')
    expect(() => signal.convolve(ones([2]), zeros([0]))).toThrow('got [2] and [0]')
    expect(() => signal.convolve(ones([2, 3]), ones([3, 2]), { mode: 'valid' })).toThrow(
      'to fit into the other',
    )
    expect(() => signal.fftFrequencies(0)).toThrow('n: expected a whole number of 1 or more, got 0')
    expect(() => signal.fftFrequencies(2, { spacing: 0 })).toThrow('spacing')
    expect(() => signal.fftFrequencies(2, { dtype: 'int32' as never })).toThrow('fftFrequencies')
    expect(signal.fft(zeros([0, 4])).re.shape).toEqual([0, 4])
  })
})
