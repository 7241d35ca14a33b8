import {
  outputTypes,
  type Equation,
  type Program,
  type StructuralParameters,
} from '../../core/primitive/program.ts'
import { isPrimitiveName, primitives, type PrimitiveName } from '../../core/primitive/table.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { constantOperand } from './constant.ts'
import { broadcastExtents, isEmpty, sameExtents } from './extent.ts'
import type { OnnxForm, Result } from './form.ts'
import { forms } from './forms.ts'
import { valueInfo, type Graph } from './graph.ts'
import { shapeOf, whole, type Operand } from './operand.ts'
import { extentsOf, part, requireAlike, type Paired } from './paired-programs.ts'

const resultOf = (
  pair: Paired<{ readonly shape: readonly number[]; readonly dtype: Result['dtype'] }>,
): Result => ({
  shape: extentsOf(pair, [pair.programs[0].shape, pair.programs[1].shape]),
  dtype: pair.programs[0].dtype,
})

const resultsOf = (pair: Paired<Equation>): readonly Result[] =>
  pair.programs[0].outputs.map((_, i) => resultOf(part(pair, ({ outputs }) => outputs[i]!)))

/** The parameters of both programs as one. */
const lifted = ({ at, programs: [a, b] }: Paired<object>): never =>
  Object.fromEntries(
    Object.entries(a).map(([key, value]) => {
      const other = (b as Readonly<Record<string, unknown>>)[key]
      return [key, Array.isArray(value) ? extentsOf({ at }, [value, other as readonly number[]]) : value]
    }),
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
  pair: Paired<Equation>,
): Operand => {
  const output = resultsOf(pair)[0]!
  const params = lifted(part(pair, (equation) => equation.params))
  const form = forms[name] as OnnxForm<never>
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
  pair: Paired<Program>,
  inputs: readonly Operand[],
  given: readonly Operand[],
) => {
  const inner = g.inner()
  const outputs = writeProgram(inner, pair, inputs).map((x) => ({
    info: valueInfo(inner.fresh('result'), x.dtype, shapeOf(x)),
    value: whole(inner, x),
  }))
  return inner.finish(
    name,
    given.map((x) => valueInfo(x.name, x.dtype, x.shape)),
    outputs,
  )
}

const writeCond = (
  g: Graph,
  inputs: readonly Operand[],
  pair: Paired<StructuralParameters['cond']>,
  results: readonly Result[],
): readonly Operand[] => {
  const [predicate, ...operands] = inputs
  if (results.length === 0) return []
  const names = g.ops('If', [whole(g, predicate!)], results.length, {
    then_branch: {
      graph: innerGraph(
        g,
        'holds',
        part(pair, ({ onTrue }) => onTrue),
        operands,
        [],
      ),
    },
    else_branch: {
      graph: innerGraph(
        g,
        'fails',
        part(pair, ({ onFalse }) => onFalse),
        operands,
        [],
      ),
    },
  })
  return results.map((result, i) => ({ ...result, name: names[i]! }))
}

/** Sequences go in and stacks come out; what is fixed the body takes from outside. */
const writeScan = (
  g: Graph,
  inputs: readonly Operand[],
  pair: Paired<StructuralParameters['scan']>,
  results: readonly Result[],
): readonly Operand[] => {
  const { fixed, carried, reverse, length } = pair.programs[0]
  const starts = inputs.slice(fixed, fixed + carried)
  if (length === 0) return results.map((result, i) => starts[i] ?? zeros(g, result))
  const body = part(pair, (params) => params.body)
  const given = part(body, (program) => program.inputs)
    .programs[0].slice(fixed)
    .map((_, i) => ({
      name: g.fresh('given'),
      ...resultOf(part(body, (program) => program.inputs[fixed + i]!)),
    }))
  const count = extentsOf(pair, [[length], [pair.programs[1].length]])
  const sequences = inputs.slice(fixed + carried).map((x) => whole(g, x))
  // A scan has at least one sequence: it says how often the body runs.
  const turns = sequences.length > 0 ? [] : [{ name: g.fresh('turn'), shape: [], dtype: 'int32' } as const]
  const scanned = sequences.length > 0 ? sequences : [g.op('Expand', [g.scalar(0, 'int32'), g.sizes(count)])]
  const directions = (n: number) => ({ ints: Array.from({ length: n }, () => (reverse ? 1 : 0)) })
  const stacks = results.length - carried
  const names = g.ops('Scan', [...starts.map((x) => whole(g, x)), ...scanned], results.length, {
    body: { graph: innerGraph(g, 'body', body, [...inputs.slice(0, fixed), ...given], [...given, ...turns]) },
    num_scan_inputs: { int: scanned.length },
    scan_input_directions: directions(scanned.length),
    ...(stacks === 0 ? {} : { scan_output_directions: directions(stacks) }),
  })
  return results.map((result, i) => ({ ...result, name: names[i]! }))
}

const writeEquation = (g: Graph, inputs: readonly Operand[], pair: Paired<Equation>): readonly Operand[] => {
  const [equation] = pair.programs
  const params = part(pair, (both) => both.params)
  switch (equation.operation) {
    case 'cond':
      return writeCond(g, inputs, params as Paired<StructuralParameters['cond']>, resultsOf(pair))
    case 'scan':
      return writeScan(g, inputs, params as Paired<StructuralParameters['scan']>, resultsOf(pair))
    case 'checkpoint':
    case 'custom':
      return writeProgram(
        g,
        part(params as Paired<StructuralParameters['checkpoint']>, ({ body }) => body),
        inputs,
      )
    default:
      if (!isPrimitiveName(equation.operation))
        throw new ArgumentError(`unknown operation ${String(equation.operation)}`)
      return [writePrimitive(g, equation.operation, inputs, pair)]
  }
}

/**
 * Writes the equations of a program into a graph, from operands for its inputs to those of its outputs.
 *
 * @throws ArgumentError for what a graph cannot say.
 */
export const writeProgram = (
  g: Graph,
  pair: Paired<Program>,
  inputs: readonly Operand[],
): readonly Operand[] => {
  requireAlike(pair)
  const [program] = pair.programs
  const constants = program.constants.map((_, i) =>
    constantOperand(
      g,
      part(pair, (both) => both.constants[i]!),
    ),
  )
  const values = program.equations.reduce<Operand[]>(
    (sofar, equation, i) => {
      const operands = equation.inputs.map((variable) => sofar[variable]!)
      sofar.push(
        ...writeEquation(
          g,
          operands,
          part(pair, (both) => both.equations[i]!),
        ),
      )
      return sofar
    },
    [...inputs, ...constants],
  )
  return program.outputs.map((variable) => values[variable]!)
}

/** The types of the inputs and of the outputs of both programs as one. */
export const inputResults = (pair: Paired<Program>): readonly Result[] =>
  pair.programs[0].inputs.map((_, i) => resultOf(part(pair, ({ inputs }) => inputs[i]!)))

export const outputResults = (pair: Paired<Program>): readonly Result[] =>
  outputTypes(pair.programs[0]).map((_, i) => resultOf(part(pair, (program) => outputTypes(program)[i]!)))
