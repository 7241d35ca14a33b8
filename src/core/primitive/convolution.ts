import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { addressable, sameShape, showShape, sizesBetween } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { convolutionRoutine, convolutionSizes, correlationRoutine } from '../kernel/convolution.ts'
import { axesOf, extentOf, type WindowAxis, type WindowSteps } from '../kernel/windows.ts'
import type { Operations, ParameterizedPrimitive, Typed } from './primitive.ts'
import { routinePrimitive } from './routine-primitive.ts'
import { inputAt, requireFloat, requireSameDType } from './typing.ts'

/**
 * How a kernel moves over an image, a number for each axis of space: output `o` meets tap `k` at the input `i` with
 * `strides·o + dilation·k − low = inputDilation·i`. Zeros surround the input, `low` before and `high` behind it (negative
 * ones cut).
 */
export interface ConvolutionParameters extends WindowSteps {
  readonly groups: number
}

export interface CorrelationParameters extends ConvolutionParameters {
  /** The taps of the kernel, along each axis of space. */
  readonly taps: readonly number[]
}

const forms = {
  strides: 'counts',
  dilation: 'counts',
  inputDilation: 'counts',
  low: 'integers',
  high: 'integers',
  groups: 'count',
} as const

const spaceOf = ({ shape }: Typed): readonly number[] => shape.slice(1, -1)
const channelsOf = ({ shape }: Typed): number => shape[shape.length - 1]!

export const requireImages = (name: string, x: Typed): void => {
  if (x.shape.length < 3 || x.shape.length > 5)
    throw new ShapeError(
      `${name}: expected images [n, …space, channels] with one to three axes of space, got ${showShape(x.shape)}`,
    )
}

const requireParameters = (name: string, rank: number, params: ConvolutionParameters): void => {
  const { strides, dilation, inputDilation, low, high, groups } = params
  const steps = { strides, dilation, inputDilation }
  Object.entries({ ...steps, low, high }).forEach(([key, list]) => {
    if (list.length !== rank)
      throw new ArgumentError(
        `${name}: ${key}: expected a number for each of ${String(rank)} axes of space, got ${showShape(list)}`,
      )
  })
  Object.entries(steps).forEach(([key, list]) => {
    if (list.some((n) => n < 1))
      throw new ArgumentError(`${name}: ${key}: expected whole numbers of 1 or more, got ${showShape(list)}`)
  })
  if (groups < 1) throw new ArgumentError(`${name}: groups: expected 1 or more, got ${String(groups)}`)
}

const requireGroups = (name: string, what: string, channels: number, groups: number): void => {
  if (channels % groups !== 0)
    throw new ShapeError(
      `${name}: ${String(channels)} channels of the ${what} do not divide into ${String(groups)} groups`,
    )
}

const requireTaps = (name: string, taps: readonly number[]): void => {
  if (taps.some((n) => n < 1))
    throw new ShapeError(`${name}: expected a kernel of 1 or more along each axis, got ${showShape(taps)}`)
}

/** The parameters of the convolution with the turned kernel that is the adjoint in the input. */
export const adjointParameters = (axes: readonly WindowAxis[], groups: number): ConvolutionParameters => {
  const low = axes.map(({ taps, dilation, low: before }) => dilation * (taps - 1) - before)
  return {
    strides: axes.map(({ inputDilation }) => inputDilation),
    dilation: axes.map(({ dilation }) => dilation),
    inputDilation: axes.map(({ stride }) => stride),
    low,
    high: axes.map(
      ({ input, taps, output, stride, dilation, inputDilation }, axis) =>
        inputDilation * (input - 1) + dilation * (taps - 1) + 1 - low[axis]! - extentOf(output, stride),
    ),
    groups,
  }
}

/** `[…taps, a, groups · b]` → `[…taps, b, groups · a]`, the taps in reverse: the kernel of the adjoint. */
export const turnedKernel = (o: Operations, kernel: Value, groups: number): Value => {
  const rank = kernel.shape.length
  const taps = sizesBetween(kernel.shape, 0, rank - 2)
  const [inside, all] = [kernel.shape[rank - 2]!, kernel.shape[rank - 1]!]
  const outside = all / groups
  const reversed =
    inside * all === 0
      ? kernel
      : o.slice(kernel, {
          start: [...taps.map((n) => n - 1), 0, 0],
          step: [...taps.map(() => -1), 1, 1],
          shape: kernel.shape,
        })
  const parted = o.reshape(reversed, [...taps, inside, groups, outside])
  const axes = [...taps.keys()]
  const exchanged = o.transpose(parted, [...axes, rank, rank - 1, rank - 2])
  return o.reshape(exchanged, [...taps, outside, groups * inside])
}

/** Whether a batch makes groups of its own, or widens those that there are. */
type Place = 'groups' | 'channels'

/** `[batch, …, groups · c]` with the batch among the channels: `[…, batch · groups · c]` or `[…, groups · batch · c]`. */
const folded = (o: Operations, x: Value, groups: number, place: Place): Value => {
  const last = x.shape.length - 1
  const [batch, all] = [x.shape[0]!, x.shape[last]!]
  const before = sizesBetween(x.shape, 1, last)
  const parted = o.reshape(x, [batch, ...before, groups, all / groups])
  const axes = [...before.keys()].map((axis) => axis + 1)
  const moved = o.transpose(
    parted,
    place === 'groups' ? [...axes, 0, last, last + 1] : [...axes, last, 0, last + 1],
  )
  return o.reshape(moved, [...before, batch * all])
}

/** What a batch of nothing gives: of each input without its batch the type says the rest. */
const emptyBatch = (
  o: Operations,
  type: (inputs: readonly Typed[]) => Typed,
  inputs: readonly Value[],
  batched: readonly boolean[],
): Value => {
  const { shape, dtype } = type(
    inputs.map((x, i) => ({ shape: batched[i] === true ? x.shape.slice(1) : x.shape, dtype: x.dtype })),
  )
  return o.constant(0, { shape: [0, ...shape], dtype })
}

/** The inverse of {@link folded}. */
const unfolded = (o: Operations, x: Value, size: number, groups: number, place: Place): Value => {
  const last = x.shape.length - 1
  const each = x.shape[last]! / (size * groups)
  const before = sizesBetween(x.shape, 0, last)
  const parted = o.reshape(
    x,
    place === 'groups' ? [...before, size, groups, each] : [...before, groups, size, each],
  )
  const axes = [...before.keys()]
  const moved = o.transpose(
    parted,
    place === 'groups' ? [last, ...axes, last + 1, last + 2] : [last + 1, ...axes, last, last + 2],
  )
  return o.reshape(moved, [size, ...before, groups * each])
}

const checkedAxes = (
  name: string,
  x: Typed,
  taps: readonly number[],
  params: ConvolutionParameters,
): readonly WindowAxis[] => {
  const space = spaceOf(x)
  requireParameters(name, space.length, params)
  requireTaps(name, taps)
  requireGroups(name, 'input', channelsOf(x), params.groups)
  return axesOf(space, taps, params)
}

/**
 * Images `[n, …space, groups · a]` and a kernel `[…taps, a, groups · b]` → `[n, …space, groups · b]`: each output pixel is the
 * sum over the taps of the input pixel there times the matrix of the tap, within each group. The kernel is not turned.
 */
export const convolution: ParameterizedPrimitive<ConvolutionParameters, 'convolution'> =
  /* @__PURE__ */ routinePrimitive<ConvolutionParameters, 'convolution'>({
    name: 'convolution',
    arity: 2,
    parameters: forms,
    traits: {},
    type: (inputs, params) => {
      requireSameDType(inputs, 'convolution')
      const [x, kernel] = [inputAt(inputs, 0, 'convolution'), inputAt(inputs, 1, 'convolution')]
      requireFloat(x, 'convolution')
      requireImages('convolution', x)
      const { groups } = params
      const rank = x.shape.length
      if (kernel.shape.length !== rank || kernel.shape[rank - 2] !== channelsOf(x) / groups)
        throw new ShapeError(
          `convolution: expected a kernel [${Array.from({ length: rank - 2 }, () => 'k').join(', ')}, ` +
            `${String(channelsOf(x) / groups)}, channels] for ${showShape(x.shape)}` +
            (groups === 1 ? '' : ` in ${String(groups)} groups`) +
            `, got ${showShape(kernel.shape)}`,
        )
      requireGroups('convolution', 'output', channelsOf(kernel), groups)
      const axes = checkedAxes('convolution', x, kernel.shape.slice(0, -2), params)
      const shape = [x.shape[0]!, ...axes.map(({ output }) => output), channelsOf(kernel)]
      return { shape: addressable(shape, 'convolution'), dtype: x.dtype }
    },
    derivative: { kind: 'bilinear' },
    linear: {
      inputs: 'either',
      transpose: (o, ct, [x, kernel], linear, params) => {
        const taps = kernel!.shape.slice(0, -2)
        if (linear[0] !== true) return [undefined, o.bind(correlation, [x as Value, ct], { ...params, taps })]
        const axes = axesOf(spaceOf(x!), taps, params)
        const turned = turnedKernel(o, kernel as Value, params.groups)
        return [o.bind(convolution, [ct, turned], adjointParameters(axes, params.groups)), undefined]
      },
    },
    batch: (o, inputs, batched, size, params) => {
      if (size === 0) return emptyBatch(o, (each) => convolution.type(each, params), inputs, batched)
      const [x, kernel] = inputs as readonly [Value, Value]
      if (batched[1] !== true) {
        const [, n = 0, ...rest] = x.shape
        const out: Value = o.bind(convolution, [o.reshape(x, [size * n, ...rest]), kernel], params)
        return o.reshape(out, [size, n, ...out.shape.slice(1)])
      }
      const { groups } = params
      const place = batched[0] === true ? 'groups' : 'channels'
      const out = o.bind(
        convolution,
        [batched[0] === true ? folded(o, x, groups, place) : x, folded(o, kernel, groups, place)],
        batched[0] === true ? { ...params, groups: size * groups } : params,
      )
      return unfolded(o, out, size, groups, place)
    },
    routine: convolutionRoutine,
    sizes: (inputs, params) => {
      const [x, kernel] = [inputAt(inputs, 0, 'convolution'), inputAt(inputs, 1, 'convolution')]
      return convolutionSizes(x.shape, kernel.shape.slice(0, -2), channelsOf(kernel), params)
    },
  })

/**
 * The adjoint of {@link convolution} in its kernel: images `[n, …space, groups · a]` and `[n, …output, groups · b]` →
 * `[…taps, a, groups · b]`, at each tap the sum over the pixels of input ⊗ output where the two meet.
 */
export const correlation: ParameterizedPrimitive<CorrelationParameters, 'correlation'> =
  /* @__PURE__ */ routinePrimitive<CorrelationParameters, 'correlation'>({
    name: 'correlation',
    arity: 2,
    parameters: { ...forms, taps: 'counts' },
    traits: {},
    type: (inputs, params) => {
      requireSameDType(inputs, 'correlation')
      const [x, y] = [inputAt(inputs, 0, 'correlation'), inputAt(inputs, 1, 'correlation')]
      requireFloat(x, 'correlation')
      requireImages('correlation', x)
      requireGroups('correlation', 'output', channelsOf(y), params.groups)
      const { taps, groups } = params
      if (taps.length !== x.shape.length - 2)
        throw new ArgumentError(
          `correlation: taps: expected a number for each axis of space, got ${showShape(taps)}`,
        )
      const axes = checkedAxes('correlation', x, taps, params)
      const expected = [x.shape[0]!, ...axes.map(({ output }) => output), channelsOf(y)]
      if (!sameShape(expected, y.shape))
        throw new ShapeError(
          `correlation: expected outputs ${showShape(expected)} of ${showShape(x.shape)}, got ${showShape(y.shape)}`,
        )
      const shape = [...taps, channelsOf(x) / groups, channelsOf(y)]
      return { shape: addressable(shape, 'correlation'), dtype: x.dtype }
    },
    derivative: { kind: 'bilinear' },
    linear: {
      inputs: 'either',
      transpose: (o, ct, [x, y], linear, { taps, ...params }) => {
        if (linear[0] !== true) return [undefined, o.bind(convolution, [x as Value, ct], params)]
        const axes = axesOf(spaceOf(x!), taps, params)
        const turned = turnedKernel(o, ct, params.groups)
        return [o.bind(convolution, [y as Value, turned], adjointParameters(axes, params.groups)), undefined]
      },
    },
    batch: (o, inputs, batched, size, params) => {
      if (size === 0) return emptyBatch(o, (each) => correlation.type(each, params), inputs, batched)
      const [x, y] = inputs as readonly [Value, Value]
      const { groups, taps } = params
      if (batched[0] === true && batched[1] === true) {
        const both = [folded(o, x, groups, 'groups'), folded(o, y, groups, 'groups')]
        const out = o.bind(correlation, both, { ...params, groups: size * groups })
        return unfolded(o, out, size, groups, 'groups')
      }
      if (batched[1] === true)
        return unfolded(
          o,
          o.bind(correlation, [x, folded(o, y, groups, 'channels')], params),
          size,
          groups,
          'channels',
        )
      const out: Value = o.bind(correlation, [folded(o, x, groups, 'channels'), y], params)
      const [rank, width] = [taps.length, channelsOf(y)]
      const parted = o.reshape(out, [...taps, size, out.shape[rank]! / size, width])
      return o.transpose(parted, [rank, ...taps.keys(), rank + 1, rank + 2])
    },
    routine: correlationRoutine,
    sizes: (inputs, params) => {
      const [x, y] = [inputAt(inputs, 0, 'correlation'), inputAt(inputs, 1, 'correlation')]
      return convolutionSizes(x.shape, params.taps, channelsOf(y), params)
    },
  })
