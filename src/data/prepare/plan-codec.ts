import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import type { DecodingError } from '../../core/codec/decoding-error.ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import { choiceCodec } from '../../core/codec/setting-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { PreparationPlan } from './preparation.ts'
import type { PreparationStep } from './step.ts'
import { asCategories } from './steps/as-categories.ts'
import { clip } from './steps/clip.ts'
import { codes } from './steps/codes.ts'
import { dateParts } from './steps/date-parts.ts'
import { drop } from './steps/drop.ts'
import { frequency } from './steps/frequency.ts'
import { impute } from './steps/impute.ts'
import { keep } from './steps/keep.ts'
import { log } from './steps/log.ts'
import { oneHot } from './steps/one-hot.ts'
import { ordinal } from './steps/ordinal.ts'
import { power } from './steps/power.ts'
import { quantiles } from './steps/quantiles.ts'
import { scale } from './steps/scale.ts'
import { select } from './steps/select.ts'
import { smoothClip } from './steps/smooth-clip.ts'
import { whiten } from './steps/whiten.ts'

const stepCodec: t.Type<PreparationStep, unknown> = oneKindOf(
  'a step',
  {
    asCategories: asCategories.required(),
    clip: clip.required(),
    codes: codes.required(),
    dateParts: dateParts.required(),
    drop: drop.required(),
    frequency: frequency.required(),
    impute: impute.required(),
    keep: keep.required(),
    log: log.required(),
    oneHot: oneHot.required(),
    ordinal: ordinal.required(),
    power: power.required(),
    quantiles: quantiles.required(),
    scale: scale.required(),
    select: select.required(),
    smoothClip: smoothClip.required(),
    whiten: whiten.required(),
  },
  {
    asCategories: asCategories.optional(),
    clip: clip.optional(),
    codes: codes.optional(),
    dateParts: dateParts.optional(),
    drop: drop.optional(),
    frequency: frequency.optional(),
    impute: impute.optional(),
    keep: keep.optional(),
    log: log.optional(),
    oneHot: oneHot.optional(),
    ordinal: ordinal.optional(),
    power: power.optional(),
    quantiles: quantiles.optional(),
    scale: scale.optional(),
    select: select.optional(),
    smoothClip: smoothClip.optional(),
    whiten: whiten.optional(),
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
