import type * as t from 'io-ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import type { FittedStep } from './step.ts'
import { fittedDrop } from './steps/drop.ts'
import { fittedImpute } from './steps/impute.ts'
import { fittedOneHot } from './steps/one-hot.ts'
import { fittedScale } from './steps/scale.ts'

export const fittedStepCodec: t.Type<FittedStep, unknown> = oneKindOf('a fitted step', {
  drop: fittedDrop.content,
  impute: fittedImpute.content,
  oneHot: fittedOneHot.content,
  scale: fittedScale.content,
})
