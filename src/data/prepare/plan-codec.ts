import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import type { DecodingError } from '../../core/codec/decoding-error.ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import { choiceCodec } from '../../core/codec/setting-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { PreparationPlan } from './preparation.ts'
import { drop } from './steps/drop.ts'
import { impute } from './steps/impute.ts'
import { oneHot } from './steps/one-hot.ts'
import { scale } from './steps/scale.ts'
import type { PreparationStep } from './step.ts'

const stepCodec: t.Type<PreparationStep, unknown> = oneKindOf(
  'a step',
  {
    drop: drop.required(),
    impute: impute.required(),
    oneHot: oneHot.required(),
    scale: scale.required(),
  },
  {
    drop: drop.optional(),
    impute: impute.optional(),
    oneHot: oneHot.optional(),
    scale: scale.optional(),
  },
)

const planCodec: t.Type<PreparationPlan, unknown> = strictRecord(
  'a plan',
  { steps: t.readonlyArray(stepCodec, 'a list of steps') },
  { target: choiceCodec('standard', 'log', 'log1p', 'none'), dtype: choiceCodec('float32', 'float64') },
)

/**
 * The plan of a preparation that a piece of data describes, or all that is wrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodePreparationPlan } from 'puregrad/data'
 * const plan = decodePreparationPlan({ steps: [{ kind: 'scale', columns: 'numbers', to: 'standart' }] })
 * const problem = E.isLeft(plan) ? plan.left.message.slice(0, 27) : ''
 * problem // => 'steps[0].to: expected one o'
 * ```
 * @category Preparation
 */
export const decodePreparationPlan = (data: unknown): E.Either<DecodingError, PreparationPlan> =>
  decodeWith(planCodec, 'plan of a preparation', data)

/** @throws ArgumentError with all that is wrong with a plan. */
export const checkPlan = (where: string, plan: PreparationPlan): void => {
  const decoded = decodePreparationPlan(plan)
  if (E.isLeft(decoded)) throw new ArgumentError(`${where}: ${decoded.left.message}`)
}
