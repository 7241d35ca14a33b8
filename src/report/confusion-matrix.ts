import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { countsOf } from './counts-of.ts'
import type { ConfusionPicture } from './confusion-picture.ts'
import { numbersOf } from './numbers-of.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/** @throws ArgumentError unless each number is one of so many classes. */
export const checkClasses = (
  where: string,
  name: string,
  given: readonly number[],
  classes: number,
): void => {
  const odd = given.findIndex((each) => !(Number.isInteger(each) && each >= 0 && each < classes))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: ${name}[${odd}]: expected a class from 0 to ${classes - 1}, got ${showValue(given[odd])}`,
    )
}

/**
 * How many rows of each class were taken for each class.
 *
 * @param predictions the numbers of classes, `[rows]`.
 * @param labels likewise.
 * @throws ShapeError unless there are as many predictions as labels, ArgumentError for what is the number of no class
 * and another option.
 * @example
 * ```ts
 * import { confusionMatrix } from 'puregrad/report'
 * confusionMatrix([0, 1, 1], [0, 1, 0], { classes: ['no', 'yes'] }).counts // => [[1, 1], [0, 1]]
 * ```
 * @category Makers of pictures
 */
export const confusionMatrix = (
  predictions: Tensor | readonly number[],
  labels: Tensor | readonly number[],
  options: { readonly classes: readonly PictureText[]; readonly title?: PictureText },
): ConfusionPicture => {
  checkOptions('confusionMatrix', options, { classes: true, title: true })
  const { classes, title = words.confusion } = options
  const [said, is] = [
    numbersOf('confusionMatrix', 'predictions', predictions),
    numbersOf('confusionMatrix', 'labels', labels),
  ]
  if (said.length !== is.length)
    throw new ShapeError(
      `confusionMatrix: expected as many predictions as labels, got ${said.length} and ${is.length}`,
    )
  checkClasses('confusionMatrix', 'predictions', said, classes.length)
  checkClasses('confusionMatrix', 'labels', is, classes.length)
  const taken = countsOf(said.map((column, row) => is[row]! * classes.length + column))
  return {
    kind: 'confusion',
    title,
    classes,
    counts: classes.map((_, i) => classes.map((_other, j) => taken.get(i * classes.length + j) ?? 0)),
  }
}
