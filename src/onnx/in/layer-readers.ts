import * as E from 'fp-ts/lib/Either.js'
import { copyElements, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { bufferFrom } from '../../core/tensor/dtype.ts'
import {
  activationStep,
  affineStep,
  denseStep,
  like,
  nameless,
  numbersOf,
  ownerOf,
  perUnit,
  type Step,
} from './layer-plan.ts'
import type { NodeSettings } from './attributes.ts'
import type { Node } from './read-graph.ts'
import type { Source } from './value-source.ts'

/** The node that gives a value, as steps from another value. */
export interface Found {
  /** In the order in which they are applied. */
  readonly steps: readonly Step[]
  readonly from: string
}

export type FoundNode = Node & { readonly settings: NodeSettings }

/** What a node is as layers; the left says what was expected of it. */
export type LayerReader = (node: FoundNode, source: Source) => E.Either<string, Found>

const step = (from: string | undefined, ...steps: readonly Step[]): E.Either<string, Found> =>
  E.right({ steps, from: from ?? '' })

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b))

/** An activation function whose settings have to be those of the library. */
const activation =
  (
    name: string,
    settings: Readonly<Record<string, readonly [otherwise: number, expected: number]>> = {},
  ): LayerReader =>
  (node) => {
    const odd = Object.entries(settings).find(
      ([key, [otherwise, expected]]) => !close(node.settings.float(key, otherwise), expected),
    )
    return odd === undefined
      ? step(node.inputs[0], activationStep(name))
      : E.left(`expected ${odd[0]} = ${odd[1][1]} of ${name}, got ${node.settings.float(odd[0], odd[1][0])}`)
  }

const same: LayerReader = (node) => step(node.inputs[0])

const transposedValues = (matrix: ConcreteTensor): readonly number[] => {
  const [rows = 0, columns = 0] = matrix.shape
  const values = copyElements(matrix)
  return Array.from(
    { length: rows * columns },
    (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!,
  )
}

const matrixWanted = 'expected a constant matrix as its second input'

const gemm: LayerReader = ({ inputs: [x, b, c], settings }, source) => {
  const matrix = source.constant(b)
  const added = source.constant(c)
  if (matrix?.shape.length !== 2) return E.left(matrixWanted)
  if (settings.int('transA', 0) === 1) return E.left('expected transA = 0, got 1')
  const turned = settings.int('transB', 0) === 1
  const [rows = 0, columns = 0] = matrix.shape
  const [inputs, outputs] = turned ? [columns, rows] : [rows, columns]
  const [alpha, beta] = [settings.float('alpha', 1), settings.float('beta', 1)]
  const values = (turned ? transposedValues(matrix) : numbersOf(matrix)).map((value) => value * alpha)
  const bias =
    added === undefined
      ? c === undefined || c === ''
        ? E.right(undefined)
        : E.left('expected a constant as its third input')
      : perUnit('the bias', added, outputs)
  return E.isLeft(bias)
    ? bias
    : step(
        x,
        denseStep(
          ownerOf(b),
          matrix,
          values,
          [inputs, outputs],
          bias.right?.map((value) => value * beta),
        ),
      )
}

const product = (
  { inputs: [x, b] }: FoundNode,
  source: Source,
  added?: ConcreteTensor,
): E.Either<string, Found> => {
  const matrix = source.constant(b)
  if (matrix?.shape.length !== 2) return E.left(matrixWanted)
  const [inputs = 0, outputs = 0] = matrix.shape
  const bias = added === undefined ? E.right(undefined) : perUnit('the bias', added, outputs)
  return E.isLeft(bias)
    ? bias
    : step(x, denseStep(ownerOf(b), matrix, numbersOf(matrix), [inputs, outputs], bias.right))
}

/** The constant among two inputs, and the other of them. */
const withConstant = (
  { inputs: [a = '', b = ''] }: FoundNode,
  source: Source,
): { readonly constant: ConcreteTensor; readonly other: string; readonly first: boolean } | undefined => {
  const [left, right] = [source.constant(a), source.constant(b)]
  return right !== undefined
    ? { constant: right, other: a, first: false }
    : left !== undefined
      ? { constant: left, other: b, first: true }
      : undefined
}

const add: LayerReader = (node, source) => {
  const found = withConstant(node, source)
  if (found === undefined)
    return E.left('expected a constant as one of its inputs: layers stand one after another')
  const before = source.of(found.other, 'MatMul')
  return before !== undefined
    ? product(before, source, found.constant)
    : step(
        found.other,
        affineStep('what is added', undefined, found.constant, { scale: (a) => a, shift: (b) => b }),
      )
}

const sub: LayerReader = (node, source) => {
  const found = withConstant(node, source)
  return found === undefined || found.first
    ? E.left('expected a constant as its second input')
    : step(
        found.other,
        affineStep('what is subtracted', undefined, found.constant, { scale: (a) => a, shift: (b) => -b }),
      )
}

const div: LayerReader = (node, source) => {
  const found = withConstant(node, source)
  return found === undefined || found.first
    ? E.left('expected a constant as its second input')
    : step(
        found.other,
        affineStep('the divisor', found.constant, undefined, { scale: (a) => 1 / a, shift: () => 0 }),
      )
}

/** Each unit times a number, which can be learnt. */
const scaleStep = (hint: string, scale: ConcreteTensor): Step => ({
  plan: (width) => {
    const values = perUnit('the factor', scale, width)
    return E.isLeft(values)
      ? values
      : E.right({
          hint: hint === '' ? 'scale' : hint,
          spec: { kind: 'scaleFeatures' },
          params: { scale: like(scale, values.right) },
          state: {},
        })
  },
})

const isNumber = (tensor: ConcreteTensor | undefined, value: number): boolean =>
  tensor !== undefined && numbersOf(tensor).length === 1 && close(numbersOf(tensor)[0]!, value)

/** ½ (1 + erf(x/√2)) or twice that, as a gate of x; from x. */
const erfGateOf = (name: string | undefined, source: Source): string | undefined => {
  const sum = source.of(name, 'Add')
  const found = sum && withConstant(sum, source)
  const erf = found && isNumber(found.constant, 1) ? source.of(found.other, 'Erf') : undefined
  const inside = erf && (source.of(erf.inputs[0], 'Div') ?? source.of(erf.inputs[0], 'Mul'))
  const scaled = inside && withConstant(inside, source)
  return scaled && isNumber(scaled.constant, inside.op === 'Div' ? Math.SQRT2 : Math.SQRT1_2)
    ? scaled.other
    : undefined
}

/** The factors of a product of values, and of constants among them. */
const factorsOf = (
  name: string,
  source: Source,
): { readonly values: readonly string[]; readonly number: number } => {
  const constant = source.constant(name)
  if (constant !== undefined && numbersOf(constant).length === 1)
    return { values: [], number: numbersOf(constant)[0]! }
  const node = source.of(name, 'Mul')
  if (node === undefined) return { values: [name], number: 1 }
  const [a, b] = node.inputs.map((input) => factorsOf(input, source))
  return { values: [...(a?.values ?? []), ...(b?.values ?? [])], number: (a?.number ?? 1) * (b?.number ?? 1) }
}

/** A value times a gate of itself. */
const gated = (x: string, gate: string, number: number, source: Source): string | undefined => {
  const sigmoid = source.of(gate, 'Sigmoid')
  if (number === 1 && sigmoid?.inputs[0] === x) return 'silu'
  const softplus = source.of(source.of(gate, 'Tanh')?.inputs[0], 'Softplus')
  if (number === 1 && softplus?.inputs[0] === x) return 'mish'
  return close(number, 0.5) && erfGateOf(gate, source) === x ? 'gelu' : undefined
}

const mul: LayerReader = (node, source) => {
  const { values, number } = factorsOf(node.outputs[0]!, source)
  const [a, b] = values
  if (values.length === 2 && a !== undefined && b !== undefined) {
    const [forwards, backwards] = [gated(a, b, number, source), gated(b, a, number, source)]
    if (forwards !== undefined) return step(a, activationStep(forwards))
    if (backwards !== undefined) return step(b, activationStep(backwards))
  }
  const found = withConstant(node, source)
  const name = node.inputs.find((input) => source.constant(input) !== undefined)
  return found === undefined
    ? E.left('expected a constant as one of its inputs, or x times a gate of x as SiLU, GELU and Mish are')
    : step(found.other, scaleStep(ownerOf(name), found.constant))
}

const batchNorm: LayerReader = ({ inputs: [x, ...names], settings }, source) => {
  const [gamma, beta, mean, variance] = names.map((name) => source.constant(name))
  if (gamma === undefined || beta === undefined || mean === undefined || variance === undefined)
    return E.left('expected constants for scale, shift, mean and variance')
  if (settings.int('training_mode', 0) === 1) return E.left('expected training_mode = 0, got 1')
  const width = numbersOf(gamma).length
  return step(x, {
    takes: width,
    plan: () =>
      E.right({
        hint: ownerOf(names[0]) || 'norm',
        spec: {
          kind: 'batchNorm',
          form: 'standard',
          track: 'variance',
          momentum: settings.float('momentum', 0.9),
          epsilon: settings.float('epsilon', 1e-5),
        },
        params: { gamma: like(gamma, numbersOf(gamma)), beta: like(gamma, numbersOf(beta)) },
        state: {
          mean: like(gamma, numbersOf(mean)),
          spread: like(gamma, numbersOf(variance)),
          weight: viewOf(bufferFrom('float64', [1]), 'float64', []),
        },
      }),
  })
}

const layerNorm: LayerReader = ({ inputs: [x, scale, shift], settings }, source) => {
  const gamma = source.constant(scale)
  const beta = source.constant(shift)
  if (gamma?.shape.length !== 1 || (beta === undefined && shift !== undefined && shift !== ''))
    return E.left('expected constants for scale and shift, one number for each unit')
  const axis = settings.int('axis', -1)
  if (axis !== -1 && axis !== 1) return E.left(`expected the last axis, got axis ${axis}`)
  const values = numbersOf(gamma)
  return step(x, {
    takes: values.length,
    plan: () =>
      E.right({
        hint: ownerOf(scale) || 'norm',
        spec: { kind: 'layerNorm', epsilon: settings.float('epsilon', 1e-5) },
        params: {
          gamma: like(gamma, values),
          beta: like(gamma, beta === undefined ? values.map(() => 0) : numbersOf(beta)),
        },
        state: {},
      }),
  })
}

const prelu: LayerReader = ({ inputs: [x, name] }, source) => {
  const slope = source.constant(name)
  if (slope === undefined) return E.left('expected constants for the slopes')
  return step(x, {
    plan: (width) => {
      const values = perUnit('the slope', slope, width)
      return E.isLeft(values)
        ? values
        : E.right({
            hint: ownerOf(name) || 'prelu',
            spec: { kind: 'prelu', slope: 0.25 },
            params: { slope: like(slope, values.right) },
            state: {},
          })
    },
  })
}

const dropout: LayerReader = ({ inputs: [x, ratio], settings }, source) => {
  const given = source.constant(ratio)
  const rate = given === undefined ? settings.float('ratio', 0.5) : numbersOf(given)[0]!
  return step(x, {
    plan: () =>
      E.right({
        hint: 'dropout',
        spec: { kind: 'dropout', rate, mask: 'per-example', scaling: 'inverted' },
        params: {},
        state: {},
      }),
  })
}

const clip: LayerReader = ({ inputs: [x, low, high], settings }, source) => {
  const bound = (name: string | undefined, key: string, end: number): number => {
    const given = source.constant(name)
    return given === undefined ? settings.float(key, end) : numbersOf(given)[0]!
  }
  const [least, most] = [bound(low, 'min', -Infinity), bound(high, 'max', Infinity)]
  return least === -1 && most === 1
    ? step(x, activationStep('hardTanh'))
    : least === 0 && most > 3e38
      ? step(x, activationStep('relu'))
      : E.left(`expected bounds of −1 and 1, or 0 alone, got ${least} and ${most}`)
}

/** Of a pipeline of scikit-learn: (x − offset) · scale. */
const scaler: LayerReader = ({ inputs: [x], settings }) => {
  const [offset, scale] = [settings.floats('offset') ?? [], settings.floats('scale') ?? []]
  const vector = (values: readonly number[]): ConcreteTensor =>
    viewOf(bufferFrom('float32', values), 'float32', [values.length])
  return step(
    x,
    affineStep('the scaler', vector(scale), vector(offset), { scale: (a) => a, shift: (b, a) => -b * a }),
  )
}

/** To rows of vectors, which they are. */
const reshape: LayerReader = ({ inputs: [x, sizes] }, source) => {
  const shape = source.constant(sizes)
  const [rows, width, ...more] = shape === undefined ? [] : numbersOf(shape)
  if (rows === undefined || width === undefined || more.length > 0 || (rows > 0 && width !== -1))
    return E.left('expected a constant shape [−1, width] of rows of vectors')
  return width === -1 ? step(x) : step(x, { takes: width, gives: width, plan: () => E.right(undefined) })
}

const leakyRelu: LayerReader = ({ inputs: [x], settings }) => {
  const slope = settings.float('alpha', 0.01)
  return step(x, close(slope, 0.01) ? activationStep('leakyRelu') : nameless({ kind: 'leaky', slope }))
}

/** Each operator that is a layer, or a part of one. */
export const layerReaders: Readonly<Record<string, LayerReader>> = {
  Add: add,
  BatchNormalization: batchNorm,
  Cast: same,
  Clip: clip,
  Div: div,
  Dropout: dropout,
  Elu: activation('elu', { alpha: [1, 1] }),
  Flatten: same,
  Gelu: (node) =>
    step(
      node.inputs[0],
      activationStep(node.settings.text('approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu'),
    ),
  Gemm: gemm,
  HardSigmoid: activation('hardSigmoid', { alpha: [0.2, 1 / 6], beta: [0.5, 0.5] }),
  LayerNormalization: layerNorm,
  LeakyRelu: leakyRelu,
  MatMul: (node, source) => product(node, source),
  Mish: activation('mish'),
  Mul: mul,
  PRelu: prelu,
  Relu: activation('relu'),
  Reshape: reshape,
  Selu: activation('selu', {
    alpha: [1.6732632423543772, 1.6732632423543772],
    gamma: [1.0507009873554805, 1.0507009873554805],
  }),
  Sigmoid: activation('sigmoid'),
  Softplus: activation('softplus'),
  Softsign: activation('softsign'),
  Sub: sub,
  Tanh: activation('tanh'),
  'ai.onnx.ml.Scaler': scaler,
}
