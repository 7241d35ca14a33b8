import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { numberCodec, refinedCodec } from '../tensor/refined-codec.ts'
import { showText, showValue } from '../tensor/show-value.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam } from './adam.ts'
import { adamW, amsGrad, nadam, rAdam } from './adam-family.ts'
import { lamb } from './lamb.ts'
import { lion } from './lion.ts'
import { rmsProp } from './rms-prop.ts'
import { momentum, sgd } from './sgd.ts'
import type { Optimizer } from './transformation.ts'

/** A setting that is not acceptable, with the path to it. */
export interface HyperParameterError {
  readonly kind: 'hyper-parameter'
  readonly path: string
  readonly message: string
}

const rate = numberCodec('a finite number ≥ 0', (x) => Number.isFinite(x) && x >= 0)
const fraction = numberCodec('a number in [0, 1)', (x) => x >= 0 && x < 1)
const positive = numberCodec('a finite number > 0', (x) => Number.isFinite(x) && x > 0)
const flag = refinedCodec('true or false', (u): u is boolean => typeof u === 'boolean')

const adamSettings = { b1: fraction, b2: fraction, epsilon: positive }

const always = { learningRate: rate }
const optional = {
  sgd: {},
  momentum: { beta: fraction, nesterov: flag },
  adam: adamSettings,
  adamW: { ...adamSettings, weightDecay: rate },
  nadam: adamSettings,
  amsGrad: adamSettings,
  rAdam: adamSettings,
  adagrad: { epsilon: positive },
  adadelta: { decay: fraction, epsilon: positive },
  rmsProp: { decay: fraction, epsilon: positive, centered: flag },
  lion: { b1: fraction, b2: fraction, weightDecay: rate },
  lamb: { ...adamSettings, weightDecay: rate },
}

type Kind = keyof typeof optional

const described = <K extends Kind, O extends t.Props>(kind: K, settings: O) =>
  t.intersection([t.type({ kind: t.literal(kind), ...always }), t.partial(settings)])

const codec = t.union([
  t.type({ kind: t.literal('sgd'), ...always }),
  described('momentum', optional.momentum),
  described('adam', optional.adam),
  described('adamW', optional.adamW),
  described('nadam', optional.nadam),
  described('amsGrad', optional.amsGrad),
  described('rAdam', optional.rAdam),
  described('adagrad', optional.adagrad),
  described('adadelta', optional.adadelta),
  described('rmsProp', optional.rmsProp),
  described('lion', optional.lion),
  described('lamb', optional.lamb),
])

/** An optimizer as plain data. */
export type OptimizerSpec = Readonly<t.TypeOf<typeof codec>>

const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && Object.hasOwn(optional, kind)

const wrong = (path: string, problem: string): HyperParameterError => ({
  kind: 'hyper-parameter',
  path,
  message: `${showText(path)}: ${problem}`,
})

/** The first setting this kind of optimizer does not have: most likely a misspelt one. */
const unknownSetting = (kind: Kind, spec: object): HyperParameterError | undefined => {
  const settings = [...Object.keys(always), ...Object.keys(optional[kind])]
  const odd = Object.keys(spec).find((name) => name !== 'kind' && !settings.includes(name))
  return odd === undefined
    ? undefined
    : wrong(odd, `${kind} has no such setting; it has ${settings.join(', ')}`)
}

/**
 * The optimizer a piece of data describes, or what is wrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeOptimizer } from 'puregrad/optim'
 * E.isRight(decodeOptimizer({ kind: 'adam', learningRate: 0.001 })) // => true
 * const wrong = decodeOptimizer({ kind: 'sgd', learningRate: -1 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'learningRate: expected a finite number ≥ 0, got -1'
 * ```
 */
export const decodeOptimizer = <P>(
  spec: unknown,
): E.Either<HyperParameterError, Optimizer<P, readonly unknown[]>> => {
  const kind = typeof spec === 'object' && spec !== null && 'kind' in spec ? spec.kind : undefined
  if (!isKind(kind))
    return E.left(wrong('kind', `expected ${Object.keys(optional).join(', ')}, got ${showValue(kind)}`))
  const odd = unknownSetting(kind, spec as object)
  if (odd !== undefined) return E.left(odd)
  return pipe(
    codec.decode(spec),
    E.mapLeft((errors) => {
      const [first] = errors
      // The positions of an intersection's parts appear in the path as numbers.
      const path = (first?.context ?? [])
        .map(({ key }) => key)
        .filter((key) => key !== '' && !/^\d+$/.test(key))
        .join('.')
      return wrong(path, `${first?.message ?? 'is not acceptable'}, got ${showValue(first?.value)}`)
    }),
    E.map((valid) => {
      switch (valid.kind) {
        case 'sgd':
          return sgd<P>(valid)
        case 'momentum':
          return momentum<P>(valid)
        case 'adam':
          return adam<P>(valid)
        case 'adamW':
          return adamW<P>(valid)
        case 'nadam':
          return nadam<P>(valid)
        case 'amsGrad':
          return amsGrad<P>(valid)
        case 'rAdam':
          return rAdam<P>(valid)
        case 'adagrad':
          return adagrad<P>(valid)
        case 'adadelta':
          return adadelta<P>(valid)
        case 'rmsProp':
          return rmsProp<P>(valid)
        case 'lion':
          return lion<P>(valid)
        case 'lamb':
          return lamb<P>(valid)
      }
    }),
  )
}
