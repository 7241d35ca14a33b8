import { cond } from '../../core/autodiff/cond.ts'
import { scan } from '../../core/autodiff/scan.ts'
import { reshape } from '../../core/numeric/index.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { GraphProto } from '../format/messages.ts'
import { required } from './known-numbers.ts'
import type { Applied, Operator, Operators } from './operators.ts'

const graphOf = ({ settings }: Applied, name: string): GraphProto => {
  const graph = settings.graph(name)
  if (graph === undefined) throw new ArgumentError(`expected a graph ${name}`)
  return graph
}

const branched: Operator = (inputs, applied) => {
  const [yes, no] = [graphOf(applied, 'then_branch'), graphOf(applied, 'else_branch')]
  return cond(
    reshape(required(inputs, 0), []),
    () => applied.run(yes, []),
    () => applied.run(no, []),
  )
}

/** Sequences and stacks along their first axes, all of them in one direction. */
const scanned: Operator = (inputs, applied) => {
  const { settings } = applied
  const body = graphOf(applied, 'body')
  const sequences = settings.int('num_scan_inputs', 0)
  const carried = inputs.length - sequences
  const directions = [
    ...(settings.ints('scan_input_directions') ?? Array.from({ length: sequences }, () => 0)),
    ...(settings.ints('scan_output_directions') ??
      Array.from({ length: applied.outputs - carried }, () => 0)),
  ]
  const axes = [...(settings.ints('scan_input_axes') ?? []), ...(settings.ints('scan_output_axes') ?? [])]
  if (directions.some((direction) => direction !== directions[0]) || axes.some((axis) => axis !== 0))
    throw new ArgumentError('expected a scan along first axes, and all of it in one direction')
  const given = inputs.map((_, i) => required(inputs, i))
  const [last, stacked] = scan(
    (sofar: readonly Tensor[], elements: readonly Tensor[]) => {
      const results = applied.run(body, [...sofar, ...elements])
      return [results.slice(0, carried), results.slice(carried)] as const
    },
    given.slice(0, carried),
    given.slice(carried),
    { reverse: directions[0] === 1 },
  )
  return [...last, ...stacked]
}

/** Operators that hold graphs. */
export const controlOperators: Operators = { If: branched, Scan: scanned }
