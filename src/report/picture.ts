import type { BarsPicture } from './bars-picture.ts'
import type { BoundaryPicture } from './boundary-picture.ts'
import type { ConfusionPicture } from './confusion-picture.ts'
import type { CurvesPicture } from './curves-picture.ts'
import type { FrontPicture } from './front-picture.ts'
import type { HistogramsPicture } from './histograms-picture.ts'
import type { ImagesPicture } from './images-picture.ts'
import type { ImportancePicture } from './importance-picture.ts'
import type { IsolinesPicture } from './isolines-picture.ts'
import type { LambdaFrontPicture } from './lambda-front-picture.ts'
import type { ParallelPicture } from './parallel-picture.ts'
import type { ReliabilityPicture } from './reliability-picture.ts'
import type { SignalsPicture } from './signals-picture.ts'

/**
 * A picture as plain data.
 *
 * @category Pictures
 */
export type Picture =
  | CurvesPicture
  | BarsPicture
  | IsolinesPicture
  | BoundaryPicture
  | ImagesPicture
  | HistogramsPicture
  | SignalsPicture
  | LambdaFrontPicture
  | FrontPicture
  | ConfusionPicture
  | ReliabilityPicture
  | ParallelPicture
  | ImportancePicture
