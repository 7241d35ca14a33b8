import type { Instruction, Place } from '../kernel-program.ts'
import { binderOf, type Binder } from './binder.ts'
import { indexText, scratchPlace } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { elementKernel, kernelOf, lanes, type Kernel } from './kernel.ts'
import { refuse, type Site } from './site.ts'

/*
 * Discrete Fourier transforms, split by the factors of the length as in `src/core/kernel/fft.ts`, in the self-sorting form
 * of T. G. Stockham: each pass makes every element of the next array of r elements of the one before. Roots of unity are
 * made where they are needed, of whole numbers, so that they are as exact as the sine within an eighth of a turn.
 *
 *   n = 12 = 4 · 3:  a pass of 4 elements 3 apart, then one of 3 elements 4 apart
 *
 * Short lines are transformed by a workgroup each, in one dispatch; long ones take a dispatch for each factor.
 */

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

/** Lines up to here are a workgroup's. */
const longest = 4096

/** A prime factor is so many terms for each element. */
const largestFactor = 1024

const factorsOf = (n: number): readonly number[] => {
  const factors: number[] = []
  let rest = n
  for (let factor = 8; rest > 1;)
    if (rest % factor === 0) {
      factors.push(factor)
      rest /= factor
    } else factor = factor === 8 ? 4 : factor === 4 ? 2 : factor === 2 ? 3 : factor + 2
  return factors.length === 0 ? [1] : factors
}

/** e^(−2πik/n) for 0 ≤ k < n, by the angle within an eighth of a turn. */
const rootFunction = `fn rootOf(k: i32, n: i32) -> vec2<f32> {
let octant = 8 * k / n;
let rest = 8 * k - octant * n;
let angle = f32(select(rest, n - rest, (octant & 1) == 1)) * 0.785398163 / f32(n);
let isSteep = (octant & 3) == 1 || (octant & 3) == 2;
let x = select(cosPart(angle), sinPart(angle), isSteep);
let y = select(sinPart(angle), cosPart(angle), isSteep);
return vec2<f32>(select(x, -x, octant >= 2 && octant < 6), select(y, -y, octant < 4));
}`

/** By a root; one that is ±1 or ±i has no part that makes NaN of an infinite number. */
const timesFunction = `fn timesOf(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
if (isZero(b.y)) { return a * b.x; }
if (isZero(b.x)) { return vec2<f32>(-a.y * b.y, a.x * b.y); }
return vec2<f32>(fma(a.x, b.x, -a.y * b.y), fma(a.x, b.y, a.y * b.x));
}`

/** Complex numbers of `[batch, 2, n]`, by `b` and an element; of the inverse with their parts exchanged. */
const numbersIn = (binder: Binder, place: Place, n: number, isExchanged: boolean) => {
  const at = (element: string, part: number): string =>
    indexText(place.offset + (part === (isExchanged ? 1 : 0) ? 0 : n), [
      ['b', 2 * n],
      [element, 1],
    ])
  return {
    read: (element: string): string =>
      `vec2<f32>(${[0, 1].map((part) => binder.load(place, 'float32', at(element, part))).join(', ')})`,
    write: (element: string, value: string): string =>
      [0, 1]
        .map((part) => binder.store(place, 'float32', at(element, part), `${value}[${String(part)}]`))
        .join(' '),
  }
}

/** A pass: r elements `apart` from each other are made one, behind `stride` interleaved transforms. */
const passLines = (
  n: number,
  r: number,
  stride: number,
  from: ReturnType<typeof numbersIn>,
  to: ReturnType<typeof numbersIn>,
): readonly string[] => [
  `let j = (e / ${String(stride)}) % ${String(r)};`,
  `let p = e / ${String(stride * r)};`,
  `let first = e % ${String(stride)} + p * ${String(stride)};`,
  `var sum = ${from.read('first')};`,
  `for (var k = 1; k < ${String(r)}; k++) {`,
  `sum = sum + timesOf(${from.read(`(first + k * ${String(n / r)})`)}, rootOf(j * k % ${String(r)}, ${String(r)}));`,
  '}',
  `let y = timesOf(sum, rootOf(p * j * ${String(stride)}, ${String(n)}));`,
  to.write('e', 'y'),
]

export const fftKernels = (site: Site, { sizes, reads, out }: Routine): readonly Kernel[] => {
  const [batch, n, inverse] = sizes as readonly [number, number, number]
  if (batch * n === 0) return []
  const factors = factorsOf(n)
  const most = factors[factors.length - 1]!
  if (most > largestFactor)
    refuse(
      site,
      `the routine fft of a length with the prime ${String(most)}, above ${String(largestFactor)}, has no WGSL`,
    )
  const half = 8 * batch * n
  site.useScratch(factors.length > 1 ? 2 * half : 0)
  const numbers = (binder: Binder, step: number) =>
    step === 0 || step === factors.length
      ? numbersIn(binder, step === 0 ? reads[0]! : out, n, inverse === 1)
      : numbersIn(binder, scratchPlace(site, 'float32', (step % 2) * half), n, false)
  const declarations = [rootFunction, timesFunction]
  const lines = (binder: Binder, step: number): readonly string[] => {
    const stride = factors.slice(0, step).reduce((product, factor) => product * factor, 1)
    return passLines(n, factors[step]!, stride, numbers(binder, step), numbers(binder, step + 1))
  }
  if (n > longest)
    return factors.map((_, step) => {
      const binder = binderOf(site.placementOf)
      const all = [...positionLines('i', [batch, n], ['b', 'e']), ...lines(binder, step)]
      return elementKernel(binder, batch * n, all, { declarations })
    })
  const binder = binderOf(site.placementOf)
  return [
    kernelOf(binder, {
      declarations,
      workgroups: batch,
      lines: [
        'let b = group;',
        ...factors.flatMap((_, step) => [
          ...(step === 0 ? [] : ['storageBarrier();']),
          `for (var e = lane; e < ${String(n)}; e += ${String(lanes)}) {`,
          ...lines(binder, step),
          '}',
        ]),
      ],
    }),
  ]
}
