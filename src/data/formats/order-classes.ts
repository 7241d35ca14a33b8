import { take, tensor } from '../../core/numeric/index.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { withTargets, type Classes, type Dataset, type Role } from '../dataset.ts'
import { showNames } from './show-names.ts'

/**
 * The same rows with their classes numbered in another order: which output of a network stands for which class. The
 * names of the classes stay with their rows.
 *
 * @throws ArgumentError unless the names are those of the data, each once.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { digits16, orderClasses } from 'puregrad/data'
 * // The first output is for «1», the tenth for «0».
 * const data = orderClasses(digits16({ key: key(0), n: 10 }), [...'1234567890'])
 * toArray(data.y) // => [9, 0, 1, 2, 3, 4, 5, 6, 7, 8]
 * ```
 * @category Files
 */
export const orderClasses = <R extends Role>(
  data: Dataset<R, Classes>,
  names: readonly string[],
): Dataset<R, Classes> => {
  const old = data.targets.names
  if (names.length !== old.length || !old.every((name) => names.includes(name)))
    throw new ArgumentError(
      `orderClasses: expected the classes ${showNames(old)} in some order, got ${showNames(names)}`,
    )
  const numbers = tensor(
    old.map((name) => names.indexOf(name)),
    { dtype: 'int32' },
  )
  return withTargets(data, { y: take(numbers, data.y), names })
}
