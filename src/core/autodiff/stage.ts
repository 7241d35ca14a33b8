import { meet } from '../primitive/met.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'
import type { Primitive, Typed } from '../primitive/primitive.ts'
import type { Equation, Program, StructuralName, StructuralParameters } from '../primitive/program.ts'
import type { PrimitiveName } from '../primitive/table.ts'
import { withLevel } from './level.ts'
import { levelOf, Staged, type AnyValue, type FlatFunction, type StagingTrace } from './value.ts'

const typed = ({ shape, dtype }: Typed): Typed => ({ shape, dtype })

const append = (
  trace: StagingTrace,
  operation: Equation['operation'],
  inputs: readonly AnyValue[],
  params: unknown,
  outputs: readonly Typed[],
): readonly Staged[] => {
  trace.equations.push({ operation, inputs, params, outputs })
  return outputs.map(({ shape, dtype }) => new Staged(trace, trace.next++, shape, dtype))
}

/** Writes down the application of a primitive. */
export const recordEquation = <P>(
  trace: StagingTrace,
  primitive: Primitive<P>,
  inputs: readonly AnyValue[],
  params: P,
): Staged => {
  meet(primitive)
  const { shape, dtype } = primitive.type(inputs, params)
  const operation = primitive.name as PrimitiveName
  trace.equations.push({ operation, inputs, params, outputs: [{ shape, dtype }] })
  return new Staged(trace, trace.next++, shape, dtype)
}

/** Writes down an operation that holds programs. */
export const recordStructural = <N extends StructuralName>(
  trace: StagingTrace,
  name: N,
  inputs: readonly AnyValue[],
  params: StructuralParameters[N],
  outputs: readonly Typed[],
): readonly Staged[] => append(trace, name, inputs, params, outputs)

/** A function written down, with the values of outer transformations it uses: they are its last inputs. */
export interface StagedFunction {
  readonly program: Program
  readonly captured: readonly AnyValue[]
}

/**
 * Runs a function once on staged values of the given types and returns what it did as a program. Tensors it closes
 * over become constants; values of outer transformations it closes over become further inputs.
 */
export const stageFlat = (f: FlatFunction, inputs: readonly Typed[]): StagedFunction =>
  withLevel((level) => {
    const trace: StagingTrace = { level, equations: [], next: 0 }
    const outputs = f(inputs.map(({ shape, dtype }) => new Staged(trace, trace.next++, shape, dtype)))
    return numbered(trace, inputs.map(typed), outputs)
  })

/** Numbers the variables of a trace: inputs, captured values, constants, then outputs of equations. */
const numbered = (
  trace: StagingTrace,
  inputs: readonly Typed[],
  outputs: readonly AnyValue[],
): StagedFunction => {
  const { level, equations } = trace
  const captured = new Map<AnyValue, number>()
  const constants = new Map<ConcreteTensor, number>()
  const visit = (x: AnyValue): void => {
    if (x.kind === 'concrete') {
      if (!constants.has(x)) constants.set(x, constants.size)
    } else if (x.level < level) {
      if (!captured.has(x)) captured.set(x, captured.size)
    } else if (x.kind !== 'staged' || x.trace !== trace)
      throw new ArgumentError('the function returned a value of a transformation that has ended inside it')
  }
  for (let i = 0; i < equations.length; i++) {
    const { inputs: operands } = equations[i]!
    for (let k = 0; k < operands.length; k++) {
      const x = operands[k]!
      if (x.kind !== 'staged' || x.trace !== trace) visit(x)
    }
  }
  outputs.forEach(visit)
  const firstConstant = inputs.length + captured.size
  const firstEquation = firstConstant + constants.size
  const variable = (x: AnyValue): number =>
    x.kind === 'concrete'
      ? firstConstant + constants.get(x)!
      : levelOf(x) < level
        ? inputs.length + captured.get(x)!
        : (x as Staged).id < inputs.length
          ? (x as Staged).id
          : firstEquation + (x as Staged).id - inputs.length
  return {
    program: {
      inputs: [...inputs, ...[...captured.keys()].map(typed)],
      constants: [...constants.keys()],
      equations: equations.map(
        ({ operation, inputs: operands, params, outputs: results }) =>
          ({ operation, inputs: operands.map(variable), params, outputs: results }) as Equation,
      ),
      outputs: outputs.map(variable),
    },
    captured: [...captured.keys()],
  }
}
