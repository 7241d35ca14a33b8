import type { Equation, Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { leavesWithPaths } from '../../core/tensor/tree.ts'
import type { StagedProgram } from './stage.ts'

/** A piece of a formula: its text, and how tightly its outermost operation binds. */
interface Piece {
  readonly text: string
  readonly binds: number
}

/** Sums bind least, then products, then powers; what is whole needs no brackets. */
const [sums, products, powers, whole] = [1, 2, 3, 4]

const within = ({ text, binds }: Piece, at: number): string =>
  binds >= at ? text : String.raw`\left(${text}\right)`

const piece = (text: string, binds = whole): Piece => ({ text, binds })

const applied =
  (name: string) =>
  ([x]: readonly Piece[]): Piece =>
    piece(String.raw`${name}\left(${x!.text}\right)`)

const word = (name: string): string => String.raw`\operatorname{${name.replace(/_/g, String.raw`\_`)}}`

const infix =
  (sign: string, binds: number, right = binds) =>
  ([a, b]: readonly Piece[]): Piece =>
    piece(`${within(a!, binds)} ${sign} ${within(b!, right)}`, binds)

/** What is the same formula, only seen in another shape. */
const seen = ([x]: readonly Piece[]): Piece => x!

const forms: Readonly<Record<string, (inputs: readonly Piece[]) => Piece>> = {
  add: infix('+', sums),
  sub: infix('-', sums, products),
  neg: ([x]) => piece(`-${within(x!, products)}`, sums),
  mul: infix(String.raw`\cdot`, products),
  div: ([a, b]) => piece(String.raw`\frac{${a!.text}}{${b!.text}}`),
  matmul: ([a, b]) => piece(String.raw`${within(a!, products)} \, ${within(b!, products)}`, products),
  pow: ([a, b]) => piece(`{${within(a!, whole)}}^{${b!.text}}`, powers),
  max: ([a, b]) => piece(String.raw`\max\left(${a!.text}, ${b!.text}\right)`),
  min: ([a, b]) => piece(String.raw`\min\left(${a!.text}, ${b!.text}\right)`),
  exp: ([x]) => piece(`e^{${x!.text}}`, powers),
  log: applied(String.raw`\ln`),
  sin: applied(String.raw`\sin`),
  cos: applied(String.raw`\cos`),
  tanh: applied(String.raw`\tanh`),
  sigmoid: applied(String.raw`\sigma`),
  sqrt: ([x]) => piece(String.raw`\sqrt{${x!.text}}`),
  abs: ([x]) => piece(String.raw`\left|${x!.text}\right|`),
  floor: ([x]) => piece(String.raw`\left\lfloor ${x!.text} \right\rfloor`),
  less: infix('<', 0),
  lessEqual: infix(String.raw`\le`, 0),
  equal: infix('=', 0),
  select: ([c, a, b]) =>
    piece(String.raw`\begin{cases} ${a!.text} & ${c!.text} \\ ${b!.text} & \text{otherwise} \end{cases}`),
  broadcastTo: seen,
  reshape: seen,
  cast: seen,
  stopGradient: seen,
}

/** Sums and maxima over axes; products of a value with itself. */
const formOf = ({ operation, inputs, params }: Equation, given: readonly Piece[]): Piece => {
  const axes = 'axes' in params ? params.axes.map((axis) => axis + 1).join(', ') : ''
  if (operation === 'sum') return piece(String.raw`\sum_{${axes}} ${within(given[0]!, products)}`, products)
  if (operation === 'reduceMax')
    return piece(String.raw`\max_{${axes}} ${within(given[0]!, products)}`, products)
  if (operation === 'transpose')
    return 'permutation' in params && params.permutation.join() === '1,0'
      ? piece(String.raw`{${within(given[0]!, whole)}}^{\top}`, powers)
      : applied(word('transpose'))(given)
  if (operation === 'mul' && inputs[0] === inputs[1])
    return piece(`{${within(given[0]!, whole)}}^{2}`, powers)
  const form = forms[operation]
  return form === undefined
    ? piece(String.raw`${word(operation)}\left(${given.map(({ text }) => text).join(', ')}\right)`)
    : form(given)
}

const ofConstant = (x: ConcreteTensor, position: number): Piece => {
  const known =
    x.size === 1 || (x.size > 1 && x.view.data.length === 1) ? x.view.data[x.view.offset] : undefined
  if (known === undefined) return piece(`C_{${position + 1}}`)
  const text = String(Number(known.toPrecision(6)))
  const [mantissa, exponent] = text.split('e')
  return exponent === undefined
    ? piece(text, known < 0 ? sums : whole)
    : piece(String.raw`${mantissa} \cdot 10^{${Number(exponent)}}`, products)
}

/** `layers[0].weight` as a name of a formula. */
const nameOf = (path: string): string =>
  /^[A-Za-z]$/.test(path) ? path : String.raw`\mathrm{${path.replace(/[_#%&$]/g, String.raw`\$&`)}}`

/** The names of records, and letters for what has none. */
const namesOf = ({ inputs }: Program, paths: readonly string[]): readonly string[] => {
  const nameless = inputs.flatMap((_, i) => ((paths[i] ?? '') === '' ? [i] : []))
  const letters = ['x', 'u', 'v', 's', 't']
  return inputs.map((_, i) => {
    const at = nameless.indexOf(i)
    return at < 0 ? nameOf(paths[i]!) : (letters[at] ?? `x_{${i + 1}}`)
  })
}

const isStaged = (
  given: Program | StagedProgram<readonly unknown[], unknown>,
): given is StagedProgram<readonly unknown[], unknown> => 'program' in given

/**
 * A program as a formula of LaTeX: fractions, sums, matrix products and the usual functions; what is used more than once,
 * or grows long, is named z₁, z₂ … and stands on a line of its own. Broadcasting and reshaping are not shown.
 *
 * @param options the names of the inputs; those of the records a function was staged with unless told otherwise.
 * @throws ArgumentError for another option, and for names that are not as many as the inputs.
 * @example
 * ```ts
 * import { add, div, exp, neg, stage, tensor, toLatex, type Tensor } from 'puregrad'
 * const logistic = (x: Tensor) => div(1, add(1, exp(neg(x))))
 * toLatex(stage(logistic)(tensor(0)), { names: ['x'] }) // => 'y = \\frac{1}{1 + e^{-x}}'
 * ```
 * @category Readings
 */
export const toLatex = (
  given: Program | StagedProgram<readonly unknown[], unknown>,
  options: { readonly names?: readonly string[] } = {},
): string => {
  checkOptions('toLatex', options, { names: true })
  const program = isStaged(given) ? given.program : given
  const paths = isStaged(given)
    ? leavesWithPaths(given.arguments).map(({ path }) => path.replace(/^\[(\d+)\]\.?/, ''))
    : []
  const names = options.names ?? namesOf(program, paths)
  if (names.length !== program.inputs.length)
    throw new ArgumentError(
      `toLatex: names: expected ${program.inputs.length}, one for each input, got ${names.length}`,
    )
  const uses = new Map<number, number>()
  program.equations.forEach(({ inputs }) =>
    [...new Set(inputs)].forEach((variable) => uses.set(variable, (uses.get(variable) ?? 0) + 1)),
  )
  const lines: string[] = []
  const pieces: Piece[] = [
    ...names.map((name) => piece(name)),
    ...program.constants.map((constant, i) => ofConstant(constant, i)),
  ]
  for (const equation of program.equations) {
    const made = formOf(
      equation,
      equation.inputs.map((variable) => pieces[variable]!),
    )
    equation.outputs.forEach((_, i) => {
      const here = equation.outputs.length === 1 ? made : piece(`${made.text}_{${i + 1}}`)
      const often = (uses.get(pieces.length) ?? 0) > 1
      if (here.text.length <= 12 || !(often || here.text.length > 80)) {
        pieces.push(here)
        return
      }
      const name = `z_{${lines.length + 1}}`
      lines.push(`${name} = ${here.text}`)
      pieces.push(piece(name))
    })
  }
  const results = program.outputs.map((variable, i) => {
    const name = program.outputs.length === 1 ? 'y' : `y_{${i + 1}}`
    return `${names.includes(name) ? `f_{${i + 1}}` : name} = ${pieces[variable]!.text}`
  })
  const all = [...lines, ...results]
  return all.length === 1
    ? all[0]!
    : String.raw`\begin{aligned}` +
        `\n${all.map((line) => `  ${line.replace(' = ', ' &= ')}`).join(' \\\\\n')}\n` +
        String.raw`\end{aligned}`
}
