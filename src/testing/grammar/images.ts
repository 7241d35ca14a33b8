import { sizeOf } from '../../core/tensor/shape.ts'
import { call, literal, name, type Expression, type Literal } from '../source.ts'
import {
  chance,
  fits,
  isPlainFloat,
  known,
  pick,
  reshaped,
  variableThat,
  type Draw,
  type Known,
  type Rule,
  type Scope,
} from './scope.ts'

/** Images of one or two axes of space, [n, …space, channels], with what they are written as. */
interface Images extends Known {
  readonly text: Expression
}

const imagesIn = (draw: Draw, scope: Scope): Images | undefined => {
  const x = variableThat(
    draw,
    scope,
    (v) => isPlainFloat(v) && (v.shape.length === 2 || v.shape.length === 3) && sizeOf(v.shape) > 0,
  )
  if (x === undefined) return undefined
  const plain: Images = { ...x, text: name(x.name) }
  const wrapped = ({ text, ...of }: Images, axis: number): Images => ({
    ...reshaped(of, axis === 0 ? [1, ...of.shape] : [...of.shape, 1]),
    text: call('expandDims', text, literal({ axis })),
  })
  if (x.shape.length === 3) return chance(draw, 60) ? plain : wrapped(plain, 0)
  return chance(draw, 60) ? wrapped(plain, 0) : wrapped(wrapped(plain, 2), 0)
}

/** What windows do along one axis of space. */
interface Windows {
  readonly taps: number
  readonly stride: number
  readonly dilation: number
  readonly low: number
  readonly high: number
}

const reachOf = ({ taps, dilation }: Windows): number => (taps - 1) * dilation + 1

/** Windows that fit into an axis and what surrounds it. */
const drawWindows = (draw: Draw, size: number, padding: number, dilated: boolean): Windows => {
  const [low, high] = [draw.integer(0, padding), draw.integer(0, padding)]
  const dilation = dilated ? draw.integer(1, 2) : 1
  const most = Math.floor((size + low + high - 1) / dilation) + 1
  const taps = draw.integer(1, Math.min(most, 3))
  // Less than a window, as pooling wants it.
  const [before, behind] = [Math.min(low, taps - 1), Math.min(high, taps - 1)]
  return { taps, stride: draw.integer(1, 2), dilation, low: before, high: behind }
}

const windowsFit = (size: number, windows: Windows): boolean =>
  size + windows.low + windows.high >= reachOf(windows)

const outputOf = (size: number, windows: Windows): number =>
  Math.floor((size + windows.low + windows.high - reachOf(windows)) / windows.stride) + 1

/** One number where all axes have the same, at times, and a list of them. */
const perAxis = (draw: Draw, list: readonly number[]): Literal =>
  list.every((n) => n === list[0]) && chance(draw, 60) ? list[0]! : list

const paddingPairs = (axes: readonly Windows[]): Literal => axes.map(({ low, high }) => [low, high])

const options = (
  draw: Draw,
  axes: readonly Windows[],
  padding: Literal | undefined,
): { readonly [name: string]: Literal } => ({
  stride: perAxis(
    draw,
    axes.map(({ stride }) => stride),
  ),
  ...(axes.every(({ dilation }) => dilation === 1)
    ? {}
    : {
        dilation: perAxis(
          draw,
          axes.map(({ dilation }) => dilation),
        ),
      }),
  ...(padding === undefined ? {} : { padding }),
})

/** A kernel of this shape that moves with the images. */
const kernelFor = ({ text, dtype }: Images, shape: readonly number[]): Expression =>
  call(
    'mul',
    call(
      'reshape',
      call('linspace', literal(-1), literal(1), literal(sizeOf(shape)), literal({ dtype })),
      literal(shape),
    ),
    call('cos', call('mean', text)),
  )

/** Convolutions, squashed: how large their sums are says no interval. */
const convolved: Rule = (draw, scope) => {
  const x = imagesIn(draw, scope)
  if (x === undefined) return undefined
  const n = x.shape[0]!
  const [space, channels] = [x.shape.slice(1, -1), x.shape[x.shape.length - 1]!]
  const kind = pick(draw, ['valid', 'same', 'pairs'] as const)
  const axes = space.map((size) => drawWindows(draw, size, kind === 'pairs' ? 2 : 0, chance(draw, 30)))
  if (axes.some((windows, axis) => !windowsFit(space[axis]!, windows))) return undefined
  const groups = chance(draw, 25) ? channels : 1
  const out = groups * draw.integer(1, groups > 1 ? 1 : 2)
  const shape = [
    n,
    ...axes.map((windows, axis) =>
      kind === 'same' ? Math.ceil(space[axis]! / windows.stride) : outputOf(space[axis]!, windows),
    ),
    out,
  ]
  if (!fits(scope, shape)) return undefined
  const mode = kind === 'valid' ? 'zeros' : pick(draw, ['zeros', 'zeros', 'edge', 'reflect', 'circular'])
  const spelled = {
    ...options(draw, axes, kind === 'pairs' ? paddingPairs(axes) : kind),
    ...(groups === 1 ? {} : { groups }),
    ...(mode === 'zeros' ? {} : { paddingMode: mode }),
  }
  const taps = axes.map((windows) => windows.taps)
  const value = call('convolution', x.text, kernelFor(x, [...taps, channels / groups, out]), literal(spelled))
  return { value: call('tanh', value), results: known(shape, x.dtype, -1, 1) }
}

const transposedConvolved: Rule = (draw, scope) => {
  const x = imagesIn(draw, scope)
  if (x === undefined) return undefined
  const n = x.shape[0]!
  const [space, channels] = [x.shape.slice(1, -1), x.shape[x.shape.length - 1]!]
  const axes = space.map((size) => drawWindows(draw, size, 1, chance(draw, 30)))
  const behind = axes.map(({ stride }) => (chance(draw, 20) ? stride - 1 : 0))
  const groups = chance(draw, 25) ? channels : 1
  const out = draw.integer(1, 2)
  const sizes = axes.map(
    (windows, axis) =>
      (space[axis]! - 1) * windows.stride + reachOf(windows) - windows.low - windows.high + behind[axis]!,
  )
  const shape = [n, ...sizes, groups * out]
  if (sizes.some((size) => size < 1) || !fits(scope, shape)) return undefined
  const spelled = {
    ...options(draw, axes, paddingPairs(axes)),
    ...(groups === 1 ? {} : { groups }),
    ...(behind.every((size) => size === 0) ? {} : { outputPadding: behind }),
  }
  const taps = axes.map((windows) => windows.taps)
  const value = call(
    'transposedConvolution',
    x.text,
    kernelFor(x, [...taps, out, channels]),
    literal(spelled),
  )
  return { value: call('tanh', value), results: known(shape, x.dtype, -1, 1) }
}

const pooled: Rule = (draw, scope) => {
  const x = imagesIn(draw, scope)
  if (x === undefined) return undefined
  const f = pick(draw, ['maxPool', 'averagePool'])
  const [space, channels] = [x.shape.slice(1, -1), x.shape[x.shape.length - 1]!]
  const padding = chance(draw, 40) ? 1 : 0
  const axes = space.map((size) => drawWindows(draw, size, padding, f === 'maxPool' && chance(draw, 30)))
  if (axes.some((windows, axis) => !windowsFit(space[axis]!, windows))) return undefined
  const spelled = {
    window: perAxis(
      draw,
      axes.map(({ taps }) => taps),
    ),
    ...options(draw, axes, padding === 0 ? undefined : paddingPairs(axes)),
    ...(f === 'averagePool' && chance(draw, 40) ? { countPadding: true } : {}),
  }
  const shape = [x.shape[0]!, ...axes.map((windows, axis) => outputOf(space[axis]!, windows)), channels]
  // A padding that counts is of zeros.
  return {
    value: call(f, x.text, literal(spelled)),
    results: known(shape, x.dtype, Math.min(0, x.low), Math.max(0, x.high)),
  }
}

const resized: Rule = (draw, scope) => {
  const x = imagesIn(draw, scope)
  if (x === undefined) return undefined
  const [space, channels] = [x.shape.slice(1, -1), x.shape[x.shape.length - 1]!]
  const sizes = space.map(() => draw.integer(1, 3))
  const widths = [[0, 0], ...space.map(() => [draw.integer(0, 2), draw.integer(0, 2)]), [0, 0]]
  const of = (list: readonly number[]): Known => reshaped(x, [x.shape[0]!, ...list, channels])
  const surrounded = of(space.map((size, axis) => size + widths[axis + 1]![0]! + widths[axis + 1]![1]!))
  return pick<() => ReturnType<Rule>>(draw, [
    () => ({
      value: call(
        pick(draw, ['adaptiveAveragePool', 'adaptiveMaxPool']),
        x.text,
        literal(perAxis(draw, sizes)),
      ),
      results: of(sizes),
    }),
    () => ({
      value: call(
        'resize',
        x.text,
        literal(perAxis(draw, sizes)),
        literal({ method: pick(draw, ['linear', 'nearest']) }),
      ),
      results: of(sizes),
    }),
    () =>
      fits(scope, surrounded.shape)
        ? {
            value: call(
              'padWith',
              x.text,
              literal(widths),
              literal(pick(draw, ['edge', 'reflect', 'circular'])),
            ),
            results: surrounded,
          }
        : undefined,
  ])()
}

export const imageRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [3, convolved],
  [1, transposedConvolved],
  [2, pooled],
  [2, resized],
]
