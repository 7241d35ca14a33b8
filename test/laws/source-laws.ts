import * as E from 'fp-ts/lib/Either.js'
import {
  add,
  decodeProgram,
  encodeProgram,
  grad,
  jvp,
  leavesOf,
  mul,
  printProgram,
  programFunction,
  slice,
  squeeze,
  stack,
  stage,
  tensor,
  toTypedArray,
  vjp,
  vmap,
  zeros,
  type Program,
  type Tensor,
} from '../../src/index.ts'
import { checkSlope, noiseOf } from '../../src/testing/check-slope.ts'
import { weighed } from '../../src/testing/check-source.ts'
import { functionsOf } from '../../src/testing/print-source.ts'
import {
  elementsOf,
  noCounts,
  referenceOf,
  type Counts,
  type Difference,
} from '../../src/testing/rounding.ts'
import { checkSource, runSource, sourceInputs, type Source } from '../../src/testing/index.ts'

/** What a law says of one source. */
export type Outcome =
  | ({ readonly kind: 'holds' } & Counts)
  /** The law says nothing here. */
  | { readonly kind: 'skipped' }
  /** `fault` names the kind of failure, the same while the source shrinks. */
  | { readonly kind: 'fails'; readonly fault: string; readonly message: string }

export type SourceLaw = (source: Source) => Outcome

const show = (value: unknown): string =>
  JSON.stringify(value, (_, x: unknown) => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x))

const renamed = (data: unknown): unknown =>
  data === 'float32' || data === 'float16' || data === 'bfloat16'
    ? 'float64'
    : Array.isArray(data)
      ? data.map(renamed)
      : typeof data === 'object' && data !== null
        ? Object.fromEntries(Object.entries(data).map(([name, value]) => [name, renamed(value)]))
        : data

/** The same function with every float in float64, what is kept in 16 bits too. */
export const inFloat64 = (source: Source): Source => renamed(source) as Source

const isFloat = ({ dtype }: { readonly dtype: string }): boolean => dtype === 'float32' || dtype === 'float64'

const judged = (judgement: Counts | Difference): Outcome =>
  'found' in judgement
    ? { kind: 'fails', fault: 'another number', message: show(judgement) }
    : { kind: 'holds', ...judgement }

/** A law that fails where something throws. */
const guarded =
  (law: SourceLaw): SourceLaw =>
  (source) => {
    try {
      return law(source)
    } catch (error) {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      return { kind: 'fails', fault: message.replace(/\d+/g, '#').slice(0, 60), message }
    }
  }

/** Compiled, a source gives what it gives. */
export const compiledLaw =
  (of: 'values' | 'gradients'): SourceLaw =>
  (source) => {
    const verdict = checkSource(source, { of: [of] })
    if (verdict.kind === 'agrees') return { ...verdict, kind: 'holds' }
    const message = 'message' in verdict ? verdict.message : ''
    return {
      kind: 'fails',
      fault: `${verdict.kind} ${message.replace(/\d+/g, '#').slice(0, 60)}`,
      message: show(verdict),
    }
  }

/** The results that are floats as a function of the arguments that are. */
const floatPart = (source: Source) => {
  const inputs = sourceInputs(source)
  const positions = source.inputs.flatMap((input, i) => (isFloat(input) ? [i] : []))
  const f = (...floats: readonly Tensor[]): readonly Tensor[] =>
    runSource(source)(
      ...inputs.map((x, i) => (positions.includes(i) ? (floats[positions.indexOf(i)] as Tensor) : x)),
    ).filter(isFloat)
  return { f, at: positions.map((i) => inputs[i] as Tensor) }
}

const alike = (x: Tensor, seed: number): Tensor =>
  tensor(
    Float64Array.from({ length: x.size }, (_, i) => Math.cos(seed + 1.7 * i)),
    { shape: x.shape, dtype: x.dtype },
  )

const terms = (a: readonly Tensor[], b: readonly Tensor[]): readonly number[] =>
  a.flatMap((x, i) => {
    const other = toTypedArray(b[i] as Tensor)
    return Array.from(toTypedArray(x), (value, j) => value * (other[j] as number))
  })

const total = (list: readonly number[]): number => list.reduce((s, x) => s + x, 0)

const size = (list: readonly number[]): number => list.reduce((s, x) => s + Math.abs(x), 0)

/** ⟨u, Jv⟩ = ⟨Jᵀu, v⟩. */
export const adjointLaw: SourceLaw = guarded((source) => {
  const { f, at } = floatPart(inFloat64(source))
  if (at.length === 0) return { kind: 'skipped' }
  const v = at.map((x, i) => alike(x, i))
  const [results, forward] = jvp(f, at, v)
  if (results.length === 0) return { kind: 'skipped' }
  const u = results.map((y, i) => alike(y, 10 + i))
  const backward = vjp(f, ...at)[1](u)
  const [left, right] = [terms(u, forward), terms(backward, v)]
  const scale = size(left) + size(right)
  if (!Number.isFinite(scale)) return { kind: 'holds', ...noCounts, comparisons: 1, nonFinite: 1 }
  const error = Math.abs(total(left) - total(right)) / (1e-3 + scale)
  return error < 1e-6
    ? { kind: 'holds', comparisons: 1, nonFinite: 0, illConditioned: error > 1e-9 ? 1 : 0 }
    : { kind: 'fails', fault: 'not adjoint', message: show({ left: total(left), right: total(right) }) }
})

/** Of no arguments at all, `vmap f` gives nothing of the type that each result has. */
const mapsNone = (f: (...args: readonly Tensor[]) => readonly Tensor[], args: readonly Tensor[]): void => {
  const none = vmap((...given: readonly Tensor[]) => f(...given))(
    ...args.map(({ shape, dtype }) => zeros([0, ...shape], { dtype })),
  )
  const found = none.map(({ shape, dtype }) => [dtype, ...shape])
  const expected = f(...args).map(({ shape, dtype }) => [dtype, 0, ...shape])
  if (show(found) !== show(expected))
    throw new Error(`vmap of nothing gives ${show(found)} in the place of ${show(expected)}`)
}

/** `vmap f` on stacked arguments is f on each. */
export const vmapLaw: SourceLaw = guarded((source) => {
  const first = sourceInputs(source)
  const second = first.map((x) =>
    isFloat(x)
      ? tensor(toTypedArray(x).map((value) => value / 2) as Float64Array, { shape: x.shape, dtype: x.dtype })
      : x,
  )
  const f = runSource(source)
  mapsNone(f, first)
  const batched = vmap((...args: readonly Tensor[]) => f(...args))(
    ...first.map((x, i) => stack([x, second[i] as Tensor])),
  )
  return [first, second].reduce<Outcome>(
    (sofar, args, i) => {
      if (sofar.kind !== 'holds') return sofar
      const rows = batched.map((y) => elementsOf(squeeze(slice(y, [i], [i + 1]), { axis: 0 })))
      const outcome = judged(referenceOf(f, args).judge(rows))
      return outcome.kind === 'holds'
        ? {
            kind: 'holds',
            comparisons: sofar.comparisons + outcome.comparisons,
            nonFinite: sofar.nonFinite + outcome.nonFinite,
            illConditioned: sofar.illConditioned + outcome.illConditioned,
          }
        : outcome
    },
    { kind: 'holds', ...noCounts },
  )
})

const throughText = (program: Program) => decodeProgram(JSON.parse(JSON.stringify(encodeProgram(program))))

/** As text and back a program is the same, and gives what the function gives. */
export const codecLaw: SourceLaw = guarded((source) => {
  const inputs = sourceInputs(source)
  const f = runSource(source)
  const { program } = stage(f)(...inputs)
  const again = throughText(program)
  if (E.isLeft(again)) return { kind: 'fails', fault: 'not decoded', message: show(again.left) }
  const empty = program.constants.some(({ size: elements }) => elements === 0)
  // How no elements lie in memory is not kept.
  if (!empty && printProgram(again.right) !== printProgram(program))
    return { kind: 'fails', fault: 'another program', message: printProgram(again.right) }
  return judged(referenceOf(f, inputs).judge(programFunction(again.right)(...inputs).map(elementsOf)))
})

/** The slope along a direction is that of differences. */
export const slopeLaw: SourceLaw = guarded((source) => {
  // Of a function with a value held constant the differences are another thing.
  if (functionsOf(source).includes('stopGradient')) return { kind: 'skipped' }
  const { f, at: given } = floatPart(inFloat64(source))
  // Off the numbers at which kinks meet: where two cancel, as in max(x, clip(x)), shared ties are no derivative.
  const at = given.map((x, i) => add(x, mul(alike(x, 20 + i), 0.0137)))
  const finite = at.every((x) => toTypedArray(x).every(Number.isFinite))
  if (at.length === 0 || !finite) return { kind: 'skipped' }
  const loss = (xs: readonly Tensor[]): Tensor => weighed(f)(...xs)
  const v = at.map((x, i) => alike(x, 3 + i))
  const slope = total(terms(leavesOf(grad(loss)(at)), v))
  // At the singular points of norms and deviations there is no slope, and AD says so.
  if (!Number.isFinite(slope)) return { kind: 'skipped' }
  const along = (t: number): number =>
    toTypedArray(
      loss(
        at.map((x, i) => {
          const direction = toTypedArray(v[i] as Tensor)
          return tensor(
            Float64Array.from(toTypedArray(x), (value, j) => value + t * (direction[j] as number)),
            {
              shape: x.shape,
              dtype: x.dtype,
            },
          )
        }),
      ),
    )[0] as number
  const verdict = checkSlope(along, slope, {
    tolerance: 1e-6,
    step: Math.cbrt(Number.EPSILON),
    size: 1,
    noise: noiseOf(along, 1),
  })
  return verdict.kind === 'agrees'
    ? { kind: 'holds', ...noCounts, comparisons: 1 }
    : verdict.kind === 'disagrees'
      ? { kind: 'fails', fault: 'another slope', message: show({ ad: slope, numeric: verdict.numeric }) }
      : { kind: 'skipped' }
})

export const sourceLaws: Readonly<Record<string, SourceLaw>> = {
  'compiled, the same values': compiledLaw('values'),
  'compiled, the same gradients': compiledLaw('gradients'),
  'reverse mode is the transpose of forward mode': adjointLaw,
  'vmap is one run for each': vmapLaw,
  'a program as text and back': codecLaw,
  'slopes are those of differences': slopeLaw,
}
