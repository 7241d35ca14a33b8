import { showTyped } from '../../core/primitive/typing.ts'
import { isProgram, type Equation, type Program } from '../../core/primitive/program.ts'
import { copyElements, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { isDType, type DType } from '../../core/tensor/dtype.ts'
import { spellNumber } from './spell-number.ts'
import { storedElements } from './stored-elements.ts'

/** Constants of up to this many elements are printed with their values. */
const shownSize = 16

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** a, b, …, z, aa, ab, … */
const nameOf = (position: number): string =>
  (position < 26 ? '' : nameOf(Math.floor(position / 26) - 1)) + letters.charAt(position % 26)

const showElement = (x: number, dtype: DType): string =>
  dtype === 'bool' ? String(x !== 0) : spellNumber(x, dtype)

/** A scalar where it is used; its dtype is told unless it is the default one. */
const showScalar = (constant: ConcreteTensor): string => {
  const { dtype } = constant
  const text = showElement(copyElements(constant)[0] ?? NaN, dtype)
  return dtype === 'float32' || dtype === 'bool' ? text : `${text}: ${dtype}`
}

const showNested = (elements: readonly string[], shape: readonly number[]): string => {
  const [n, ...rest] = shape
  if (n === undefined) return elements[0] ?? ''
  const each = elements.length / n
  return `[${Array.from({ length: n }, (_, i) => showNested(elements.slice(i * each, (i + 1) * each), rest)).join(', ')}]`
}

const showConstant = (constant: ConcreteTensor): string => {
  const { repeated, shape, elements } = storedElements(constant)
  if (elements.length > shownSize) return `constant of ${String(constant.size)} elements`
  const shown = Array.from(elements, (x) => showElement(x, constant.dtype))
  if (repeated.length === 0) return showNested(shown, shape)
  return shown.length === 1 ? `all ${shown.join('')}` : `broadcast of ${showNested(shown, shape)}`
}

const showParameter = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(', ')}]` : isDType(value) ? value : String(value)

const indented = (text: string, by: string): string => text.replaceAll('\n', `\n${by}`)

/** The parameters that are plain values on one line, and each program on lines of its own. */
const showParameters = ({ params }: Equation): string => {
  const entries = Object.entries(params as Readonly<Record<string, unknown>>)
  const plain = entries.flatMap(([key, value]) =>
    isProgram(value) ? [] : [` ${key}=${showParameter(value)}`],
  )
  const programs = entries.flatMap(([key, value]) =>
    isProgram(value) ? [`\n    ${key} = ${indented(printProgram(value), '    ')}`] : [],
  )
  return [...plain, ...programs].join('')
}

/**
 * A program as text, one equation a line: every variable with its type, parameters after the operation, programs
 * within an equation indented below it. The same program always gives the same text; scalar constants stand where
 * they are used, small constants are shown with their values.
 *
 * @example
 * ```ts
 * import { add, mul, printProgram, stage, zeros } from 'puregrad'
 * const { program } = stage((x, b) => add(mul(x, 2), b))(zeros([2, 3]), zeros([3]))
 * printProgram(program).split('\n')[0] // => '(a: float32[2, 3], b: float32[3]) {'
 * printProgram(program).split('\n')[1] // => '  c: float32[2, 3] = all 2'
 * ```
 * @category Programs
 */
export const printProgram = (program: Program): string => {
  const { inputs, constants, equations, outputs } = program
  const declared = constants.map(({ shape }) => shape.length > 0)
  const named = [
    ...inputs.map(() => true),
    ...declared,
    ...equations.flatMap((e) => e.outputs.map(() => true)),
  ]
  const names: string[] = []
  let next = 0
  named.forEach((hasName, variable) => {
    names.push(hasName ? nameOf(next++) : showScalar(constants[variable - inputs.length]!))
  })
  const name = (variable: number): string => names[variable] ?? `#${String(variable)}`
  let first = inputs.length + constants.length
  const lines = equations.map((equation) => {
    const results = equation.outputs.map((type, i) => `${name(first + i)}: ${showTyped(type)}`).join(', ')
    first += equation.outputs.length
    return `  ${results} = ${equation.operation}(${equation.inputs.map(name).join(', ')})${showParameters(equation)}\n`
  })
  return [
    `(${inputs.map((type, i) => `${name(i)}: ${showTyped(type)}`).join(', ')}) {\n`,
    ...constants.flatMap((constant, i) =>
      declared[i] === true
        ? [`  ${name(inputs.length + i)}: ${showTyped(constant)} = ${showConstant(constant)}\n`]
        : [],
    ),
    ...lines,
    `  return${outputs.map((output) => ` ${name(output)}`).join(',')}\n}`,
  ].join('')
}
