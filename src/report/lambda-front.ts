import { checkOptions } from '../core/tensor/check-options.ts'
import type { LambdaFrontPicture } from './lambda-front-picture.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/**
 * The minimum of ℓ + λΩ for one λ, and what it comes to on rows apart, by which λ is chosen.
 *
 * @category Makers of pictures
 */
export interface PenalizedMinimum {
  readonly lambda: number
  readonly loss: number
  readonly penalty: number
  readonly dev?: number
}

/**
 * What {@link lambdaFront} is told besides the minima.
 *
 * @category Makers of pictures
 */
export interface LambdaFrontOptions {
  readonly title?: PictureText
  readonly loss?: PictureText
  readonly penalty?: PictureText
  /** The λ that was chosen; that of the least dev loss unless told otherwise. */
  readonly chosen?: number
}

/**
 * The front of loss and penalty along a path of λ, with the chosen λ as its slope.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { lambdaFront } from 'puregrad/report'
 * const path = [{ lambda: 0.1, loss: 1, penalty: 9, dev: 3 }, { lambda: 1, loss: 2, penalty: 4, dev: 2.5 }]
 * lambdaFront(path).chosen // => 1
 * ```
 * @category Makers of pictures
 */
export const lambdaFront = (
  path: readonly PenalizedMinimum[],
  options: LambdaFrontOptions = {},
): LambdaFrontPicture => {
  checkOptions('lambdaFront', options, { title: true, loss: true, penalty: true, chosen: true })
  const { title = words['lambda-front'], loss = words.lossSign, penalty = words.penaltySign } = options
  const best = path.reduce<PenalizedMinimum | undefined>(
    (sofar, each) => (each.dev !== undefined && each.dev < (sofar?.dev ?? Infinity) ? each : sofar),
    undefined,
  )
  const chosen = options.chosen ?? best?.lambda
  return {
    kind: 'lambda-front',
    title,
    loss: { title: loss },
    penalty: { title: penalty },
    points: path.map((each) => ({ lambda: each.lambda, loss: each.loss, penalty: each.penalty })),
    ...(chosen === undefined ? {} : { chosen }),
  }
}
