import { sizeOf } from '../../core/tensor/shape.ts'
import { call, literal, name, type Expression } from '../source.ts'
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

/** Images of one axis of space, [n, space, channels], with what they are written as. */
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
  return x.shape.length === 3
    ? { ...x, text: name(x.name) }
    : { ...reshaped(x, [1, ...x.shape]), text: call('expandDims', name(x.name), literal({ axis: 0 })) }
}

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
  const [n = 0, space = 0, channels = 0] = x.shape
  const out = draw.integer(1, 2)
  const taps = draw.integer(1, Math.min(space, 3))
  const stride = draw.integer(1, 2)
  const transposed = chance(draw, 30)
  const same = !transposed && chance(draw, 50)
  const size = transposed
    ? (space - 1) * stride + taps
    : same
      ? Math.ceil(space / stride)
      : Math.floor((space - taps) / stride) + 1
  const shape = [n, size, out]
  if (!fits(scope, shape)) return undefined
  const value = transposed
    ? call('transposedConvolution', x.text, kernelFor(x, [taps, out, channels]), literal({ stride }))
    : call(
        'convolution',
        x.text,
        kernelFor(x, [taps, channels, out]),
        literal({ stride, padding: same ? 'same' : 'valid' }),
      )
  return { value: call('tanh', value), results: known(shape, x.dtype, -1, 1) }
}

const pooled: Rule = (draw, scope) => {
  const x = imagesIn(draw, scope)
  if (x === undefined) return undefined
  const [n = 0, space = 0, channels = 0] = x.shape
  const window = draw.integer(1, Math.min(space, 3))
  const stride = draw.integer(1, 2)
  const size = draw.integer(1, 3)
  const of = (length: number): Known => reshaped(x, [n, length, channels])
  const moved = { window, stride }
  return pick(draw, [
    () => ({
      value: call(pick(draw, ['maxPool', 'averagePool']), x.text, literal(moved)),
      results: of(Math.floor((space - window) / stride) + 1),
    }),
    () => ({
      value: call(pick(draw, ['adaptiveAveragePool', 'adaptiveMaxPool']), x.text, literal(size)),
      results: of(size),
    }),
    () => ({
      value: call('resize', x.text, literal(size), literal({ method: pick(draw, ['linear', 'nearest']) })),
      results: of(size),
    }),
    () => ({
      value: call(
        'padWith',
        x.text,
        literal([
          [0, 0],
          [1, 1],
          [0, 0],
        ]),
        literal(pick(draw, ['edge', 'reflect', 'circular'])),
      ),
      results: of(space + 2),
    }),
  ])()
}

const attended: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isPlainFloat(v) && v.shape.length > 1 && sizeOf(v.shape) > 0)
  if (x === undefined) return undefined
  const small = call('tanh', name(x.name))
  return {
    value: call(
      'attention',
      small,
      call('sin', name(x.name)),
      name(x.name),
      literal({ causal: chance(draw, 40) }),
    ),
    results: x,
  }
}

export const imageRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [3, convolved],
  [4, pooled],
  [2, attended],
]
