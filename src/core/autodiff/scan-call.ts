import { max } from '../primitive/elementwise.ts'
import { concat } from '../primitive/movement.ts'
import type { Typed } from '../primitive/primitive.ts'
import { outputTypes, type Program, type StructuralParameters } from '../primitive/program.ts'
import { addCotangents } from './add-cotangents.ts'
import { apply, operations, supportOf } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { applyCall, type Call } from './call.ts'
import {
  chosen,
  differentiable,
  jvpProgram,
  spreadTo,
  vjpProgram,
  withZeros,
  type EvaluateProgram,
  type Pullback,
} from './program-derivative.ts'
import { addressable } from '../tensor/shape.ts'
import { eliminateDeadCode } from './dead-code.ts'
import { recordStructural, stageFlat } from './stage.ts'
import { withSupport } from './tangent-operations.ts'
import type { AnyValue } from './value.ts'

type ScanParameters = StructuralParameters['scan']

/** The outputs of a scan: carried values as they are, stacked ones with the length in front. */
export const scanTypes = ({ body, carried, length }: ScanParameters): readonly Typed[] =>
  outputTypes(body).map(({ shape, dtype }, i) => ({
    shape: i < carried ? shape : addressable([length, ...shape], 'scan'),
    dtype,
  }))

/** The three groups of the inputs. */
const grouped = <T>(
  { fixed, carried }: ScanParameters,
  items: readonly T[],
): readonly [readonly T[], readonly T[], readonly T[]] => [
  items.slice(0, fixed),
  items.slice(fixed, fixed + carried),
  items.slice(fixed + carried),
]

/** Element i along axis 0. */
const elementAt = (x: AnyValue, i: number): AnyValue => {
  const rest = x.shape.slice(1)
  const region = { start: [i, ...rest.map(() => 0)], step: x.shape.map(() => 1), shape: [1, ...rest] }
  return operations.reshape(operations.slice(x, region), rest)
}

const stacked = (elements: readonly AnyValue[], { shape, dtype }: Typed): AnyValue =>
  elements.length === 0
    ? operations.constant(0, { shape, dtype })
    : apply(
        concat,
        elements.map((x) => operations.reshape(x, [1, ...x.shape])),
        { axis: 0 },
      )

/** The first two axes exchanged. */
const swapped = (x: AnyValue): AnyValue => operations.transpose(x, [1, 0, ...[...x.shape.keys()].slice(2)])

/** Runs the body once for each element. */
const evaluateScan = (
  evaluate: EvaluateProgram,
  params: ScanParameters,
  inputs: readonly AnyValue[],
): readonly AnyValue[] => {
  const { body, carried, length, reverse } = params
  const stackTypes = scanTypes(params).slice(carried)
  const [fixed, initial, sequences] = grouped(params, inputs)
  const stacks: AnyValue[][] = stackTypes.map(() => [])
  let state = initial
  for (let step = 0; step < length; step++) {
    const i = reverse ? length - 1 - step : step
    const results = evaluate(body, [...fixed, ...state, ...sequences.map((x) => elementAt(x, i))])
    state = results.slice(0, carried)
    results.slice(carried).forEach((y, j) => stacks[j]?.push(y))
  }
  return [...state, ...stacks.map((stack, j) => stacked(reverse ? stack.reverse() : stack, stackTypes[j]!))]
}

/** A scan whose derivative is asked for: its inputs, and which of them have one. */
interface LinearScan {
  readonly evaluate: EvaluateProgram
  readonly params: ScanParameters
  readonly outputs: readonly Typed[]
  readonly fixed: readonly AnyValue[]
  readonly initial: readonly AnyValue[]
  readonly sequences: readonly AnyValue[]
  readonly marks: {
    readonly fixed: readonly boolean[]
    readonly carried: readonly boolean[]
    readonly sequences: readonly boolean[]
  }
}

const linearScan = (
  evaluate: EvaluateProgram,
  params: ScanParameters,
  primals: readonly AnyValue[],
): LinearScan => {
  const [fixed, initial, sequences] = grouped(params, primals)
  return {
    evaluate,
    params,
    outputs: scanTypes(params),
    fixed,
    initial,
    sequences,
    marks: {
      fixed: differentiable(fixed),
      carried: differentiable(initial),
      sequences: differentiable(sequences),
    },
  }
}

/**
 * The body together with its derivative, over [fixed, dFixed, carried, dCarried, element, dElement]: values first, then
 * tangents, in each of the three groups. Its outputs are [carried, dCarried, stacked, dStacked].
 */
const tangentBody = ({
  evaluate,
  params,
  outputs,
  fixed,
  initial,
  sequences,
  marks,
}: LinearScan): Program => {
  const { body, carried } = params
  const derivative = jvpProgram(evaluate, body, differentiable(body.inputs))
  const [f, s] = [fixed.length, sequences.length]
  const df = chosen(fixed, marks.fixed).length
  const dc = chosen(initial, marks.carried).length
  const [fixedTypes, carriedTypes, elementTypes] = grouped(params, body.inputs)
  return stageFlat(
    (inputs) => {
      const at = (start: number, count: number) => inputs.slice(start, start + count)
      const elements = f + df + carried + dc
      const results = evaluate(derivative, [
        ...at(0, f),
        ...at(f + df, carried),
        ...at(elements, s),
        ...at(f, df),
        ...at(f + df + carried, dc),
        ...inputs.slice(elements + s),
      ])
      const values = results.slice(0, outputs.length)
      const tangents = results.slice(outputs.length)
      return [
        ...values.slice(0, carried),
        ...tangents.slice(0, dc),
        ...values.slice(carried),
        ...tangents.slice(dc),
      ]
    },
    [
      ...fixedTypes,
      ...chosen(fixedTypes, marks.fixed),
      ...carriedTypes,
      ...chosen(carriedTypes, marks.carried),
      ...elementTypes,
      ...chosen(elementTypes, marks.sequences),
    ],
  ).program
}

/** Tangents of the outputs: one scan that carries values and tangents side by side. */
const applyScan = (
  scan: LinearScan,
  tangents: readonly (AnyValue | undefined)[],
): readonly (AnyValue | undefined)[] => {
  const { evaluate, params, outputs, fixed, initial, sequences, marks } = scan
  const { carried } = params
  const primals = [...fixed, ...initial, ...sequences]
  const [dFixed, dInitial, dSequences] = grouped(params, withZeros(tangents, primals))
  const dc = chosen(initial, marks.carried).length
  const results = applyCall(
    scanCall(evaluate, {
      ...params,
      body: tangentBody(scan),
      fixed: fixed.length + chosen(fixed, marks.fixed).length,
      carried: carried + dc,
    }),
    [
      ...fixed,
      ...chosen(dFixed, marks.fixed),
      ...initial,
      ...chosen(dInitial, marks.carried),
      ...sequences,
      ...chosen(dSequences, marks.sequences),
    ],
  )
  const stackedOutputs = outputs.length - carried
  return spreadTo(
    [...results.slice(carried, carried + dc), ...results.slice(carried + dc + stackedOutputs)],
    differentiable(outputs),
  )
}

/** What a transposed scan is sent, and the pullback of the body that it runs. */
interface Backward {
  readonly ctCarried: readonly AnyValue[]
  readonly ctStacked: readonly AnyValue[]
  /** Of the stacked outputs that have a derivative: which were sent anything. */
  readonly asked: readonly boolean[]
  readonly supports: readonly (AnyValue | undefined)[]
  readonly pullback: Pullback
  /** Which cotangents of fixed inputs, and of elements, come with their support. */
  readonly limitedFixed: readonly boolean[]
  readonly limitedElements: readonly boolean[]
}

const backwardOf = (
  { evaluate, params, outputs, fixed, marks }: LinearScan,
  cotangents: readonly (AnyValue | undefined)[],
): Backward => {
  const { body, carried } = params
  const ctCarried = chosen(withZeros(cotangents, outputs).slice(0, carried), marks.carried)
  const moving = chosen(cotangents.slice(carried), differentiable(outputs).slice(carried))
  const ctStacked = moving.filter((cotangent) => cotangent !== undefined)
  const supports = ctStacked.map(supportOf)
  const asked = moving.map((cotangent) => cotangent !== undefined)
  // What a loop carries counts as moving everywhere: only the last step knows better.
  const pullback = vjpProgram(
    evaluate,
    body,
    differentiable(body.inputs),
    [...ctCarried.map(() => true), ...asked],
    [...ctCarried.map(() => false), ...supports.map((support) => support !== undefined)],
  )
  const a = chosen(fixed, marks.fixed).length
  return {
    ctCarried,
    ctStacked,
    asked,
    supports,
    pullback,
    limitedFixed: pullback.limited.slice(0, a),
    limitedElements: pullback.limited.slice(a + ctCarried.length),
  }
}

const asSupports = (types: readonly Typed[]): readonly Typed[] =>
  types.map(({ shape }) => ({ shape, dtype: 'bool' }))

/** The types of what `backwardBody` takes, in its order. */
const backwardTypes = (
  { params, outputs, marks }: LinearScan,
  { asked, supports, limitedFixed }: Backward,
): readonly Typed[] => {
  const { body, carried } = params
  const [fixedTypes, carriedTypes, elementTypes] = grouped(params, body.inputs)
  const accumulated = chosen(fixedTypes, marks.fixed)
  const stackedTypes = chosen(
    chosen(outputTypes(body).slice(carried), differentiable(outputs).slice(carried)),
    asked,
  )
  const limited = supports.map((support) => support !== undefined)
  return [
    ...fixedTypes,
    ...chosen(carriedTypes, marks.carried),
    ...accumulated,
    ...asSupports(chosen(accumulated, limitedFixed)),
    ...carriedTypes,
    ...elementTypes,
    ...stackedTypes,
    ...asSupports(chosen(stackedTypes, limited)),
  ]
}

/**
 * One step of the transposed scan. It carries cotangents of the carried values, sums of those of fixed inputs and where
 * these can be other than zero; it takes the carried values on entry to the step, the elements and cotangents of what was
 * stacked; it stacks cotangents of the elements, and their supports.
 */
const backwardBody = (scan: LinearScan, backward: Backward): Program => {
  const { evaluate, params, fixed, sequences, marks } = scan
  const { ctCarried, pullback, limitedFixed, limitedElements } = backward
  const [f, c, a] = [fixed.length, ctCarried.length, chosen(fixed, marks.fixed).length]
  const start = f + c + a + limitedFixed.filter(Boolean).length
  const ends = start + params.carried + sequences.length
  const n = pullback.limited.length
  return eliminateDeadCode(
    stageFlat(
      (inputs) => {
        const sent = evaluate(pullback.program, [
          ...inputs.slice(0, f),
          ...inputs.slice(start, ends),
          ...inputs.slice(f, f + c),
          ...inputs.slice(ends),
        ])
        const reached = sent.slice(n)
        const sums = inputs.slice(f + c, f + c + a)
        return [
          ...sent.slice(a, a + c),
          ...sums.map((sum, i) => addCotangents(operations, sum, sent[i]!) as AnyValue),
          ...chosen(reached.slice(0, a), limitedFixed).map((support, i) =>
            apply(max, [inputs[f + c + a + i]!, support], {}),
          ),
          ...sent.slice(a + c, n),
          ...chosen(reached.slice(a + c), limitedElements),
        ]
      },
      backwardTypes(scan, backward),
    ).program,
  )
}

/** Cotangents with the supports that some of them come with. */
const supported = (
  list: readonly AnyValue[],
  limited: readonly boolean[],
  reached: readonly AnyValue[],
): readonly AnyValue[] => {
  const known = spreadTo(reached, limited)
  return list.map((cotangent, i) => withSupport(cotangent, known[i]))
}

/** Cotangents of the inputs: one scan the other way, from the carried values that were `saved` on entry to each step. */
const transposeScan = (
  scan: LinearScan,
  saved: readonly AnyValue[],
  cotangents: readonly (AnyValue | undefined)[],
): readonly (AnyValue | undefined)[] => {
  const { evaluate, params, fixed, sequences, marks } = scan
  const backward = backwardOf(scan, cotangents)
  const { ctCarried, ctStacked, supports, limitedFixed, limitedElements } = backward
  const accumulated = chosen(fixed, marks.fixed)
  const found = asSupports(chosen(accumulated, limitedFixed))
  const zero = (type: Typed): AnyValue => operations.constant(0, type)
  const [c, a] = [ctCarried.length, accumulated.length]
  const start = c + a + found.length
  const sent = applyCall(
    scanCall(evaluate, {
      body: backwardBody(scan, backward),
      fixed: fixed.length,
      carried: start,
      length: params.length,
      reverse: !params.reverse,
    }),
    [
      ...fixed,
      ...ctCarried,
      ...accumulated.map(zero),
      ...found.map(zero),
      ...saved,
      ...sequences,
      ...ctStacked,
      ...supports.filter((support) => support !== undefined),
    ],
  )
  const s = limitedElements.length
  const ctFixed = supported(sent.slice(c, c + a), limitedFixed, sent.slice(c + a, start))
  const ctElements = supported(sent.slice(start, start + s), limitedElements, sent.slice(start + s))
  return [
    ...spreadTo(ctFixed, marks.fixed),
    ...spreadTo(sent.slice(0, c), marks.carried),
    ...spreadTo(ctElements, marks.sequences),
  ]
}

/** A scan over the leading axis of a batch: the body takes whole batches, every carried value is one. */
const batchScan = (
  evaluate: EvaluateProgram,
  params: ScanParameters,
  inputs: readonly AnyValue[],
  batched: readonly boolean[],
  size: number,
): readonly AnyValue[] => {
  const { body, carried } = params
  const [fixed, initial, sequences] = grouped(params, inputs)
  const [batchedFixed, batchedCarried, batchedSequences] = grouped(params, batched)
  const values = [
    ...fixed,
    ...initial.map((x, i) =>
      batchedCarried[i] === true ? x : operations.broadcastTo(x, [size, ...x.shape]),
    ),
    ...sequences.map((x, i) => (batchedSequences[i] === true ? swapped(x) : x)),
  ]
  const flags = [...batchedFixed, ...batchedCarried.map(() => true), ...batchedSequences]
  const mapped = stageFlat(
    (elements) => vmapFlat((one) => evaluate(body, one), elements, flags, size),
    body.inputs.map(({ shape, dtype }, i) => ({
      shape: flags[i] === true ? [size, ...shape] : shape,
      dtype,
    })),
  ).program
  return applyCall(scanCall(evaluate, { ...params, body: mapped }), values).map((value, i) =>
    i < carried ? value : swapped(value),
  )
}

/** A body applied along sequences, carrying values from one element to the next. */
export const scanCall = (evaluate: EvaluateProgram, params: ScanParameters): Call => {
  const { body } = params
  const outputs = scanTypes(params)
  return {
    name: 'scan',
    evaluate: (inputs) => evaluateScan(evaluate, params, inputs),
    linearize: (primals) => {
      const scan = linearScan(evaluate, params, primals)
      // The carried values on entry to each step are stacked as well: the transposed scan starts from them.
      const saving = stageFlat((inputs) => {
        const [, state] = grouped(params, inputs)
        return [...evaluate(body, inputs), ...state]
      }, body.inputs).program
      const results = applyCall(scanCall(evaluate, { ...params, body: saving }), primals)
      const saved = results.slice(outputs.length)
      return {
        outputs: results.slice(0, outputs.length),
        map: {
          outputs,
          apply: (tangents) => applyScan(scan, tangents),
          transpose: (cotangents) => transposeScan(scan, saved, cotangents),
        },
      }
    },
    batch: (inputs, batched, size) => batchScan(evaluate, params, inputs, batched, size),
    record: (trace, inputs) => recordStructural(trace, 'scan', inputs, params, outputs),
  }
}
