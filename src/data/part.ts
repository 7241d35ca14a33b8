import { RoleError } from './role-error.ts'

/**
 * What a sample is for; part of its type, so that fitting on the wrong one does not compile.
 *
 * @category Data sets
 */
export type Role = 'raw' | 'train' | 'dev' | 'test'

/**
 * The roles that rows of a part may be given: those of no role yet and those for training may be split in any way, dev
 * and test stay what they are.
 *
 * @category Data sets
 */
export type RoleOfRows<R extends Role> = R extends 'raw' | 'train' ? Role : R

/** Nothing of it exists at run time: a private member is what a literal cannot have and a spread loses. */
// eslint-disable-next-line functional/no-classes -- only a class has private members, and this one has no code
declare abstract class Genuine<R extends Role> {
  readonly #role: R
}

/**
 * A record that was given its role by this library. Neither a literal nor a spread of a part is a part, to the compiler
 * as well as at run time, so a role cannot be changed by writing another one.
 *
 * @category Data sets
 */
export interface Part<R extends Role = Role> extends Genuine<R> {
  readonly role: R
}

/** All of them: of a part whose role makes no difference. */
export const roles: readonly Role[] = ['raw', 'train', 'dev', 'test']

/** The role each part was made with. */
const made = new WeakMap<object, Role>()

const mark: <C extends object, R extends Role>(record: C, role: R) => asserts record is C & Part<R> = (
  record,
  role,
) => {
  made.set(Object.freeze(record), role)
}

/** The only place where parts come from: a frozen record of this content, of this role. */
export const partOf = <C extends object, R extends Role>(content: C, role: R): C & Part<R> => {
  const part = { ...content, role }
  mark(part, role)
  return part
}

const remedies: Readonly<Record<Role, string>> = {
  raw: '',
  train:
    'fit on the training part of splitData, or say allForTraining(data) where every row of a data set is for training',
  dev: 'choose by the dev part of splitData, or say allForDev(data) of rows kept apart',
  test: 'judge by the test part of splitData, or say allForTest(data) of rows kept apart',
}

/** `a training part or a dev part` */
const named = (roles: readonly Role[]): string =>
  roles
    .map(
      (role) =>
        ({ raw: 'data of no role yet', train: 'a training part', dev: 'a dev part', test: 'a test part' })[
          role
        ],
    )
    .join(' or ')

/**
 * Throws unless this is a part that was made with one of these roles; what its field `role` says is not asked.
 *
 * @throws RoleError with what was expected, what came and what to do.
 */
export const requireRole = (where: string, part: object, roles: readonly Role[]): void => {
  const role = made.get(part)
  if (role !== undefined && roles.includes(role)) return
  const came =
    role === undefined
      ? 'a record that nothing here made (a spread, a copy from JSON or from another thread loses what part it is: make changes with rowsAt, withFeatures or withTargets, and build anew what was sent)'
      : named([role])
  const remedy = remedies[roles.includes('train') ? 'train' : (roles[0] ?? 'train')]
  throw new RoleError(`${where}: expected ${named(roles)}, got ${came}${remedy === '' ? '' : `; ${remedy}`}`)
}

/** Throws unless rows of this part may be given that role. */
export const requireRoleOfRows = (where: string, part: object, role: Role): void => {
  requireRole(where, part, role === 'dev' || role === 'test' ? ['raw', 'train', role] : ['raw', 'train'])
}
