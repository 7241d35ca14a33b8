import type { Dataset, Targets } from './dataset.ts'
import { partOf, requireRole, type Role } from './part.ts'
import { seal, type Sealed } from './split/sealed.ts'
import type { LabelledTable } from './table/table.ts'

type Unsplit = Dataset<'raw'> | LabelledTable<'raw'>

/** All rows in one role, as they are. */
const inRole = <R extends Role>(where: string, data: Unsplit, role: R): Dataset<R> | LabelledTable<R> => {
  requireRole(where, data, ['raw'])
  return 'features' in data
    ? partOf({ ...data, features: partOf(data.features, role) }, role)
    : partOf(data, role)
}

/**
 * Says that every row of some data is for training: nothing of it is kept to judge by. It takes data of no role yet, so a
 * dev or test part cannot come to training this way.
 *
 * @throws RoleError for a part that has a role, or a record that is no data set.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { allForTraining, digits16, minibatches } from 'puregrad/data'
 * minibatches(allForTraining(digits16({ key: key(0), n: 100 })), 32, key(1)).length // => 4
 * ```
 * @category Data sets
 */
export function allForTraining<T extends Targets>(data: Dataset<'raw', T>): Dataset<'train', T>
export function allForTraining<T extends Targets>(data: LabelledTable<'raw', T>): LabelledTable<'train', T>
export function allForTraining(data: Unsplit): Dataset<'train'> | LabelledTable<'train'> {
  return inRole('allForTraining', data, 'train')
}

/**
 * Says that every row of some data is to choose by, as of a dev file of its own.
 *
 * @throws RoleError for a part that has a role, or a record that is no data set.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { allForDev, digits16 } from 'puregrad/data'
 * allForDev(digits16({ key: key(0), n: 100 })).role // => 'dev'
 * ```
 * @category Data sets
 */
export function allForDev<T extends Targets>(data: Dataset<'raw', T>): Dataset<'dev', T>
export function allForDev<T extends Targets>(data: LabelledTable<'raw', T>): LabelledTable<'dev', T>
export function allForDev(data: Unsplit): Dataset<'dev'> | LabelledTable<'dev'> {
  return inRole('allForDev', data, 'dev')
}

/**
 * Says that every row of some data is the test part, as of a test file of its own; it comes sealed, and `openTest` opens it.
 *
 * @throws RoleError for a part that has a role, or a record that is no data set.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { allForTest, digits16 } from 'puregrad/data'
 * allForTest(digits16({ key: key(0), n: 100 })).n // => 100
 * ```
 * @category Data sets
 */
export function allForTest<T extends Targets>(data: Dataset<'raw', T>): Sealed<Dataset<'test', T>>
export function allForTest<T extends Targets>(data: LabelledTable<'raw', T>): Sealed<LabelledTable<'test', T>>
export function allForTest(data: Unsplit): Sealed<Dataset<'test'> | LabelledTable<'test'>> {
  return seal(inRole('allForTest', data, 'test'))
}
