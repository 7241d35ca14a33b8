import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { choiceCodec, settingCodec } from '../core/tensor/setting-codec.ts'
import { showText, showValue } from '../core/tensor/show-value.ts'
import { adadelta } from './adadelta.ts'
import { adagrad } from './adagrad.ts'
import { adam } from './adam.ts'
import { adamW, amsGrad, nadam, rAdam } from './adam-family.ts'
import { lamb } from './lamb.ts'
import { lion } from './lion.ts'
import { optimizerRanges } from './optimizer-settings.ts'
import { rmsProp } from './rms-prop.ts'
import { momentum, sgd } from './sgd.ts'
import type { Optimizer } from './transformation.ts'

/** A setting that is not acceptable, with the path to it. */
export interface HyperParameterError {
  readonly kind: 'hyper-parameter'
  readonly path: string
  readonly message: string
}

const numbers = {
  learningRate: settingCodec(optimizerRanges.learningRate),
  b1: settingCodec(optimizerRanges.b1),
  b2: settingCodec(optimizerRanges.b2),
  beta: settingCodec(optimizerRanges.beta),
  decay: settingCodec(optimizerRanges.decay),
  epsilon: settingCodec(optimizerRanges.epsilon),
  weightDecay: settingCodec(optimizerRanges.weightDecay),
}
const { b1, b2, beta, decay, epsilon, weightDecay } = numbers
const flag = choiceCodec<boolean>(true, false)

const adamSettings = { b1, b2, epsilon }

const always = { learningRate: numbers.learningRate }
const optional = {
  sgd: {},
  momentum: { beta, nesterov: flag },
  adam: adamSettings,
  adamW: { ...adamSettings, weightDecay },
  nadam: adamSettings,
  amsGrad: adamSettings,
  rAdam: adamSettings,
  adagrad: { epsilon },
  adadelta: { decay, epsilon },
  rmsProp: { decay, epsilon, centered: flag },
  lion: { b1, b2, weightDecay },
  lamb: { ...adamSettings, weightDecay },
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

const built = <P>(valid: OptimizerSpec): Optimizer<P, readonly unknown[]> => {
  switch (valid.kind) {
    case 'sgd': {
      const { kind: _, ...settings } = valid
      return sgd<P>(settings)
    }
    case 'momentum': {
      const { kind: _, ...settings } = valid
      return momentum<P>(settings)
    }
    case 'adam': {
      const { kind: _, ...settings } = valid
      return adam<P>(settings)
    }
    case 'adamW': {
      const { kind: _, ...settings } = valid
      return adamW<P>(settings)
    }
    case 'nadam': {
      const { kind: _, ...settings } = valid
      return nadam<P>(settings)
    }
    case 'amsGrad': {
      const { kind: _, ...settings } = valid
      return amsGrad<P>(settings)
    }
    case 'rAdam': {
      const { kind: _, ...settings } = valid
      return rAdam<P>(settings)
    }
    case 'adagrad': {
      const { kind: _, ...settings } = valid
      return adagrad<P>(settings)
    }
    case 'adadelta': {
      const { kind: _, ...settings } = valid
      return adadelta<P>(settings)
    }
    case 'rmsProp': {
      const { kind: _, ...settings } = valid
      return rmsProp<P>(settings)
    }
    case 'lion': {
      const { kind: _, ...settings } = valid
      return lion<P>(settings)
    }
    case 'lamb': {
      const { kind: _, ...settings } = valid
      return lamb<P>(settings)
    }
  }
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
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'learningRate: expected a finite number of 0 or more, got -1'
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
    E.map(built<P>),
  )
}
