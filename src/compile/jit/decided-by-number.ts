import { asTree } from '../../core/autodiff/leaves.ts'
import { withLevel } from '../../core/autodiff/level.ts'
import { asValue, levelOf, Staged, type AnyValue, type StagingTrace } from '../../core/autodiff/value.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { copyElements, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { UnknownValueError } from '../../core/tensor/errors.ts'
import { withLiftedNumbers } from '../../core/tensor/lifted-numbers.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { isTensor } from '../../core/tensor/tensor.ts'
import { isTracedNumber, staticAdvice, tracedNumber } from '../../core/tensor/traced-number.ts'
import { isRecord, mapTree, type Path } from '../../core/tensor/tree.ts'
import type { ArgumentStructure } from './argument-structure.ts'
import { buildTree, readNumbers } from '../program/structure.ts'

/** Larger constants that are made anew at each run are taken to be the same. */
const comparedElements = 1 << 16

const sameElements = (a: ConcreteTensor, b: ConcreteTensor): boolean => {
  if (a.size > comparedElements) return true
  const [x, y] = [copyElements(a), copyElements(b)]
  return x.every((element, i) => Object.is(element, y[i]))
}

/** Whether two courses are the same, where the numbers that are traced in the first are `known` in the second. */
const alike = (a: unknown, b: unknown, known: readonly (number | undefined)[]): boolean => {
  const same = (x: unknown, y: unknown): boolean => {
    if (isTracedNumber(x)) return isTracedNumber(y) ? x.index === y.index : Object.is(y, known[x.index])
    if (Object.is(x, y)) return true
    if (isTensor(x)) {
      if (!isTensor(y) || x.dtype !== y.dtype || !sameShape(x.shape, y.shape)) return false
      const [v, w] = [asValue(x), asValue(y)]
      return v.kind !== 'concrete' || w.kind !== 'concrete' || sameElements(v, w)
    }
    if (Array.isArray(x))
      return Array.isArray(y) && x.length === y.length && x.every((item, i) => same(item, y[i]))
    if (isRecord(x)) {
      if (!isRecord(y)) return false
      const [names, others] = [Object.keys(x), Object.keys(y)]
      return (
        names.length === others.length &&
        names.every((name, i) => name === others[i] && same(x[name], y[name]))
      )
    }
    if (ArrayBuffer.isView(x)) return ArrayBuffer.isView(y)
    return typeof x === 'function' && typeof y === 'function'
  }
  return same(a, b)
}

/** What the function does to tensors of these types where all numbers are lifted; `known` are plain numbers to it. */
const course = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  { structure, numbers: paths }: ArgumentStructure,
  types: readonly Typed[],
  known: readonly (number | undefined)[],
): unknown =>
  withLevel((level) => {
    const trace: StagingTrace = { level, equations: [], next: 0 }
    const fresh = ({ shape, dtype }: Typed): Staged => new Staged(trace, trace.next++, shape, dtype)
    const inputs = types.map(fresh)
    const numbers: readonly unknown[] = paths.map(
      (path, i) =>
        known[i] ??
        tracedNumber(i, path, {
          scalar: (dtype) => {
            contents.push(numbers[i])
            return fresh({ shape: [], dtype })
          },
          require: () => undefined,
        }),
    )
    const contents: unknown[] = []
    const variable = (x: AnyValue): unknown => (x.kind === 'staged' && levelOf(x) === level ? x.id : x)
    const output = withLiftedNumbers(
      (dtype, shape, content) => {
        contents.push(content)
        return fresh({ dtype, shape })
      },
      () => asTree(f(...(buildTree(structure, inputs[Symbol.iterator](), numbers) as never as A))),
    )
    return [
      trace.equations.map((equation) => ({ ...equation, inputs: equation.inputs.map(variable) })),
      mapTree(output, (leaf) => variable(asValue(leaf))),
      contents,
    ]
  })

const settled = (run: () => unknown): unknown => {
  try {
    return run()
  } catch {
    return undefined
  }
}

/**
 * Throws where the function decides by a number: by `if (n)`, `n === 3`, `typeof n` and the like, which a traced number
 * does not notice. The function is followed with the numbers of the call and with zeros in their place; where it does
 * otherwise than with traced ones, its program would be wrong. What cannot be followed passes.
 */
export const refuseDecisions = <A extends readonly unknown[]>(
  f: (...args: A) => unknown,
  args: A,
  structure: ArgumentStructure,
  types: readonly Typed[],
): void => {
  const { numbers: paths } = structure
  if (paths.length === 0) return
  const numbers: number[] = []
  readNumbers(structure.structure, args, numbers)
  const follow = (known: readonly (number | undefined)[]): unknown =>
    settled(() => course(f, structure, types, known))
  const usual = follow([])
  if (usual === undefined) return
  const differs = (known: readonly (number | undefined)[]): boolean => {
    const other = follow(known)
    return other !== undefined && !alike(usual, other, known)
  }
  const probes = [numbers, numbers.map(() => 0)]
  const probe = probes.find(differs)
  // A function that differs from itself (by `Math.random()`, say) does not tell.
  if (probe === undefined || differs([])) return
  const one = paths.findIndex((_, i) => differs(paths.map((__, j) => (i === j ? probe[j] : undefined))))
  throw decided(paths[Math.max(one, 0)]!)
}

const decided = (path: Path): UnknownValueError =>
  new UnknownValueError(
    `jit: the function decides by the number at argument ${path} (if, ===, typeof or the like), or computes something ` +
      `of it that is no tensor, so one program cannot serve for all its values. ${staticAdvice(path)}, or choose ` +
      'between results with where or cond',
  )
