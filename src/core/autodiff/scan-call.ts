import { max } from '../primitive/elementwise.ts'
import { concat } from '../primitive/movement.ts'
import type { Typed } from '../primitive/primitive.ts'
import { outputTypes, type StructuralParameters } from '../primitive/program.ts'
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
  return operations.reshape(operations.slice(x, region), rest) as AnyValue
}

const stacked = (elements: readonly AnyValue[], { shape, dtype }: Typed): AnyValue =>
  elements.length === 0
    ? (operations.constant(0, { shape, dtype }) as AnyValue)
    : apply(
        concat,
        elements.map((x) => operations.reshape(x, [1, ...x.shape]) as AnyValue),
        { axis: 0 },
      )

/** The first two axes exchanged. */
const swapped = (x: AnyValue): AnyValue =>
  operations.transpose(x, [1, 0, ...[...x.shape.keys()].slice(2)]) as AnyValue

/** A body applied along sequences, carrying values from one element to the next. */
export const scanCall = (evaluate: EvaluateProgram, params: ScanParameters): Call => {
  const { body, carried, length, reverse } = params
  const outputs = scanTypes(params)
  return {
    name: 'scan',
    evaluate: (inputs) => {
      const [fixed, initial, sequences] = grouped(params, inputs)
      const stacks: AnyValue[][] = outputs.slice(carried).map(() => [])
      let state = initial
      for (let step = 0; step < length; step++) {
        const i = reverse ? length - 1 - step : step
        const results = evaluate(body, [...fixed, ...state, ...sequences.map((x) => elementAt(x, i))])
        state = results.slice(0, carried)
        results.slice(carried).forEach((y, j) => stacks[j]?.push(y))
      }
      return [
        ...state,
        ...stacks.map((stack, j) =>
          stacked(reverse ? stack.reverse() : stack, outputs[carried + j] as Typed),
        ),
      ]
    },
    linearize: (primals) => {
      const [fixed, initial, sequences] = grouped(params, primals)
      const [movingFixed, movingCarried, movingSequences] = [fixed, initial, sequences].map(differentiable)
      const marks = {
        fixed: movingFixed ?? [],
        carried: movingCarried ?? [],
        sequences: movingSequences ?? [],
      }
      const movingOutputs = differentiable(outputs)
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
          apply: (tangents) => {
            const [dFixed, dInitial, dSequences] = grouped(params, withZeros(tangents, primals))
            const derivative = jvpProgram(evaluate, body, differentiable(body.inputs))
            // Reordered to [fixed, dFixed, carried, dCarried, element, dElement].
            const moved = stageFlat(
              (inputs) => {
                const f = fixed.length
                const df = chosen(fixed, marks.fixed).length
                const dc = chosen(initial, marks.carried).length
                const at = (start: number, count: number) => inputs.slice(start, start + count)
                const s = f + df + carried + dc
                const results = evaluate(derivative, [
                  ...at(0, f),
                  ...at(f + df, carried),
                  ...at(s, sequences.length),
                  ...at(f, df),
                  ...at(f + df + carried, dc),
                  ...inputs.slice(s + sequences.length),
                ])
                const primalOutputs = results.slice(0, outputs.length)
                const tangentOutputs = results.slice(outputs.length)
                return [
                  ...primalOutputs.slice(0, carried),
                  ...tangentOutputs.slice(0, dc),
                  ...primalOutputs.slice(carried),
                  ...tangentOutputs.slice(dc),
                ]
              },
              [
                ...grouped(params, body.inputs)[0],
                ...chosen(grouped(params, body.inputs)[0], marks.fixed),
                ...grouped(params, body.inputs)[1],
                ...chosen(grouped(params, body.inputs)[1], marks.carried),
                ...grouped(params, body.inputs)[2],
                ...chosen(grouped(params, body.inputs)[2], marks.sequences),
              ],
            ).program
            const dc = chosen(initial, marks.carried).length
            const results = applyCall(
              scanCall(evaluate, {
                ...params,
                body: moved,
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
              movingOutputs,
            )
          },
          transpose: (cotangents) => {
            const ctCarried = chosen(withZeros(cotangents, outputs).slice(0, carried), marks.carried)
            const moving = chosen(cotangents.slice(carried), movingOutputs.slice(carried))
            const ctStacked = moving.filter((cotangent) => cotangent !== undefined)
            const supports = ctStacked.map(supportOf)
            const masks = supports.filter((support) => support !== undefined)
            const accumulated = chosen(fixed, marks.fixed)
            // What a loop carries counts as moving everywhere: only the last step knows better.
            const asked = moving.map((cotangent) => cotangent !== undefined)
            const pullback = vjpProgram(
              evaluate,
              body,
              differentiable(body.inputs),
              [...ctCarried.map(() => true), ...asked],
              [...ctCarried.map(() => false), ...supports.map((support) => support !== undefined)],
            )
            const c = ctCarried.length
            const a = accumulated.length
            const limitedFixed = pullback.limited.slice(0, a)
            const limitedElements = pullback.limited.slice(a + c)
            const found = chosen(accumulated, limitedFixed).length
            const types = (list: readonly Typed[]): readonly Typed[] =>
              list.map(({ shape }) => ({ shape, dtype: 'bool' }))
            const [fixedTypes, carriedTypes, elementTypes] = grouped(params, body.inputs)
            const stackedTypes = chosen(
              chosen(outputTypes(body).slice(carried), movingOutputs.slice(carried)),
              asked,
            )
            const backward = eliminateDeadCode(
              stageFlat(
                (inputs) => {
                  const f = fixed.length
                  const start = f + c + a + found
                  const elements = inputs.slice(start, start + carried + sequences.length)
                  const ctElements = inputs.slice(start + carried + sequences.length)
                  const sent = evaluate(pullback.program, [
                    ...inputs.slice(0, f),
                    ...elements,
                    ...inputs.slice(f, f + c),
                    ...ctElements,
                  ])
                  const n = pullback.limited.length
                  const reached = sent.slice(n)
                  return [
                    ...sent.slice(a, a + c),
                    ...inputs
                      .slice(f + c, f + c + a)
                      .map((sum, i) => operations.add(sum, sent[i] as AnyValue) as AnyValue),
                    ...chosen(reached.slice(0, a), limitedFixed).map((support, i) =>
                      apply(max, [inputs[f + c + a + i] as AnyValue, support], {}),
                    ),
                    ...sent.slice(a + c, n),
                    ...chosen(reached.slice(a + c), limitedElements),
                  ]
                },
                [
                  ...fixedTypes,
                  ...chosen(carriedTypes, marks.carried),
                  ...chosen(fixedTypes, marks.fixed),
                  ...types(chosen(accumulated, limitedFixed)),
                  ...carriedTypes,
                  ...elementTypes,
                  ...stackedTypes,
                  ...types(
                    chosen(
                      stackedTypes,
                      supports.map((support) => support !== undefined),
                    ),
                  ),
                ],
              ).program,
            )
            const sent = applyCall(
              scanCall(evaluate, {
                body: backward,
                fixed: fixed.length,
                carried: c + a + found,
                length,
                reverse: !reverse,
              }),
              [
                ...fixed,
                ...ctCarried,
                ...accumulated.map((x) => operations.constant(0, x) as AnyValue),
                ...types(chosen(accumulated, limitedFixed)).map(
                  (type) => operations.constant(0, type) as AnyValue,
                ),
                ...saved,
                ...sequences,
                ...ctStacked,
                ...masks,
              ],
            )
            const supported = (
              list: readonly AnyValue[],
              limited: readonly boolean[],
              reached: readonly AnyValue[],
            ): readonly AnyValue[] => {
              const known = spreadTo(reached, limited)
              return list.map((cotangent, i) => withSupport(cotangent, known[i]))
            }
            const start = c + a + found
            const s = limitedElements.length
            return [
              ...spreadTo(
                supported(sent.slice(c, c + a), limitedFixed, sent.slice(c + a, start)),
                marks.fixed,
              ),
              ...spreadTo(sent.slice(0, c), marks.carried),
              ...spreadTo(
                supported(sent.slice(start, start + s), limitedElements, sent.slice(start + s)),
                marks.sequences,
              ),
            ]
          },
        },
      }
    },
    batch: (inputs, batched, size) => {
      const [fixed, initial, sequences] = grouped(params, inputs)
      const [batchedFixed, batchedCarried, batchedSequences] = grouped(params, batched)
      const everywhere = batchedCarried.map(() => true)
      const values = [
        ...fixed,
        ...initial.map((x, i) =>
          batchedCarried[i] === true ? x : (operations.broadcastTo(x, [size, ...x.shape]) as AnyValue),
        ),
        ...sequences.map((x, i) => (batchedSequences[i] === true ? swapped(x) : x)),
      ]
      const flags = [...batchedFixed, ...everywhere, ...batchedSequences]
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
    },
    record: (trace, inputs) => recordStructural(trace, 'scan', inputs, params, outputs),
  }
}
