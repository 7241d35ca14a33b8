import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { jit } from '../../compile/jit/jit.ts'
import { grad } from '../../core/autodiff/grad.ts'
import {
  add,
  foldIn,
  item,
  key as keyOf,
  mul,
  normal,
  square,
  sum,
  tensor,
  toTypedArray,
  zerosLike,
} from '../../core/numeric/index.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesWithPaths, mapTree } from '../../core/tensor/tree.ts'
import { applyStep } from '../../optim/apply-step.ts'
import { decodeOptimizer } from '../../optim/decode-optimizer.ts'
import type { AnyOptimizerKind } from '../../optim/optimizer-kind.ts'
import type { Optimizer } from '../../optim/transformation.ts'
import { restoreTree, storeTree } from '../../training/stored-tree.ts'
import { closeTo, frozenCopy, sameBits, showTree } from './compare-trees.ts'
import {
  checkLawOptions,
  fails,
  fewer,
  firstFinding,
  lawOf,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/** Parameters of two layers, one of them a vector. */
interface Params {
  readonly first: { readonly weight: Tensor; readonly bias: Tensor }
  readonly second: Tensor
}

/**
 * What an optimizer promises besides.
 *
 * @category Laws
 */
export interface OptimizerLawOptions extends LawOptions {
  /** What describes it as plain data; it is decoded, and has to walk the same way. */
  readonly spec?: unknown
  /** The kinds that the description is decoded with, besides those of the library. */
  readonly kinds?: readonly AnyOptimizerKind[]
  /**
   * The published update of one number: the next θ from θ and all gradients so far, the present one last. For methods
   * that treat each parameter by itself.
   */
  readonly formula?: (theta: number, gradients: readonly number[]) => number
}

/** An optimizer of any parameters. */
// oxlint-disable-next-line typescript/no-explicit-any -- an optimizer is contravariant in its parameters and state
export type AnyOptimizer = Optimizer<any, any>

/** As it is looked at here. */
type OwnOptimizer = Optimizer<Params>

const asOwn = (optimizer: AnyOptimizer): OwnOptimizer => optimizer as OwnOptimizer

const drawn = (seed: number, of: string, dtype: 'float32' | 'float64' = 'float64'): Params => {
  const draw = (name: string, shape: readonly number[]): Tensor =>
    normal(foldIn(foldIn(keyOf(seed), of), name), shape, { dtype })
  return { first: { weight: draw('weight', [2, 2]), bias: draw('bias', [2]) }, second: draw('second', [3]) }
}

interface Walk {
  readonly params: Params
  readonly state: unknown
  readonly seen: readonly Params[]
}

type Update = (gradient: Params, state: unknown, params: Params, step: Tensor) => readonly [Params, unknown]

const eagerly =
  (optimizer: OwnOptimizer): Update =>
  (gradient, state, params, step) => {
    const [move, after] = optimizer.update(gradient, state, { params, step, value: 1 })
    return [applyStep(params, move), after]
  }

const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })

/** Steps along given gradients, from a walk so far. */
const walkOn = (update: Update, from: Walk, gradients: readonly Params[], first = 0): Walk =>
  gradients.reduce<Walk>(({ params, state, seen }, gradient, i) => {
    const [next, after] = update(gradient, state, params, scalar(first + i))
    return { params: next, state: after, seen: [...seen, next] }
  }, from)

const startOf = (optimizer: OwnOptimizer, seed: number, dtype: 'float32' | 'float64' = 'float64'): Walk => {
  const params = drawn(seed, 'start', dtype)
  return { params, state: optimizer.init(params), seen: [] }
}

const gradientsOf = (seed: number, count = 4, dtype: 'float32' | 'float64' = 'float64'): readonly Params[] =>
  Array.from({ length: count }, (_, i) => drawn(seed, `gradient ${i}`, dtype))

const walked = (optimizer: OwnOptimizer, seed: number): Walk =>
  walkOn(eagerly(optimizer), startOf(optimizer, seed), gradientsOf(seed))

const types = (tree: unknown): string =>
  leavesWithPaths(tree)
    .map(({ path, leaf: { dtype, shape } }) => `${path}: ${dtype} ${showShape(shape)}`)
    .join(', ')

const stepsEverywhere = (optimizer: OwnOptimizer, seed: number): Finding =>
  firstFinding(
    (['float32', 'float64'] as const).map((dtype) => () => {
      const { params, state } = startOf(optimizer, seed, dtype)
      const [gradient] = gradientsOf(seed, 1, dtype)
      const [move] = optimizer.update(gradient!, state, { params, step: 0, value: 1 })
      const [expected, found] = [types(params), types(move)]
      return expected === found ? undefined : fails('the step', expected, found)
    }),
  )

const leavesNoTrace = (optimizer: OwnOptimizer, seed: number): Finding => {
  const { params, state } = walked(optimizer, seed)
  const [gradient] = gradientsOf(seed, 1)
  const given = frozenCopy({ params, state, gradient: gradient! })
  const before = leavesWithPaths(given).map(({ leaf }) => toTypedArray(leaf))
  optimizer.update(given.gradient, given.state, { params: given.params, step: 4, value: 1 })
  const odd = leavesWithPaths(given).find(({ leaf }, i) =>
    toTypedArray(leaf).some((x, j) => !Object.is(x, before[i]?.[j])),
  )
  return odd === undefined ? undefined : fails(odd.path, 'as it was before the update', 'other elements')
}

/** Two walks taken by turns are the walks taken one after the other: nothing is kept outside of the state. */
const remembersNothing = (optimizer: OwnOptimizer, seed: number): Finding => {
  const [alone, other] = [walked(optimizer, seed), seed + 1]
  const update = eagerly(optimizer)
  const { a } = gradientsOf(seed).reduce(
    ({ a: one, b: two }, gradient, i) => ({
      a: walkOn(update, one, [gradient], i),
      b: walkOn(update, two, [gradientsOf(other)[i]!], i),
    }),
    { a: startOf(optimizer, seed), b: startOf(optimizer, other) },
  )
  return sameBits(alone.params, a.params, 'parameters, another walk being taken by turns')
}

const keepsItsForm = (optimizer: OwnOptimizer, seed: number): Finding => {
  const [expected, found] = [types(startOf(optimizer, seed).state), types(walked(optimizer, seed).state)]
  return expected === found ? undefined : fails('the state after four steps', expected, found)
}

/** Parameters of 0 that nothing pulls at stay. */
const standsStill = (optimizer: OwnOptimizer, seed: number): Finding => {
  const zeros = mapTree(drawn(seed, 'start'), (leaf) => zerosLike(leaf))
  const { params } = walkOn(eagerly(optimizer), { params: zeros, state: optimizer.init(zeros), seen: [] }, [
    zeros,
    zeros,
    zeros,
  ])
  return closeTo(0)(zeros, params, 'after three steps of gradient 0')
}

const bowl = ({ first, second }: Params): Tensor =>
  add(add(sum(square(first.weight)), sum(square(first.bias))), mul(sum(square(second)), 3))

const descends = (optimizer: OwnOptimizer, seed: number): Finding => {
  const start = startOf(optimizer, seed)
  const end = Array.from({ length: 60 }).reduce<Walk>(
    (at, _, i) => walkOn(eagerly(optimizer), at, [grad(bowl)(at.params)], i),
    start,
  )
  const [before, after] = [item(bowl(start.params)), item(bowl(end.params))]
  return after < before
    ? undefined
    : fails('the bowl Σ w² + 3 Σ v² after 60 steps', `less than ${before}`, after)
}

const ignoresNames = (optimizer: OwnOptimizer, seed: number): Finding => {
  const turned = ({ first: { weight, bias }, second }: Params): Params => ({
    second,
    first: { bias, weight },
  })
  const start = turned(drawn(seed, 'start'))
  const { params } = walkOn(
    eagerly(optimizer),
    { params: start, state: optimizer.init(start), seen: [] },
    gradientsOf(seed).map(turned),
  )
  return closeTo(1e-12)(walked(optimizer, seed).params, params, 'with the record in another order')
}

const isCompiledAlike = (optimizer: OwnOptimizer, seed: number): Finding =>
  closeTo(1e-10)(
    walked(optimizer, seed),
    walkOn(jit(eagerly(optimizer)), startOf(optimizer, seed), gradientsOf(seed)),
    'compiled',
  )

const goesOn = (optimizer: OwnOptimizer, seed: number): Finding => {
  const whole = walked(optimizer, seed)
  const gradients = gradientsOf(seed)
  const half = walkOn(eagerly(optimizer), startOf(optimizer, seed), gradients.slice(0, 2))
  const stored = storeTree(half.state)
  if (E.isLeft(stored)) return fails(`state${stored.left.path}`, 'what can be saved', stored.left.problem)
  const restored = restoreTree(stored.right.tensors, stored.right.json)
  return E.isLeft(restored)
    ? fails(`state${restored.left.path}`, 'what was saved', restored.left.problem)
    : sameBits(
        whole.params,
        walkOn(eagerly(optimizer), { ...half, state: restored.right }, gradients.slice(2), 2).params,
        'resumed after two of four steps',
      )
}

const isDescribed = (
  optimizer: OwnOptimizer,
  spec: unknown,
  kinds: readonly AnyOptimizerKind[],
  seed: number,
): Finding => {
  const decoded = decodeOptimizer<Params>(JSON.parse(JSON.stringify(spec)), { kinds })
  return E.isLeft(decoded)
    ? fails('the description, decoded', 'the optimizer', decoded.left.message)
    : sameBits(
        walked(optimizer, seed).params,
        walked(asOwn(decoded.right), seed).params,
        'by the decoded one',
      )
}

const followsItsFormula = (
  optimizer: OwnOptimizer,
  formula: (theta: number, gradients: readonly number[]) => number,
  seed: number,
): Finding => {
  const gradients = gradientsOf(seed, 6)
  const start = startOf(optimizer, seed)
  const { seen } = walkOn(eagerly(optimizer), start, gradients)
  const numbersOf = (params: Params): readonly number[] =>
    leavesWithPaths(params).flatMap(({ leaf }) => Array.from(toTypedArray(leaf)))
  const [pulls, found] = [gradients.map(numbersOf), seen.map(numbersOf)]
  return firstFinding(
    numbersOf(start.params).flatMap((theta, at) =>
      gradients.map((_, step) => () => {
        const before = step === 0 ? theta : found[step - 1]![at]!
        const expected = formula(
          before,
          pulls.slice(0, step + 1).map((each) => each[at]!),
        )
        const next = found[step]![at]!
        return Math.abs(expected - next) <= 1e-9 * (1e-3 + Math.abs(expected))
          ? undefined
          : fails(`parameter ${at} after step ${step + 1}`, `${expected} (the formula)`, next)
      }),
    ),
  )
}

/**
 * Laws of an optimizer: a step for every parameter, nothing changed or remembered outside of its state, descent on a
 * bowl, the same compiled, saved and resumed, and as published.
 *
 * @throws ArgumentError for another option.
 */
export const optimizerLaws = (mine: AnyOptimizer, options: OptimizerLawOptions = {}): readonly Law[] => {
  checkLawOptions('laws.optimizer', options, {
    seed: true,
    runs: true,
    spec: true,
    kinds: true,
    formula: true,
  })
  const optimizer = asOwn(mine)
  const { spec, kinds = [], formula, ...how } = options
  const of = `optimizer '${optimizer.name}'`
  const cases: Cases<number> = {
    arbitrary: fc.nat(999),
    show: (seed) => ({
      case: `seed ${seed}`,
      params: showTree(drawn(seed, 'start')),
      gradient: showTree(gradientsOf(seed, 1)[0]),
    }),
  }
  const law = (
    name: string,
    judge: (optimizer: OwnOptimizer, seed: number) => Finding,
    asked: LawOptions = how,
  ): Law => lawOf(of, name, cases, (seed) => judge(optimizer, seed), asked)
  return [
    law('gives every parameter a step of its shape and dtype', stepsEverywhere),
    law('leaves what it is given as it was', leavesNoTrace),
    law('gives the same bytes for the same gradients', (_, seed) =>
      sameBits(walked(optimizer, seed), walked(optimizer, seed)),
    ),
    law('remembers nothing outside of its state', remembersNothing),
    law('keeps the form of its state', keepsItsForm),
    law('stands still at 0 where the gradient is 0', standsStill),
    law('descends into a bowl', descends, fewer(how)),
    law('does not depend on the order of the record', ignoresNames),
    law('is the same compiled', isCompiledAlike, fewer(how)),
    law('is saved and goes on from there', goesOn),
    ...(spec === undefined
      ? []
      : [law('comes back from its description', (_, seed) => isDescribed(optimizer, spec, kinds, seed))]),
    ...(formula === undefined
      ? []
      : [law('follows its formula', (_, seed) => followsItsFormula(optimizer, formula, seed))]),
  ]
}
