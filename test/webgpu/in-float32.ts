import type { Equation, Program } from '../../src/core/primitive/program.ts'
import type { Typed } from '../../src/core/primitive/primitive.ts'
import { isProgram } from '../../src/core/primitive/program.ts'
import { bufferFrom, numberOf } from '../../src/core/tensor/dtype.ts'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'

const narrow = <T extends Typed>({ shape, dtype }: T): Typed => ({
  shape,
  dtype: dtype === 'float64' ? 'float32' : dtype,
})

/** A tensor in float32 where it was in float64. */
export const narrowed = (x: ConcreteTensor): ConcreteTensor =>
  x.dtype === 'float64'
    ? viewOf(
        bufferFrom(
          'float32',
          [...copyElements(x)].map((e) => numberOf(e, 'float64')),
        ),
        'float32',
        x.shape,
      )
    : x

const narrowedParams = (params: unknown): unknown =>
  isProgram(params)
    ? inFloat32(params)
    : params === 'float64'
      ? 'float32'
      : typeof params === 'object' && params !== null && !Array.isArray(params)
        ? Object.fromEntries(Object.entries(params).map(([name, value]) => [name, narrowedParams(value)]))
        : params

/** A program with float32 wherever it had float64: laws are written in float64, which a device has not. */
export const inFloat32 = (program: Program): Program => ({
  inputs: program.inputs.map(narrow),
  constants: program.constants.map(narrowed),
  equations: program.equations.map(
    (equation) =>
      ({
        ...equation,
        params: narrowedParams(equation.params),
        outputs: equation.outputs.map(narrow),
      }) as Equation,
  ),
  outputs: program.outputs,
})
