import { isExtent, type Extent } from '../../compile/program/extent.ts'
import {
  isFreeProgram,
  type FreeEquation,
  type FreeProgram,
  type FreeTyped,
} from '../../compile/program/free-program.ts'
import { isNameOfPrimitive } from '../../core/primitive/named.ts'
import { primitives, type PrimitiveName } from '../../core/primitive/table.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { constantOperand } from './constant.ts'
import { broadcastExtents, extents, isEmpty, sameExtents } from './extent.ts'
import type { OnnxForm, Result } from './form.ts'
import { forms } from './forms.ts'
import { valueInfo, type Graph } from './graph.ts'
import { shapeOf, whole, type Operand } from './operand.ts'

export const resultOf = ({ shape, dtype }: FreeTyped): Result => ({ shape: extents(shape), dtype })

/** Parameters with lists of sizes in both of their parts. */
const lifted = (params: FreeEquation['params']): never =>
  Object.fromEntries(
    Object.entries(params).map(([key, value]) => [key, Array.isArray(value) ? extents(value) : value]),
  ) as never

const zeros = (g: Graph, { shape, dtype }: Result): Operand => ({
  name: g.scalar(0, dtype),
  shape: [],
  dtype,
  stretched: shape,
})

const named = (g: Graph, x: Operand): Operand => ({
  name: whole(g, x),
  shape: shapeOf(x),
  dtype: x.dtype,
  known: x.known,
})

/** An elementwise primitive on operands that are stretched no further than they have to be. */
const writeElementwise = (
  g: Graph,
  form: OnnxForm<never>,
  inputs: readonly Operand[],
  params: never,
  { shape, dtype }: Result,
): Operand => {
  const small = broadcastExtents(inputs.map((x) => x.shape))
  const operands = small === undefined ? inputs.map((x) => named(g, x)) : inputs
  const made = small ?? shape
  return {
    name: form.write(g, operands, params, { shape: made, dtype }),
    shape: made,
    dtype,
    ...(sameExtents(made, shape) ? {} : { stretched: shape }),
  }
}

const writePrimitive = (
  g: Graph,
  name: PrimitiveName,
  inputs: readonly Operand[],
  equation: FreeEquation,
): Operand => {
  const output = resultOf(equation.outputs[0]!)
  const params = lifted(equation.params)
  const form = forms[name] as OnnxForm<never> | undefined
  if (form === undefined) throw new ArgumentError(`the primitive ${name} has no form in ONNX`)
  // Of no elements come none, or sums of none.
  if (isEmpty(output.shape) || (name !== 'concat' && inputs.some((x) => isEmpty(shapeOf(x)))))
    return zeros(g, output)
  if (name === 'broadcastTo') return { ...inputs[0]!, stretched: output.shape }
  if (primitives[name].traits.elementwise === true) return writeElementwise(g, form, inputs, params, output)
  const operands = inputs.map((x) => named(g, x))
  return { name: form.write(g, operands, params, output), ...output }
}

/** A graph of a program that is inside of another, with all of its outputs. */
const innerGraph = (
  g: Graph,
  name: string,
  program: FreeProgram,
  inputs: readonly Operand[],
  given: readonly Operand[],
) => {
  const inner = g.inner()
  const outputs = writeProgram(inner, program, inputs).map((x) => ({
    info: valueInfo(inner.fresh('result'), x.dtype, shapeOf(x)),
    value: whole(inner, x),
  }))
  return inner.finish(
    name,
    given.map((x) => valueInfo(x.name, x.dtype, x.shape)),
    outputs,
  )
}

const programIn = (params: FreeEquation['params'], name: string): FreeProgram => {
  const program = params[name]
  if (!isFreeProgram(program)) throw new ArgumentError(`expected a program as the parameter ${name}`)
  return program
}

const writeCond = (
  g: Graph,
  [predicate, ...operands]: readonly Operand[],
  { params, outputs }: FreeEquation,
): readonly Operand[] => {
  if (outputs.length === 0) return []
  const names = g.ops('If', [whole(g, predicate!)], outputs.length, {
    then_branch: { graph: innerGraph(g, 'holds', programIn(params, 'onTrue'), operands, []) },
    else_branch: { graph: innerGraph(g, 'fails', programIn(params, 'onFalse'), operands, []) },
  })
  return outputs.map((type, i) => ({ ...resultOf(type), name: names[i]! }))
}

const extentIn = (params: FreeEquation['params'], name: string): Extent => {
  const extent = params[name]
  if (typeof extent !== 'number' && !isExtent(extent))
    throw new ArgumentError(`expected a whole number as the parameter ${name}`)
  return extent
}

/** Sequences go in and stacks come out; what is fixed the body takes from outside. */
const writeScan = (
  g: Graph,
  inputs: readonly Operand[],
  { params, outputs }: FreeEquation,
): readonly Operand[] => {
  const [fixed, carried] = [Number(params['fixed']), Number(params['carried'])]
  const length = extentIn(params, 'length')
  const starts = inputs.slice(fixed, fixed + carried)
  if (length === 0) return outputs.map((type, i) => starts[i] ?? zeros(g, resultOf(type)))
  const body = programIn(params, 'body')
  const given = body.inputs.slice(fixed).map((type) => ({ name: g.fresh('given'), ...resultOf(type) }))
  const sequences = inputs.slice(fixed + carried).map((x) => whole(g, x))
  // A scan has at least one sequence: it says how often the body runs.
  const turns = sequences.length > 0 ? [] : [{ name: g.fresh('turn'), shape: [], dtype: 'int32' } as const]
  const scanned =
    sequences.length > 0 ? sequences : [g.op('Expand', [g.scalar(0, 'int32'), g.sizes(extents([length]))])]
  const directions = (n: number) => ({
    ints: Array.from({ length: n }, () => (params['reverse'] === true ? 1 : 0)),
  })
  const stacks = outputs.length - carried
  const names = g.ops('Scan', [...starts.map((x) => whole(g, x)), ...scanned], outputs.length, {
    body: { graph: innerGraph(g, 'body', body, [...inputs.slice(0, fixed), ...given], [...given, ...turns]) },
    num_scan_inputs: { int: scanned.length },
    scan_input_directions: directions(scanned.length),
    ...(stacks === 0 ? {} : { scan_output_directions: directions(stacks) }),
  })
  return outputs.map((type, i) => ({ ...resultOf(type), name: names[i]! }))
}

const writeEquation = (g: Graph, inputs: readonly Operand[], equation: FreeEquation): readonly Operand[] => {
  const { operation, params } = equation
  switch (operation) {
    case 'cond':
      return writeCond(g, inputs, equation)
    case 'scan':
      return writeScan(g, inputs, equation)
    case 'checkpoint':
    case 'custom':
      return writeProgram(g, programIn(params, 'body'), inputs)
    default:
      if (!isNameOfPrimitive(operation))
        throw new ArgumentError(`the operation ${operation} has no form in ONNX`)
      return [writePrimitive(g, operation, inputs, equation)]
  }
}

/** The variables that an output depends on. */
const liveVariables = ({ inputs, constants, equations, outputs }: FreeProgram): ReadonlySet<number> => {
  const live = new Set(outputs)
  const counts = equations.map((equation) => equation.outputs.length)
  equations.reduceRight(
    (end, equation, i) => {
      const start = end - counts[i]!
      if (equation.outputs.some((_, j) => live.has(start + j)))
        equation.inputs.forEach((variable) => live.add(variable))
      return start
    },
    inputs.length + constants.length + counts.reduce((sum, count) => sum + count, 0),
  )
  return live
}

/**
 * Writes the equations of a program into a graph, from operands for its inputs to those of its outputs; what no output
 * depends on is left out.
 *
 * @throws ArgumentError for what a graph cannot say.
 */
export const writeProgram = (
  g: Graph,
  program: FreeProgram,
  inputs: readonly Operand[],
): readonly Operand[] => {
  const live = liveVariables(program)
  const values: (Operand | undefined)[] = [...inputs]
  program.constants.forEach((constant) => {
    values.push(live.has(values.length) ? constantOperand(g, constant) : undefined)
  })
  program.equations.forEach((equation) => {
    const first = values.length
    const operands = equation.inputs.map((variable) => values[variable]!)
    values.push(
      ...(equation.outputs.some((_, i) => live.has(first + i))
        ? writeEquation(g, operands, equation)
        : equation.outputs.map(() => undefined)),
    )
  })
  return program.outputs.map((variable) => values[variable]!)
}
