import { decodeProgram, encodeProgram } from '../../compile/program/program-codec.ts'
import { programFunction, runStaged, stage } from '../../compile/program/stage.ts'
import { grad } from '../../core/autodiff/grad.ts'
import { jvp, vjp } from '../../core/autodiff/jvp.ts'
import {
  abs,
  add,
  cast,
  foldIn,
  item,
  key,
  mul,
  normal,
  sum,
  tensor,
  toTypedArray,
  zerosLike,
} from '../../core/numeric/index.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesOf, leavesWithPaths, mapTree, withLeaves } from '../../core/tensor/tree.ts'
import { isRight } from 'fp-ts/lib/Either.js'
import { innerProduct } from '../adjoint-error.ts'
import { checkCompiled } from '../check-compiled.ts'
import { checkDerivatives } from '../check-derivatives.ts'
import { checkGrad, type GradVerdict } from '../check-grad.ts'
import { closeTo, frozenCopy, placeOf, sameBits } from './compare-trees.ts'
import {
  fails,
  fewer,
  firstFinding,
  lawOf,
  undecided,
  type Cases,
  type Finding,
  type Law,
  type LawOptions,
} from './law.ts'

/** A function of one tree at one place: what a case of a layer, a loss or a primitive comes down to. */
export interface Subject<A, B> {
  readonly f: (argument: A) => B
  readonly at: A
}

/** The float leaves of an argument, with their names; others are held fixed. */
interface Smooth {
  readonly f: (leaves: readonly Tensor[]) => readonly Tensor[]
  readonly at: readonly Tensor[]
  readonly paths: readonly string[]
}

const nameOf = (path: string): string => (path === '' ? 'the argument' : path)

const smoothPart = <A, B>({ f, at }: Subject<A, B>): Smooth => {
  const all = leavesWithPaths(at)
  const moving = all.flatMap(({ leaf }, i) => (isFloat(leaf.dtype) ? [i] : []))
  return {
    f: (leaves) =>
      leavesOf(
        f(
          withLeaves(
            at,
            all.map(({ leaf }, i) => (moving.includes(i) ? leaves[moving.indexOf(i)] : leaf)),
          ),
        ),
      ).filter(({ dtype }) => isFloat(dtype)),
    at: moving.map((i) => all[i]!.leaf),
    paths: moving.map((i) => nameOf(all[i]!.path)),
  }
}

/** Whether there is anything to differentiate, and by anything. */
const isMoving = ({ f, at }: Smooth): boolean => at.length > 0 && f(at).length > 0

/** Directions of the size of 1, one for each leaf; of integers none. */
const directions = <T>(like: T, seed: number): T =>
  mapTree(like, (leaf, path) =>
    leaf.dtype === 'float32' || leaf.dtype === 'float64'
      ? normal(foldIn(key(seed), path), leaf.shape, { dtype: leaf.dtype })
      : leaf,
  )

/** Σ output · direction over all outputs: a number that loses none of them. */
const weighed = ({ f, at }: Smooth, seed: number): ((leaves: readonly Tensor[]) => Tensor) => {
  const weights = directions(f(at), seed)
  return (leaves) =>
    f(leaves)
      .map((leaf, i): Tensor => sum(mul(leaf, weights[i]!)))
      .reduce((a, b) => add(a, b))
}

const index = /^\[(\d+)\]/

/** `[1]` of the list of leaves under its own name. */
const named = (path: string, { paths }: Smooth): string =>
  paths[Number(index.exec(path)?.[1] ?? NaN)] ?? nameOf(path)

const ofVerdict = (verdict: GradVerdict, smooth: Smooth, what: string): Finding => {
  if (verdict.kind === 'agrees') return undefined
  const leaf = smooth.at[Number(index.exec(verdict.path)?.[1] ?? 0)]
  const place = `${what} by ${placeOf(named(verdict.path, smooth), leaf?.shape ?? [], verdict.index)}`
  switch (verdict.kind) {
    case 'disagrees':
      return fails(place, `${verdict.numeric} (differences)`, verdict.ad)
    case 'kink':
      return undecided(`${place}: there is a kink, with slopes ${verdict.left} and ${verdict.right}`)
    case 'undecided':
      return undecided(`${place}: ${verdict.reason}`)
  }
}

/** The function along one element of its argument, and where that was to be found. */
const alongElement = ({ f, at }: Smooth, leaf: number, element: number) => {
  const x = at[leaf]!
  const unit = tensor(
    Float64Array.from({ length: x.size }, (_, i) => (i === element ? 1 : 0)),
    { shape: x.shape },
  )
  return (t: Tensor): readonly Tensor[] =>
    f(at.map((other, i): Tensor => (i === leaf ? add(other, mul(unit, t)) : other)))
}

/**
 * Both modes against differences: by a number that loses no output, and where that does not agree every output by the
 * element that was found.
 */
const agreesWithDifferences = <A, B>(subject: Subject<A, B>, seed: number): Finding => {
  const smooth = smoothPart(subject)
  if (!isMoving(smooth)) return undefined
  const whole = checkGrad(weighed(smooth, seed), { directions: 24 })(smooth.at)
  if (whole.kind === 'agrees') return modesAgree(smooth, seed)
  if (whole.kind !== 'disagrees') return ofVerdict(whole, smooth, 'the derivative')
  const leaf = Number(index.exec(whole.path)?.[1] ?? 0)
  const each = checkDerivatives(alongElement(smooth, leaf, whole.index), { directions: 24 })(
    tensor(0, { dtype: 'float64' }),
  )
  if (each.kind !== 'disagrees') return ofVerdict(whole, smooth, 'the derivative')
  const output = smooth.f(smooth.at)[Number(index.exec(each.outputPath)?.[1] ?? 0)]
  return ofVerdict(
    { ...whole, ad: each.ad, numeric: each.numeric },
    smooth,
    `${each.mode} mode: the derivative of ${placeOf('output', output?.shape ?? [], each.outputIndex)}`,
  )
}

/** What reverse mode sums up is what forward mode gives along a direction. */
const modesAgree = (smooth: Smooth, seed: number): Finding => {
  const f = weighed(smooth, seed)
  const v = directions(smooth.at, seed + 1)
  const [, forward] = jvp(f, [smooth.at], [v])
  const reverse = innerProduct(grad(f)(smooth.at), v)
  return Math.abs(item(forward) - reverse) <= 1e-8 * (1e-3 + Math.abs(reverse))
    ? undefined
    : fails(
        'the derivative along a direction',
        `${reverse} (reverse mode)`,
        `${item(forward)} (forward mode)`,
      )
}

/** ⟨u, Jv⟩ = ⟨Jᵀu, v⟩, for the tangents of one leaf after another. */
const isAdjoint = <A, B>(subject: Subject<A, B>, seed: number): Finding => {
  const { f, at, paths } = smoothPart(subject)
  const outputs = f(at)
  if (at.length === 0 || outputs.length === 0) return undefined
  const [v, u] = [directions(at, seed + 1), directions(outputs, seed + 2)]
  const [, pullback] = vjp(f, at)
  const [back] = pullback(u)
  return firstFinding(
    at.map((_, i) => () => {
      const only = v.map((leaf, j) => (i === j ? leaf : zerosLike(leaf)))
      const [, forward] = jvp(f, [at], [only])
      const [left, right] = [innerProduct(u, forward), innerProduct([back[i]!], [v[i]!])]
      const size = innerProduct(u.map(abs), forward.map(abs))
      if (!Number.isFinite(left) || !Number.isFinite(right))
        return undecided(`the derivative by ${paths[i] ?? ''} is not finite`)
      return Math.abs(left - right) <= 1e-10 * (1e-3 + size)
        ? undefined
        : fails(`⟨u, Jv⟩ = ⟨Jᵀu, v⟩ by ${paths[i] ?? ''}`, `${left} (forward)`, `${right} (reverse)`)
    }),
  )
}

/** All four nestings of the modes, and the derivative of the first derivative against differences. */
const agreesInSecondOrder = <A, B>(subject: Subject<A, B>, seed: number): Finding => {
  const smooth = smoothPart(subject)
  if (!isMoving(smooth)) return undefined
  const zero = weighed(smooth, seed)
  const [v, w] = [directions(smooth.at, seed + 1), directions(smooth.at, seed + 2)]
  type Scalar = (leaves: readonly Tensor[]) => Tensor
  const modes = {
    forward:
      (f: Scalar, along: readonly Tensor[]): Scalar =>
      (x) =>
        jvp(f, [x], [along])[1],
    reverse:
      (f: Scalar, along: readonly Tensor[]): Scalar =>
      (x) =>
        grad(f)(x)
          .map((leaf, i): Tensor => sum(mul(leaf, along[i]!)))
          .reduce((a, b) => add(a, b)),
  }
  const nestings = Object.entries(modes).flatMap(([outer, differentiate]) =>
    Object.entries(modes).map(
      ([within, inner]) =>
        [`${outer} over ${within}`, item(differentiate(inner(zero, v), w)(smooth.at))] as const,
    ),
  )
  const [[, first]] = nestings as unknown as readonly [readonly [string, number]]
  const odd = nestings.find(([, value]) => !(Math.abs(value - first) <= 1e-8 * (1e-3 + Math.abs(first))))
  if (odd !== undefined && Number.isFinite(first) && Number.isFinite(odd[1]))
    return fails(`the second derivative, ${odd[0]} mode`, `${first} (forward over forward)`, odd[1])
  return ofVerdict(
    checkGrad(modes.forward(zero, v), { directions: 3 })(smooth.at),
    smooth,
    'the derivative of the first derivative',
  )
}

/** Nothing is written into what was given: its records are frozen, and the elements of its tensors compared. */
const leavesNoTrace = <A, B>({ f, at }: Subject<A, B>): Finding => {
  const given = frozenCopy(at)
  const before = leavesOf(given).map((leaf) => toTypedArray(leaf))
  f(given)
  const odd = leavesWithPaths(given).find(({ leaf }, i) =>
    toTypedArray(leaf).some((x, j) => !Object.is(x, before[i]?.[j])),
  )
  return odd === undefined
    ? undefined
    : fails(nameOf(odd.path), 'as it was before the call', 'other elements')
}

const isStagedAlike = <A, B>({ f, at }: Subject<A, B>): Finding => {
  const staged = stage(f)(at)
  const expected = f(at)
  return firstFinding([
    () => sameBits(expected, runStaged(staged)(at), 'written down and run'),
    () => {
      const decoded = decodeProgram(JSON.parse(JSON.stringify(encodeProgram(staged.program))))
      return isRight(decoded)
        ? sameBits(leavesOf(expected), programFunction(decoded.right)(...leavesOf(at)), 'stored and read')
        : fails('the stored program', 'one that is read again', decoded.left.message)
    },
  ])
}

const isCompiledAlike = <A, B>({ f, at }: Subject<A, B>): Finding => {
  const verdict = checkCompiled(f)(at)
  switch (verdict.kind) {
    case 'agrees':
      return undefined
    case 'disagrees':
      return fails(
        `compiled for ${verdict.backend}: ${nameOf(verdict.path)}, element ${verdict.index}`,
        verdict.expected,
        verdict.compiled,
      )
    case 'not reproducible':
      return fails(
        `${nameOf(verdict.path)}, element ${verdict.index}`,
        `the bytes of ${verdict.other}`,
        `others on ${verdict.backend}`,
      )
    case 'fails':
      return fails(`compiled for ${verdict.backend}`, 'a result', verdict.message)
  }
}

/** J(2v + w) = 2Jv + Jw, and Jv is what the linearized function gives. */
const isLinearInTangents = <A, B>(subject: Subject<A, B>, seed: number): Finding => {
  const { f, at } = smoothPart(subject)
  if (at.length === 0 || f(at).length === 0) return undefined
  const [v, w] = [directions(at, seed + 3), directions(at, seed + 4)]
  const along = (t: readonly Tensor[]): readonly Tensor[] => jvp(f, [at], [t])[1]
  const apart = along(v).map((leaf, i): Tensor => add(mul(leaf, 2), along(w)[i]!))
  return closeTo(1e-9)(
    apart,
    along(v.map((leaf, i): Tensor => add(mul(leaf, 2), w[i]!))),
    'the tangent of 2v + w',
  )
}

const narrowed = <T>(tree: T): T =>
  mapTree(tree, (leaf) => (leaf.dtype === 'float64' ? cast(leaf, 'float32') : leaf))

/** Results of float32 where all floats are, and their values as far as it holds them. */
const keepsDtype = <A, B>({ f, at }: Subject<A, B>): Finding =>
  closeTo(1e-4)(narrowed(f(at)), f(narrowed(at)), 'of float32')

/** What is asked of a function of tensors. */
type Statement = <A, B>(subject: Subject<A, B>, seed: number) => Finding

const statements: Readonly<
  Record<string, { readonly judge: Statement; readonly costly?: true; readonly always?: true }>
> = {
  'leaves what it is given as it was': { judge: leavesNoTrace, always: true },
  'gives the same bytes for the same arguments': { judge: ({ f, at }) => sameBits(f(at), f(at)) },
  'keeps the dtype, and its values in float32': { judge: keepsDtype },
  'forward and reverse mode are adjoint': { judge: isAdjoint, always: true },
  'forward mode, reverse mode and differences agree': {
    judge: agreesWithDifferences,
    costly: true,
    always: true,
  },
  'the derivative is linear in the tangent': { judge: isLinearInTangents },
  'second derivatives agree in all modes and with differences': {
    judge: agreesInSecondOrder,
    costly: true,
  },
  'is the same written down, stored and read again': { judge: isStagedAlike, costly: true },
  'is the same compiled, on every backend': { judge: isCompiledAlike, costly: true, always: true },
}

/**
 * What is asked of any function of tensors that has derivatives, in float64. In `training` randomness has another form
 * in every dtype, and what does not depend on the mode is asked in evaluation.
 */
export const functionLaws = <C, A, B>(
  of: string,
  cases: Cases<C>,
  subject: (one: C) => Subject<A, B>,
  seedOf: (one: C) => number,
  options: LawOptions,
  mode?: 'evaluation' | 'training',
): readonly Law[] =>
  Object.entries(statements)
    .filter(([, { always }]) => mode !== 'training' || always === true)
    .map(([name, { judge, costly }]) =>
      lawOf(
        of,
        mode === undefined ? name : `in ${mode} ${name}`,
        cases,
        (one) => judge(subject(one), seedOf(one)),
        costly === true ? fewer(options) : options,
      ),
    )
