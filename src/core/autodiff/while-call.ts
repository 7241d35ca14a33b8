import type { Typed } from '../primitive/primitive.ts'
import { outputTypes, type Program, type StructuralParameters } from '../primitive/program.ts'
import { copyElements } from '../tensor/concrete.ts'
import { UnknownValueError } from '../tensor/errors.ts'
import { operations } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { applyCall, type Call } from './call.ts'
import { chooseEach } from './choose-each.ts'
import { condCall } from './cond-call.ts'
import { linearizeFlat, transposeLinear } from './linearize.ts'
import {
  chosen,
  differentiable,
  jvpProgram,
  spreadTo,
  withZeros,
  type EvaluateProgram,
} from './program-derivative.ts'
import { concreteOf } from './read.ts'
import { scanCall } from './scan-call.ts'
import { recordStructural, stageFlat } from './stage.ts'
import type { AnyValue } from './value.ts'

type WhileParameters = StructuralParameters['while']

/** Loops of up to this many steps keep the carried values of every step for their transposition. */
const mostKept = 64

const holds = (evaluate: EvaluateProgram, condition: Program, inputs: readonly AnyValue[]): boolean => {
  const { data, offset } = concreteOf(evaluate(condition, inputs)[0]!, 'whileLoop').view
  return data[offset] !== 0
}

const evaluateWhile = (
  evaluate: EvaluateProgram,
  { condition, body, fixed, atMost }: WhileParameters,
  inputs: readonly AnyValue[],
): readonly AnyValue[] => {
  const given = inputs.slice(0, fixed)
  let state: readonly AnyValue[] = inputs.slice(fixed)
  for (
    let step = 0;
    (atMost === null || step < atMost) && holds(evaluate, condition, [...given, ...state]);
    step++
  )
    state = evaluate(body, [...given, ...state])
  return state
}

/** Tangents of the carried values: one loop that carries values and tangents side by side. */
const applyWhile = (
  evaluate: EvaluateProgram,
  params: WhileParameters,
  primals: readonly AnyValue[],
  tangents: readonly (AnyValue | undefined)[],
): readonly (AnyValue | undefined)[] => {
  const { condition, body, fixed } = params
  const marks = differentiable(primals)
  const moving = chosen(withZeros(tangents, primals), marks)
  const df = chosen(primals.slice(0, fixed), marks).length
  const [n, c] = [primals.length, primals.length - fixed]
  const derivative = jvpProgram(evaluate, body, marks)
  // Over [fixed, dFixed, carried, dCarried].
  const apart = (inputs: readonly AnyValue[]) => ({
    values: [...inputs.slice(0, fixed), ...inputs.slice(fixed + df, n + df)],
    tangents: [...inputs.slice(fixed, fixed + df), ...inputs.slice(n + df)],
  })
  const both = <T>(values: readonly T[], moved: readonly T[]): readonly T[] => [
    ...values.slice(0, fixed),
    ...moved.slice(0, df),
    ...values.slice(fixed),
    ...moved.slice(df),
  ]
  const types = both<Typed>(body.inputs, chosen(body.inputs, marks))
  const moved = applyCall(
    whileCall(evaluate, {
      ...params,
      fixed: fixed + df,
      condition: stageFlat((inputs) => evaluate(condition, apart(inputs).values), types).program,
      body: stageFlat((inputs) => {
        const { values, tangents: directions } = apart(inputs)
        return evaluate(derivative, [...values, ...directions])
      }, types).program,
    }),
    both<AnyValue>(primals, moving),
  )
  return spreadTo(moved.slice(c), differentiable(outputTypes(body)))
}

/** The loop with the number of its steps as one more carried value, which comes last. */
const counted = (evaluate: EvaluateProgram, params: WhileParameters): WhileParameters => {
  const { condition, body } = params
  const count: Typed = { shape: [], dtype: 'int32' }
  const types = [...body.inputs, count]
  return {
    ...params,
    condition: stageFlat((inputs) => evaluate(condition, inputs.slice(0, -1)), types).program,
    body: stageFlat(
      (inputs) => [
        ...evaluate(body, inputs.slice(0, -1)),
        operations.add(inputs[inputs.length - 1]!, operations.constant(1, count)),
      ],
      types,
    ).program,
  }
}

/** Whether the elements of a value are there, if for a whole batch at once. */
const isThere = (value: AnyValue): boolean =>
  value.kind === 'concrete' ||
  (value.kind === 'dual' && isThere(value.primal)) ||
  (value.kind === 'batched' && isThere(value.value))

/** How many steps a loop has taken: the most of any element, and whether elements differ. */
const stepsIn = (count: AnyValue, differ = false): { readonly steps: number; readonly differ: boolean } =>
  count.kind === 'dual'
    ? stepsIn(count.primal, differ)
    : count.kind === 'batched'
      ? stepsIn(count.value, true)
      : { steps: Math.max(0, ...copyElements(concreteOf(count, 'whileLoop'))), differ }

/** The steps of a loop that may end earlier: each is taken if the condition holds. */
const stepWhere = (evaluate: EvaluateProgram, { condition, body, fixed }: WhileParameters): Program => {
  const unchanged: Program = {
    inputs: body.inputs,
    constants: [],
    equations: [],
    outputs: [...body.inputs.keys()].slice(fixed),
  }
  return stageFlat(
    (inputs) =>
      applyCall(condCall(evaluate, { onTrue: body, onFalse: unchanged }), [
        evaluate(condition, inputs)[0]!,
        ...inputs,
      ]),
    body.inputs,
  ).program
}

/**
 * A body applied so often. The transposition of many steps keeps the carried values of about √n of them and computes
 * the others again, a block at a time.
 */
const repeated = (
  evaluate: EvaluateProgram,
  body: Program,
  fixed: number,
  steps: number,
  inputs: readonly AnyValue[],
): readonly AnyValue[] => {
  const carried = body.inputs.length - fixed
  const times = (program: Program, length: number, state: readonly AnyValue[]): readonly AnyValue[] =>
    applyCall(scanCall(evaluate, { body: program, fixed, carried, length, reverse: false }), [
      ...inputs.slice(0, fixed),
      ...state,
    ])
  const start = inputs.slice(fixed)
  if (steps <= mostKept) return times(body, steps, start)
  const size = Math.ceil(Math.sqrt(steps))
  const blocks = Math.floor(steps / size)
  const block = stageFlat(
    (values) => applyCall(scanCall(evaluate, { body, fixed, carried, length: size, reverse: false }), values),
    body.inputs,
  ).program
  const rest = steps - blocks * size
  const last = times(block, blocks, start)
  return rest === 0 ? last : times(body, rest, last)
}

/** How often a loop runs at most where its derivative is taken in reverse. */
interface Bound {
  readonly steps: number
  /** Whether it may end before. */
  readonly open: boolean
}

const boundOf = ({ atMost }: WhileParameters, count: AnyValue | undefined): Bound => {
  if (count !== undefined) {
    const { steps, differ } = stepsIn(count)
    return { steps, open: differ }
  }
  if (atMost === null)
    throw new UnknownValueError(
      'whileLoop: a derivative in reverse mode needs to know how many steps there are, and while a function is ' +
        'staged (by jit, scan or cond) nothing says it; give a bound as { atMost: … }, or use forward mode (jvp)',
    )
  return { steps: atMost, open: true }
}

/** Which outputs depend on any of the marked inputs. */
const reached = (program: Program, marks: readonly boolean[]): readonly boolean[] => {
  const flags = [...marks, ...program.constants.map(() => false)]
  for (const { inputs, outputs } of program.equations) {
    const isReached = inputs.some((variable) => flags[variable] === true)
    flags.push(...outputs.map(() => isReached))
  }
  return program.outputs.map((variable) => flags[variable] === true)
}

interface BatchFlags {
  readonly carried: readonly boolean[]
  /** Whether the condition is one for each element. */
  readonly differ: boolean
}

/** Which carried values come to differ along the batch; where the condition does, all of them. */
const batchFlags = (
  { condition, body, fixed }: WhileParameters,
  given: readonly boolean[],
  carried: readonly boolean[],
): BatchFlags => {
  const all = [...given.slice(0, fixed), ...carried]
  if (reached(condition, all)[0] === true) return { carried: carried.map(() => true), differ: true }
  const next = reached(body, all).map((is, i) => is || carried[i] === true)
  return next.every((is, i) => is === carried[i])
    ? { carried, differ: false }
    : batchFlags({ condition, body, fixed, atMost: null }, given, next)
}

const withBatch = (types: readonly Typed[], flags: readonly boolean[], size: number): readonly Typed[] =>
  types.map(({ shape, dtype }, i) => ({ shape: flags[i] === true ? [size, ...shape] : shape, dtype }))

/**
 * A loop over the leading axis of a batch. Where elements end at different steps it goes on for the last of them; the
 * others, whose condition does not hold, stay as they are.
 */
const batchWhile = (
  evaluate: EvaluateProgram,
  params: WhileParameters,
  inputs: readonly AnyValue[],
  batched: readonly boolean[],
  size: number,
): readonly AnyValue[] => {
  const { condition, body, fixed } = params
  const { carried, differ } = batchFlags(params, batched, batched.slice(fixed))
  const flags = [...batched.slice(0, fixed), ...carried]
  const values = inputs.map((x, i) =>
    flags[i] === true && batched[i] !== true ? operations.broadcastTo(x, [size, ...x.shape]) : x,
  )
  const test = (list: readonly AnyValue[], each: boolean): AnyValue =>
    vmapFlat((one) => evaluate(condition, one), list, flags, size, [each])[0]!
  const turn = (list: readonly AnyValue[]): readonly AnyValue[] =>
    vmapFlat((one) => evaluate(body, one), list, flags, size, carried)
  const types = withBatch(body.inputs, flags, size)
  const loop = (going: Program, next: Program, list: readonly AnyValue[]): readonly AnyValue[] =>
    applyCall(whileCall(evaluate, { ...params, condition: going, body: next }), list)
  const ended = (results: readonly AnyValue[]): readonly AnyValue[] =>
    results.map((value, i) =>
      carried[i] === true ? value : operations.broadcastTo(value, [size, ...value.shape]),
    )
  if (!differ)
    return ended(
      loop(stageFlat((list) => [test(list, false)], types).program, stageFlat(turn, types).program, values),
    )
  // Which elements go on is carried along, last.
  const withGoing = [...types, { shape: [size], dtype: 'bool' } as const]
  const anyGoing = stageFlat((list) => {
    const going = operations.cast(list[list.length - 1]!, 'int32')
    return [
      operations.less(operations.constant(0, { shape: [], dtype: 'int32' }), operations.sum(going, [0])),
    ]
  }, withGoing).program
  const next = stageFlat((list) => {
    const [state, going] = [list.slice(0, -1), list[list.length - 1]!]
    const moved = turn(state).map((value, i) => chooseEach(going, value, state[fixed + i]!))
    return [...moved, test([...state.slice(0, fixed), ...moved], true)]
  }, withGoing).program
  return loop(anyGoing, next, [...values, test(values, true)]).slice(0, -1)
}

/** A body applied as long as a condition holds: inputs `[…fixed, …carried]`. */
export const whileCall = (evaluate: EvaluateProgram, params: WhileParameters): Call => {
  const { body, fixed } = params
  const outputs = outputTypes(body)
  return {
    name: 'whileLoop',
    evaluate: (inputs) => evaluateWhile(evaluate, params, inputs),
    linearize: (primals) => {
      // Where the steps can be counted now, no bound is needed later.
      const results = primals.every(isThere)
        ? applyCall(whileCall(evaluate, counted(evaluate, params)), [
            ...primals,
            operations.constant(0, { shape: [], dtype: 'int32' }),
          ])
        : applyCall(whileCall(evaluate, params), primals)
      const count = results[outputs.length]
      return {
        outputs: results.slice(0, outputs.length),
        map: {
          outputs,
          apply: (tangents) => applyWhile(evaluate, params, primals, tangents),
          transpose: (cotangents) => {
            const { steps, open } = boundOf(params, count)
            const step = open ? stepWhere(evaluate, params) : body
            const { map } = linearizeFlat((inputs) => repeated(evaluate, step, fixed, steps, inputs), primals)
            return transposeLinear(map, cotangents)
          },
        },
      }
    },
    batch: (inputs, batched, size) => batchWhile(evaluate, params, inputs, batched, size),
    record: (trace, inputs) => recordStructural(trace, 'while', inputs, params, outputs),
  }
}
