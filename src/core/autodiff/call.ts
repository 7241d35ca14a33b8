import { ArgumentError } from '../tensor/errors.ts'
import { outputTypes, type Program } from '../primitive/program.ts'
import { operations } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { eliminateDeadCode, usedInputs, withInputs } from './dead-code.ts'
import { requireActive } from './level.ts'
import { symbolicNode } from './linear.ts'
import { jvpFlat, linearizeFlat, moving, transposeLinear } from './linearize.ts'
import { recordStructural, stageFlat, type StagedFunction } from './stage.ts'
import {
  Batched,
  levelOf,
  type AnyValue,
  type FlatFunction,
  type LinearCall,
  type StagingTrace,
  type Symbolic,
  type Tangents,
} from './value.ts'

/**
 * A function applied as one unit: transformations see it whole and act on it by its own rule instead of
 * looking inside.
 */
export interface Call {
  readonly name: string
  readonly evaluate: FlatFunction
  /** The outputs, and the derivative at these primals as a linear map on tangents. */
  readonly linearize: (primals: readonly AnyValue[]) => {
    readonly outputs: readonly AnyValue[]
    readonly map: LinearCall
  }
  /** The same function over a batch, marked inputs and all outputs having the batch as axis 0. */
  readonly batch: (
    inputs: readonly AnyValue[],
    batched: readonly boolean[],
    size: number,
  ) => readonly AnyValue[]
  /** Writes the call down in a program, whole. */
  readonly record: (trace: StagingTrace, inputs: readonly AnyValue[]) => readonly AnyValue[]
}

/** Applies a call to values of any kind, the innermost transformation first. */
export const applyCall = (call: Call, inputs: readonly AnyValue[]): readonly AnyValue[] => {
  const level = inputs.reduce((most, x) => Math.max(most, levelOf(x)), 0)
  if (level === 0) return call.evaluate(inputs)
  const top = inputs.find((x) => levelOf(x) === level)!
  if (top.kind === 'symbolic' || top.kind === 'concrete')
    throw new ArgumentError(`${call.name}: a derivative rule cannot apply it to a tangent`)
  if (top.kind === 'staged') {
    requireActive(level, 'jit')
    return call.record(top.trace, inputs)
  }
  requireActive(level, top.kind === 'dual' ? 'a derivative' : 'vmap')
  if (top.kind === 'batched') {
    const flags = inputs.map((x) => x.kind === 'batched' && x.level === level)
    const values = inputs.map((x) => (x.kind === 'batched' && x.level === level ? x.value : x))
    const { batchSize } = top
    return call.batch(values, flags, batchSize).map((value) => new Batched(level, value, batchSize))
  }
  const primals = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.primal : x))
  const tangents = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.tangent : undefined))
  const { outputs, map } = call.linearize(primals)
  if (outputs.some((output) => levelOf(output) >= level))
    throw new ArgumentError(
      `${call.name}: the function uses a value being differentiated that is not among its arguments; pass it as one`,
    )
  const symbolic = tangents.find((t): t is Symbolic => t?.kind === 'symbolic')
  if (symbolic === undefined) {
    const moved = map.apply(tangents)
    return outputs.map((output, i) => moving(level, output, moved[i]))
  }
  const { trace } = symbolic
  const node = symbolicNode(
    trace,
    { shape: [], dtype: 'bool' },
    {
      op: 'call',
      inputs: tangents as readonly (Symbolic | undefined)[],
      call: map,
    },
  )
  return outputs.map((output, position) =>
    moving(level, output, symbolicNode(trace, output, { op: 'output', of: node, position })),
  )
}

const zerosLike = (x: AnyValue): AnyValue => operations.constant(0, x)

/**
 * Recomputes the function when its derivative is asked for, instead of keeping its intermediate values.
 */
export const checkpointCall = (f: FlatFunction): Call => ({
  name: 'checkpoint',
  evaluate: f,
  linearize: (primals) => {
    const outputs = applyCall(checkpointCall(f), primals)
    return {
      outputs,
      map: {
        outputs,
        apply: (tangents) => jvpFlat(f, primals, tangents).tangents,
        transpose: (cotangents) => transposeLinear(linearizeFlat(f, primals).map, cotangents),
      },
    }
  },
  batch: (values, batched, size) =>
    applyCall(
      checkpointCall((inputs) => vmapFlat(f, inputs, batched, size)),
      values,
    ),
  record: (trace, inputs) => {
    const { program: body, captured } = stageFlat(f, inputs)
    return recordStructural(trace, 'checkpoint', [...inputs, ...captured], { body }, outputTypes(body))
  },
})

/** A derivative given by the user: tangents from primals, tangents and results, linear in the tangents. */
export type FlatJvp = (
  primals: readonly AnyValue[],
  tangents: readonly AnyValue[],
  results: readonly AnyValue[],
) => readonly AnyValue[]

/** A derivative given by the user: outputs with a linear pullback of cotangents. */
export type FlatVjp = (primals: readonly AnyValue[]) => {
  readonly outputs: readonly AnyValue[]
  readonly pullback: (cotangents: readonly AnyValue[]) => readonly AnyValue[]
}

const materialize = (tangents: Tangents, like: readonly AnyValue[]): readonly AnyValue[] =>
  like.map((x, i) => tangents[i] ?? zerosLike(x))

/** A rule on `[…primals, …tangents, …results]`, of n primals. */
export const ruleOfAll = (rule: FlatJvp, n: number, all: readonly AnyValue[]): readonly AnyValue[] =>
  rule(all.slice(0, n), all.slice(n, 2 * n), all.slice(2 * n))

/** A function whose derivative is the user's rule in forward form. */
export const customJvpCall = (f: FlatFunction, rule: FlatJvp): Call => ({
  name: 'custom',
  evaluate: f,
  linearize: (primals) => {
    const outputs = applyCall(customJvpCall(f, rule), primals)
    return {
      outputs,
      map: {
        outputs,
        apply: (tangents) => rule(primals, materialize(tangents, primals), outputs),
        // The rule is linear in the tangents, so its own linearization, anywhere, is the map itself.
        transpose: (cotangents) =>
          transposeLinear(
            linearizeFlat((tangents) => rule(primals, tangents, outputs), primals.map(zerosLike)).map,
            cotangents,
          ),
      },
    }
  },
  batch: (values, batched, size) =>
    applyCall(
      customJvpCall(
        (inputs) => vmapFlat(f, inputs, batched, size),
        (primals, tangents, results) =>
          vmapFlat(
            (all) => ruleOfAll(rule, primals.length, all),
            [...primals, ...tangents, ...results],
            [...batched, ...batched, ...results.map(() => true)],
            size,
          ),
      ),
      values,
    ),
  record: (trace, inputs) => {
    const body = stageFlat(f, inputs)
    const derivative = stageFlat(
      (all) => ruleOfAll(rule, inputs.length, all),
      [...inputs, ...inputs, ...outputTypes(body.program)],
    )
    return recordCustom(trace, inputs, body, 'jvp', derivative)
  },
})

const requireClosed = ({ captured }: StagedFunction): void => {
  if (captured.length > 0)
    throw new ArgumentError(
      'custom: the function or its rule uses a traced value that is not among its arguments; pass it as one',
    )
}

/** A derivative in forward form that does not use the results does not take them. */
const withoutUnusedResults = (derivative: Program, primals: number, mode: 'jvp' | 'vjp'): Program => {
  const results = usedInputs(derivative).slice(2 * primals)
  return mode === 'vjp' || results.includes(true)
    ? derivative
    : withInputs(derivative, [...Array(2 * primals).keys()])
}

const recordCustom = (
  trace: StagingTrace,
  inputs: readonly AnyValue[],
  body: StagedFunction,
  mode: 'jvp' | 'vjp',
  derivative: StagedFunction,
): readonly AnyValue[] => {
  requireClosed(body)
  requireClosed(derivative)
  return recordStructural(
    trace,
    'custom',
    inputs,
    // What a rule computes of the result is not asked for here.
    {
      body: body.program,
      mode,
      derivative: withoutUnusedResults(eliminateDeadCode(derivative.program), inputs.length, mode),
    },
    outputTypes(body.program),
  )
}

/** A function whose derivative is the user's rule in reverse form. */
export const customVjpCall = (f: FlatFunction, rule: FlatVjp): Call => ({
  name: 'custom',
  evaluate: f,
  linearize: (primals) => {
    const { outputs, pullback } = rule(primals)
    return {
      outputs,
      map: {
        outputs,
        apply: (tangents) => {
          const { map } = linearizeFlat(pullback, outputs.map(zerosLike))
          return transposeLinear(map, tangents)
        },
        transpose: (cotangents) => pullback(materialize(cotangents, outputs)),
      },
    }
  },
  batch: (values, batched, size) =>
    applyCall(
      customVjpCall(
        (inputs) => vmapFlat(f, inputs, batched, size),
        (primals) => {
          const outputs = vmapFlat((inputs) => rule(inputs).outputs, primals, batched, size)
          return {
            outputs,
            pullback: (cotangents) => {
              const every = vmapFlat(
                (both) => rule(both.slice(0, primals.length)).pullback(both.slice(primals.length)),
                [...primals, ...cotangents],
                [...batched, ...cotangents.map(() => true)],
                size,
              )
              // An input shared by the whole batch receives the sum of what its uses send.
              return every.map((cotangent, i) =>
                batched[i] === true ? cotangent : operations.sum(cotangent, [0]),
              )
            },
          }
        },
      ),
      values,
    ),
  record: (trace, inputs) => {
    const n = inputs.length
    const body = stageFlat(f, inputs)
    const derivative = stageFlat(
      (both) => rule(both.slice(0, n)).pullback(both.slice(n)),
      [...inputs, ...outputTypes(body.program)],
    )
    return recordCustom(trace, inputs, body, 'vjp', derivative)
  },
})
