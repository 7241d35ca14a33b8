import { checkFunction } from '../tensor/check-function.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { showValue } from '../tensor/show-value.ts'
import { withLeaves } from '../tensor/tree.ts'
import { applyCall } from './call.ts'
import { evaluateProgram } from './evaluate.ts'
import { asTree, matchingLeaves, valuesOf } from './leaves.ts'
import { requireSameCarried } from './same-carried.ts'
import { stageFlat } from './stage.ts'
import { asValue } from './value.ts'
import { whileCall } from './while-call.ts'

/**
 * How far {@link whileLoop} goes.
 *
 * @category Control flow
 */
export interface WhileOptions {
  /** It ends after this many steps, even where the condition still holds. */
  readonly atMost?: number
}

const requirePredicate = (found: Tensor): Tensor => {
  if (!isTensor(found) || found.dtype !== 'bool')
    throw new DTypeError(
      `whileLoop: expected a condition that gives a bool, got ${isTensor(found) ? found.dtype : showValue(found)}; ` +
        'compare with something',
    )
  if (found.rank !== 0)
    throw new ShapeError(
      `whileLoop: expected a condition that gives a scalar, got shape ${showShape(found.shape)}; reduce it with any or all`,
    )
  return found
}

/**
 * A function applied to a state again and again, as long as a condition of the state holds. Both are staged once: they
 * see shapes and dtypes, not values. A compiled program keeps it as one loop, which ends as soon as the condition fails.
 *
 * In forward mode it is a loop of values and tangents. In reverse mode it goes back through the steps that were taken,
 * keeping the states of about √n of them; where a function is staged, by `jit` for example, their number is not known and
 * a bound, `atMost`, is needed, over which the states are kept. Under `vmap` elements may end at different steps: the
 * loop goes on for the last of them, and the body runs for the others too, without effect, on states for which the
 * condition does not hold.
 *
 * A loop whose condition never fails does not end, unless `atMost` ends it.
 *
 * @throws DTypeError, ShapeError where the condition is no scalar boolean or the body changes the type of the state;
 * TreeError where it changes its structure; UnknownValueError for a derivative in reverse mode of a loop without a bound
 * while a function is staged.
 * @example
 * ```ts
 * import { div, grad, greater, item, mul, tensor, whileLoop, type Tensor } from 'puregrad'
 * const halved = (x: Tensor) => whileLoop((y: Tensor) => greater(y, 1), (y) => div(y, 2), x)
 * item(halved(tensor(12))) // => 0.75
 * item(grad(halved)(tensor(12))) // => 0.0625
 * ```
 * @category Control flow
 */
export const whileLoop = <S>(
  condition: (state: S) => Tensor,
  body: (state: S) => S,
  initial: S,
  options: WhileOptions = {},
): S => {
  checkFunction('whileLoop', 'a function of the state that tells whether to go on', condition)
  checkFunction('whileLoop', 'a function of the state that gives the next', body)
  checkOptions('whileLoop', options, { atMost: true })
  if (options.atMost !== undefined)
    checkSetting('whileLoop', 'atMost', options.atMost, { whole: true, min: 0 })
  const start = asTree(initial)
  const carried = valuesOf(start)
  const test = stageFlat(
    (inputs) => [asValue(requirePredicate(condition(withLeaves(start, inputs))))],
    carried,
  )
  const turn = stageFlat((inputs) => {
    const next = asTree(body(withLeaves(start, inputs)))
    requireSameCarried('whileLoop', start, next)
    return matchingLeaves(start, next, 'whileLoop')
  }, carried)
  // Captured values come last in the staged programs and first in the loop.
  const fixed = [...test.captured, ...turn.captured]
  const [n, split] = [fixed.length, test.captured.length]
  const types = [...fixed, ...carried]
  const params = {
    condition: stageFlat(
      (inputs) => evaluateProgram(test.program, [...inputs.slice(n), ...inputs.slice(0, split)]),
      types,
    ).program,
    body: stageFlat(
      (inputs) => evaluateProgram(turn.program, [...inputs.slice(n), ...inputs.slice(split, n)]),
      types,
    ).program,
    fixed: n,
    atMost: options.atMost ?? null,
  }
  return withLeaves(start, applyCall(whileCall(evaluateProgram, params), [...fixed, ...carried]))
}
