import { ArgumentError } from '../core/tensor/errors.ts'
import { showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { isRecord, leavesWithPaths, mapTree, type Path } from '../core/tensor/tree.ts'
import { checkTransformation, type Optimizer, type Step } from './transformation.ts'

/**
 * The parameters of one group by their paths.
 *
 * @category Transformations
 */
export type Group = Readonly<Record<Path, Tensor>>

/**
 * Settings per group: every parameter goes to the optimizer of the group that its path is put into.
 *
 * @throws ArgumentError for no optimizer, and for what is none; from init, where a path is put into a group that has no optimizer.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { byGroup, sgd } from 'puregrad/optim'
 * const params = { weight: tensor([1]), bias: tensor([1]) }
 * const optimizer = byGroup<typeof params>((path) => (path === 'bias' ? 'fast' : 'slow'), {
 *   fast: sgd({ learningRate: 1 }),
 *   slow: sgd({ learningRate: 0.5 }),
 * })
 * const [step] = optimizer.update(params, optimizer.init(params), { params, step: 0, value: 0 })
 * toArray(step.weight) // => [-0.5]
 * toArray(step.bias) // => [-1]
 * ```
 * @category Transformations
 */
export const byGroup = <P>(
  groupOf: (path: Path) => string,
  // oxlint-disable-next-line typescript/no-explicit-any -- an optimizer is contravariant in its own state
  optimizers: Readonly<Record<string, Optimizer<Group, any>>>,
): Optimizer<P, Readonly<Record<string, unknown>>> => {
  if (typeof groupOf !== 'function')
    throw new ArgumentError(
      `byGroup: expected a function from paths to names of groups, got ${typeof groupOf}`,
    )
  if (!isRecord(optimizers))
    throw new ArgumentError(`byGroup: expected a record of optimizers, got ${showValue(optimizers)}`)
  const names = Object.keys(optimizers)
  if (names.length === 0) throw new ArgumentError('byGroup: expected at least one optimizer, got none')
  names.forEach((name) => checkTransformation('byGroup', name, optimizers[name]))
  const group = (tree: P, name: string): Group =>
    Object.fromEntries(
      leavesWithPaths(tree)
        .filter(({ path }) => groupOf(path) === name)
        .map(({ path, leaf }) => [path, leaf]),
    )
  return {
    name: `byGroup(${Object.entries(optimizers)
      .map(([name, optimizer]) => `${name}: ${optimizer.name}`)
      .join(', ')})`,
    hyperParameters: { groups: names },
    init: (params) => {
      const lost = leavesWithPaths(params).find(({ path }) => !Object.hasOwn(optimizers, groupOf(path)))
      if (lost !== undefined)
        throw new ArgumentError(
          `byGroup: ${lost.path} is put into '${groupOf(lost.path)}', which has no optimizer; there are ${names.join(', ')}`,
        )
      return Object.fromEntries(
        Object.entries(optimizers).map(([name, { init }]) => [name, init(group(params, name)) as unknown]),
      )
    },
    update: (gradient, states, context) => {
      const updated = Object.entries(optimizers).map(([name, { update }]) => {
        const [move, state] = update(group(gradient, name), states[name], {
          ...context,
          params: group(context.params, name),
        }) as readonly [unknown, unknown]
        return { name, move: move as Group, state }
      })
      const moves: Group = Object.fromEntries(updated.flatMap(({ move }) => Object.entries(move)))
      return [
        mapTree(gradient as P, (_, path) => moves[path]) as Step<P>,
        Object.fromEntries(updated.map(({ name, state }) => [name, state])),
      ]
    },
  }
}
