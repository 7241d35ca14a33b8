import { operations } from '../../src/core/autodiff/apply.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import type { Interval } from '../../src/core/primitive/primitive.ts'
import { primitiveNamed } from '../../src/core/primitive/named.ts'
import { primitives, type Parameters, type PrimitiveName } from '../../src/core/primitive/table.ts'
import { DTypeError, full, reshape, tensor, type Tensor } from '../../src/index.ts'

type F = (...inputs: Tensor[]) => Tensor

/** A primitive at a point where it is smooth: its differentiable inputs and the function of them. */
export interface Case {
  readonly name: PrimitiveName
  readonly inputs: readonly Tensor[]
  readonly f: F
}

const f64 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'float64' })
const i32 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'int32' })

const varied = (shape: readonly number[], step: number): Tensor =>
  reshape(
    f64(Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, i) => Math.sin(step * (i + 1)))),
    shape,
  )

const on =
  (name: PrimitiveName, params: unknown = {}) =>
  (...inputs: Tensor[]): Tensor =>
    operations.bind(primitiveNamed(name), inputs as unknown as AnyValue[], params as never)

const a = f64([
  [0.3, -1.2, 2.1],
  [1.7, 0.6, -0.4],
])
const b = f64([
  [1.1, 0.7, -0.8],
  [-1.5, 2.3, 0.9],
])
const positive = f64([
  [0.3, 1.2, 2.1],
  [1.7, 0.6, 0.4],
])
const square3 = f64([
  [0.3, -1.2, 2.1],
  [1.7, 0.6, -0.4],
  [0.2, 0.5, 1.4],
])
/** Elements that differ, of three axes that differ: what takes one axis for another shows. */
const cube = f64(
  [0, 1].map((i) => [0, 1, 2].map((j) => [0, 1, 2, 3].map((k) => Math.sin(1 + 12 * i + 4 * j + k)))),
)
/** Its second row is the pivot. */
const square2 = f64([
  [0.3, -1.2],
  [1.7, 0.6],
])
/** Symmetric positive definite; what a function makes of it is moved by any matrix. */
const definite2 = f64([
  [2.5, -0.7],
  [-0.7, 1.8],
])
const columns2 = f64([
  [0.4, -1.1],
  [1.3, 0.2],
])
/** The same shape, with linearly independent rows. */
const independent = f64(
  [0, 1].map((i) =>
    [0, 1, 2].map((j) => [0, 1, 2, 3].map((k) => Math.sin(1 + 5 * i + j * j * k + 2 * k * k + j))),
  ),
)
const one = (name: PrimitiveName, x: Tensor, params: unknown = {}): Case => ({
  name,
  inputs: [x],
  f: on(name, params),
})
/** As many inputs as the primitive takes. */
const several = (name: PrimitiveName, ...inputs: readonly Tensor[]): Case => ({
  name,
  inputs: inputs.slice(0, primitiveNamed(name).arity as number),
  f: on(name),
})
const region = { start: [1, 0], step: [-1, 2], shape: [2, 2] }

/** Indices for each of one or two batch axes, other ones for each. */
const picked = {
  1: i32([
    [3, 0],
    [1, 1],
  ]),
  2: i32([
    [
      [3, 0],
      [1, 1],
      [2, 3],
    ],
    [
      [0, 2],
      [3, 3],
      [1, 0],
    ],
  ]),
} as const

/** The elementwise primitives that need nothing but operands of one dtype, and no parameters. */
const pointwise = (Object.keys(primitives) as PrimitiveName[])
  .map((name) => ({ ...primitiveNamed(name), name }))
  .filter(
    ({ name, traits, parameters }) =>
      traits.elementwise === true && name !== 'select' && Object.keys(parameters).length === 0,
  )

const waves = (shape: readonly number[], phase: number): Tensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  const elements = Float64Array.from({ length: size }, (_, i) => Math.sin(phase + 1.7 * i * i + i))
  return tensor(elements, { shape })
}

/** Convolutions that differ in every parameter, with the taps of their kernels. */
const convolutionCases: readonly {
  readonly x: readonly number[]
  readonly kernel: readonly number[]
  readonly params: Parameters['convolution']
}[] = [
  {
    x: [2, 4, 2],
    kernel: [3, 2, 1],
    params: { strides: [2], dilation: [1], inputDilation: [1], low: [1], high: [2], groups: 1 },
  },
  {
    x: [1, 3, 4, 2],
    kernel: [2, 3, 1, 4],
    params: {
      strides: [1, 2],
      dilation: [2, 1],
      inputDilation: [1, 3],
      low: [1, 2],
      high: [0, -1],
      groups: 2,
    },
  },
  {
    x: [1, 2, 3, 2, 2],
    kernel: [2, 1, 2, 1, 2],
    params: {
      strides: [1, 3, 2],
      dilation: [1, 1, 2],
      inputDilation: [2, 1, 3],
      low: [-1, 0, 2],
      high: [1, 2, 1],
      groups: 2,
    },
  },
]

const pooled = { taps: [2, 3], strides: [2, 1], dilation: [1, 2], low: [1, 0], high: [0, 2] }
const pooledImages = waves([2, 3, 6, 1], 0.4)
const pooledTaps = on('windowArgmax', pooled)(pooledImages)

const windowCases: readonly Case[] = [
  ...convolutionCases.flatMap(({ x, kernel, params }): readonly Case[] => {
    const images = waves(x, 0.2)
    const taps = kernel.slice(0, -2)
    const y = on('convolution', params)(images, waves(kernel, 0.9))
    return [
      { name: 'convolution', inputs: [images, waves(kernel, 0.9)], f: on('convolution', params) },
      {
        name: 'correlation',
        inputs: [images, waves(y.shape, 0.6)],
        f: on('correlation', { ...params, taps }),
      },
    ]
  }),
  { name: 'windowTake', inputs: [pooledImages], f: (x) => on('windowTake', pooled)(x, pooledTaps) },
  {
    name: 'windowPut',
    inputs: [waves(pooledTaps.shape, 0.8)],
    f: (y) => on('windowPut', { ...pooled, space: [3, 6] })(y, pooledTaps),
  },
]

/** The elements of `a`, or other ones where those lie outside a domain. */
const inDomain = (domain: Interval | undefined): Tensor => {
  if (domain === undefined || (domain[0] <= -1.2 && domain[1] >= 2.1)) return a
  if (domain[0] <= 0.3 && domain[1] >= 2.1) return positive
  const [low, high] = [domain[0], Math.min(domain[1], domain[0] + 3)]
  const share = (nested: readonly number[]): readonly number[] => nested.map((x) => low + (high - low) * x)
  return f64([share([0.1, 0.5, 0.65]), share([0.35, 0.2, 0.6])])
}

const wide = f64([
  [3.5, 1.2, 5.1],
  [2.7, 0.6, 9.4],
])
const shares = f64([
  [0.3, 0.7, 0.1],
  [0.55, 0.62, 0.4],
])

/**
 * Elementwise primitives that not every input suits, or that have no derivative by some of them: those are numbers here.
 */
const ofSpecialDomain: { readonly [N in PrimitiveName]?: readonly (Tensor | number)[] } = {
  polygamma: [2, positive],
  sinc: [1, a],
  besselJ: [1, a],
  besselI: [0, a],
  besselIe: [2, a],
  logBeta: [positive, wide],
  gammaDensity: [positive, wide],
  gammaP: [2.5, positive],
  gammaQ: [1.5, wide],
  gammaPSlope: [2.5, positive],
  gammaPInv: [2.5, shares],
  betaInc: [2.5, 1.5, shares],
  poissonQuantile: [wide, shares],
  binomialQuantile: [7, shares, shares],
  xlogy: [a, positive],
  xlog1py: [a, positive],
}

const ofFixed = (name: PrimitiveName, inputs: readonly (Tensor | number)[]): Case => {
  const free = inputs.filter((x): x is Tensor => typeof x !== 'number')
  return {
    name,
    inputs: free,
    f: (...values) => {
      const like = values[0]!
      const rest = values[Symbol.iterator]()
      return on(name)(
        ...inputs.map((x) =>
          typeof x === 'number' ? full(like.shape, x, { dtype: 'float64' }) : (rest.next().value as Tensor),
        ),
      )
    },
  }
}

/** Every differentiable primitive of the table, with inputs away from kinks. */
export const smoothCases: readonly Case[] = [
  ...pointwise.flatMap(({ name, derivative, domain }): readonly Case[] => {
    if (derivative.kind === 'zero') return []
    if (Object.hasOwn(ofSpecialDomain, name)) return []
    return [several(name, inDomain(domain), b, a)]
  }),
  ...Object.entries(ofSpecialDomain).flatMap(([name, inputs]) =>
    primitiveNamed(name as PrimitiveName).derivative.kind === 'zero'
      ? []
      : [ofFixed(name as PrimitiveName, inputs)],
  ),
  { name: 'matmul', inputs: [a, square3], f: on('matmul') },
  {
    name: 'select',
    inputs: [a, b],
    f: (x, y) =>
      on('select')(
        tensor([
          [true, false, true],
          [false, false, true],
        ]),
        x,
        y,
      ),
  },
  one('cast', a, { dtype: 'float64' }),
  {
    name: 'matmul',
    inputs: [cube, f64([0, 1].map((i) => square3.shape.map((_, j) => [i, j, 1 - j, i * j])))].map((x, i) =>
      i === 0 ? x : on('transpose', { permutation: [0, 2, 1] })(x),
    ),
    f: on('matmul'),
  },
  one('cholesky', definite2),
  one('luFactor', square2),
  ...[false, true].flatMap((causal): readonly Case[] => {
    const params = { queries: 3, causal }
    const packed = varied([2, 7, 2], 1.3)
    const [result, moved] = [varied([2, 3, 3], 0.7), varied([2, 7, 2], 0.9)]
    return [
      { name: 'attention', inputs: [packed], f: on('attention', params) },
      { name: 'attentionTangent', inputs: [packed, result, moved], f: on('attentionTangent', params) },
      { name: 'attentionCotangent', inputs: [packed, result, result], f: on('attentionCotangent', params) },
    ]
  }),
  ...[
    { lower: true, transposed: false, unit: false },
    { lower: true, transposed: true, unit: true },
    { lower: false, transposed: false, unit: true },
    { lower: false, transposed: true, unit: false },
  ].map((params): Case => ({
    name: 'triangularSolve',
    inputs: [square2, columns2],
    f: on('triangularSolve', params),
  })),
  ...[false, true].map((transposed): Case => ({
    name: 'solve',
    inputs: [square2, columns2],
    f: (x, y) => on('solve', { transposed })(x, on('luFactor')(on('stopGradient')(x)), y),
  })),
  one('eigh', square3),
  ...[false, true].map((transposed): Case => ({
    name: 'pseudoSolve',
    inputs: [transposed ? on('transpose', { permutation: [1, 0] })(a) : a, columns2],
    f: (x, y) => {
      const still = on('stopGradient')(x)
      const flat = on('transpose', { permutation: [1, 0] })(still)
      const wide = transposed ? flat : still
      const tall = transposed ? still : flat
      const gram = on('matmul')(wide, tall)
      // The pseudo-inverse of independent rows is Aᵀ(AAᵀ)⁻¹.
      const inverse = on('matmul')(
        tall,
        on('solve', { transposed: false })(
          gram,
          on('luFactor')(gram),
          f64([
            [1, 0],
            [0, 1],
          ]),
        ),
      )
      return on('pseudoSolve', { transposed })(
        x,
        transposed ? on('transpose', { permutation: [1, 0] })(inverse) : inverse,
        y,
      )
    },
  })),
  {
    name: 'lyapunov',
    inputs: [definite2, columns2],
    f: (x, y) => {
      const factors = on('eigh')(on('stopGradient')(x))
      const values = on('slice', { start: [0, 0], step: [1, 1], shape: [1, 2] })(factors)
      const vectors = on('slice', { start: [1, 0], step: [1, 1], shape: [2, 2] })(factors)
      return on('lyapunov')(x, values, vectors, y)
    },
  },
  one('fft', a, { inverse: false }),
  one('fft', on('transpose', { permutation: [1, 0, 2] })(cube), { inverse: true }),
  one('qr', square3, { full: true }),
  one('qr', a, { full: false }),
  one('qr', independent, { full: true }),
  one('qr', on('transpose', { permutation: [0, 2, 1] })(independent), { full: false }),
  one('svd', square3, { full: true }),
  one('svd', a, { full: false }),
  one('svd', on('transpose', { permutation: [1, 0] })(a), { full: false }),
  one('sum', a, { axes: [0] }),
  one('sum', cube, { axes: [1] }),
  one('sum', cube, { axes: [0, 2] }),
  one('reduceMax', a, { axes: [1] }),
  one('reduceMax', cube, { axes: [0, 1] }),
  one('cumsum', a, { axis: 1, reverse: false }),
  one('cumsum', cube, { axis: 1, reverse: true }),
  one('broadcastTo', f64([[0.5], [1.5]]), { shape: [4, 2, 3] }),
  one('reshape', a, { shape: [3, 2] }),
  one('transpose', a, { permutation: [1, 0] }),
  // A permutation that is its own inverse tells nothing of which of the two its adjoint takes.
  one('transpose', cube, { permutation: [1, 2, 0] }),
  one('transpose', cube, { permutation: [2, 0, 1] }),
  one('slice', a, region),
  one(
    'pad',
    f64([
      [1, 2],
      [3, 4],
    ]),
    { ...region, shape: [2, 3] },
  ),
  { name: 'concat', inputs: [a, b], f: on('concat', { axis: 0 }) },
  {
    name: 'concat',
    inputs: [cube, on('slice', { start: [0, 1, 0], step: [1, 1, 1], shape: [2, 2, 4] })(cube)],
    f: on('concat', { axis: 1 }),
  },
  {
    name: 'gather',
    inputs: [a],
    f: (x) => on('gather', { axis: 1, batchDims: 0 })(x, i32([2, 0, 2])),
  },
  {
    name: 'scatterAdd',
    inputs: [a],
    f: (x) => on('scatterAdd', { axis: 1, batchDims: 0, size: 4 })(x, i32([3, 0, 3])),
  },
  ...([1, 2] as const).flatMap((batchDims): readonly Case[] => [
    {
      name: 'gather',
      inputs: [cube],
      f: (x) => on('gather', { axis: 2, batchDims })(x, picked[batchDims]),
    },
    {
      name: 'scatterAdd',
      inputs: [on('slice', { start: [0, 0, 0], step: [1, 1, 1], shape: [2, 3, 2] })(cube)],
      f: (x) => on('scatterAdd', { axis: 2, batchDims, size: 5 })(x, picked[batchDims]),
    },
  ]),
  ...windowCases,
]

const takesFloats = (name: PrimitiveName): boolean => {
  try {
    several(name, a, b, a).f(...several(name, a, b, a).inputs)
    return true
  } catch (error) {
    if (error instanceof DTypeError) return false
    throw error
  }
}

/** Primitives whose output is piecewise constant. */
export const constantCases: readonly Case[] = [
  ...pointwise.flatMap(({ name, derivative }): readonly Case[] => {
    if (derivative.kind !== 'zero') return []
    const own = ofSpecialDomain[name]
    if (own !== undefined) return [ofFixed(name, own)]
    return [
      takesFloats(name) ? several(name, a, b, a) : several(name, i32([5, -3]), i32([-7, 6]), i32([1, 2])),
    ]
  }),
  one('argmax', a, { axis: 0 }),
  one('argsort', a),
  one('windowArgmax', pooledImages, pooled),
]

/** Primitives with indices among their inputs, which may be mapped as well: any number of batch axes. */
export const indexedCases: readonly Case[] = ([1, 2] as const).flatMap((batchDims) => [
  { name: 'gather', inputs: [cube, picked[batchDims]], f: on('gather', { axis: 2, batchDims }) },
  {
    name: 'scatterAdd',
    inputs: [on('slice', { start: [0, 0, 0], step: [1, 1, 1], shape: [2, 3, 2] })(cube), picked[batchDims]],
    f: on('scatterAdd', { axis: 2, batchDims, size: 5 }),
  },
])

/** Primitives on random keys: there is nothing to differentiate. */
export const keyed: readonly PrimitiveName[] = ['threefry', 'randomBits']
