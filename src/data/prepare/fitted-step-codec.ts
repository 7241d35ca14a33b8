import type * as t from 'io-ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import type { FittedStep } from './step.ts'
import { fittedAsCategories } from './steps/as-categories.ts'
import { fittedClip } from './steps/clip.ts'
import { fittedCodes } from './steps/codes.ts'
import { fittedDateParts } from './steps/date-parts.ts'
import { fittedDrop } from './steps/drop.ts'
import { fittedFrequency } from './steps/frequency.ts'
import { fittedImpute } from './steps/impute.ts'
import { fittedLog } from './steps/log.ts'
import { fittedOneHot } from './steps/one-hot.ts'
import { fittedOrdinal } from './steps/ordinal.ts'
import { fittedPower } from './steps/power.ts'
import { fittedQuantiles } from './steps/quantiles.ts'
import { fittedScale } from './steps/scale.ts'
import { fittedSmoothClip } from './steps/smooth-clip.ts'
import { fittedWhiten } from './steps/whiten.ts'

export const fittedStepCodec: t.Type<FittedStep, unknown> = oneKindOf('a fitted step', {
  asCategories: fittedAsCategories.content,
  clip: fittedClip.content,
  codes: fittedCodes.content,
  dateParts: fittedDateParts.content,
  drop: fittedDrop.content,
  frequency: fittedFrequency.content,
  impute: fittedImpute.content,
  log: fittedLog.content,
  oneHot: fittedOneHot.content,
  ordinal: fittedOrdinal.content,
  power: fittedPower.content,
  quantiles: fittedQuantiles.content,
  scale: fittedScale.content,
  smoothClip: fittedSmoothClip.content,
  whiten: fittedWhiten.content,
})
