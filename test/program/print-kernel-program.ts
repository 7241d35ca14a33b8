import type {
  Instruction,
  KernelProgram,
  NestBody,
  Place,
  StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'

/*
 * A kernel program to be read. x / sum(x) over rows of 4, x [3, 4]:
 *
 *   0  nest 3 × 4
 *        r0 = input 0 [4, 1] float32
 *        r1 = rowSum r0              a value for each row
 *        r2 = div r0 r1
 *        output +0 [4, 1] <- r2
 *
 * `[…, row, column]` are the strides in elements along outer loops, rows and columns; `+n` counts elements from the start
 * of a space; a register says `row` or `scalar` where it holds fewer values than the space has.
 */

const showPlace = (place: Place): string =>
  place.space === 'input' ? `input ${place.index} +${place.offset}` : `${place.space} +${place.offset}`

const showStrided = ({ place, outerStrides, rowStride, columnStride }: StridedPlace): string =>
  `${showPlace(place)} [${[...outerStrides, rowStride, columnStride].join(', ')}]`

const extentOf = (extent: string): string => (extent === 'full' ? '' : ` ${extent}`)

/** `from`: the register loads begin at, where earlier ones are said elsewhere. */
const bodyLines = ({ loads, steps, stores, accumulations }: NestBody): readonly string[] => [
  ...loads.map((load, i) => `r${i} = ${showStrided(load)} ${load.dtype}${extentOf(load.extent)}`),
  ...steps.map(
    ({ operation, dtype, extent, inputs }, i) =>
      `r${loads.length + i} = ${operation} ${inputs.map((r) => `r${r}`).join(' ')} ${dtype}${extentOf(extent)}`,
  ),
  ...stores.map((store) => `${showStrided(store)} <- r${store.register}`),
  ...accumulations.map(
    ({ register, reduction, over, place, outerStrides, columnStride }) =>
      `${showPlace(place)} [${[...outerStrides, columnStride].join(', ')}] <- ${reduction} over ${over} of r${register}`,
  ),
]

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`)

const instructionLines = (instruction: Instruction): readonly string[] => {
  switch (instruction.kind) {
    case 'nest': {
      const { outer, rows, columns } = instruction
      return [`nest ${[...outer, rows, columns].join(' × ')}`, ...indented(bodyLines(instruction))]
    }
    case 'matmul': {
      const { outer, m, n, k, a, b, c, dtype, epilogue } = instruction
      return [
        `matmul ${[...outer, `${m}×${k}`].join(' × ')} · ${k}×${n} ${dtype}`,
        ...indented([`a = ${showStrided(a)}`, `b = ${showStrided(b)}`, `c = ${showStrided(c)}`]),
        ...(epilogue === undefined ? [] : ['  behind it', ...indented(indented(bodyLines(epilogue)))]),
      ]
    }
    case 'loop':
      return [`loop ${instruction.count}`, ...indented(numbered(instruction.body))]
    case 'while':
      return [
        `while${instruction.atMost === null ? '' : ` at most ${instruction.atMost}`}`,
        ...indented(numbered(instruction.condition)),
        `if ${showPlace(instruction.predicate)} do`,
        ...indented(numbered(instruction.body)),
      ]
    case 'if':
      return [
        `if ${showPlace(instruction.predicate)}`,
        ...indented(numbered(instruction.onTrue)),
        'else',
        ...indented(numbered(instruction.onFalse)),
      ]
    case 'copyAt': {
      const { dtype, count, depth, from, fromAdvance, to, toAdvance } = instruction
      const turn = (advance: number): string => (advance === 0 ? '' : ` + ${advance} · turn ${depth}`)
      return [
        `copy ${count} ${dtype} ${showPlace(from)}${turn(fromAdvance)} -> ${showPlace(to)}${turn(toAdvance)}`,
      ]
    }
    default: {
      const { kind, ...rest } = instruction
      const fields = Object.entries(rest).map(
        ([name, value]) => `${name} ${typeof value === 'object' ? showPlace(value) : String(value)}`,
      )
      return [`${kind} ${fields.join(', ')}`]
    }
  }
}

/** Each instruction with its number in front. */
const numbered = (instructions: readonly Instruction[]): readonly string[] =>
  instructions.flatMap((instruction, i) => {
    const [first, ...others] = instructionLines(instruction)
    return [`${i}  ${first ?? ''}`, ...others.map((line) => `   ${line}`)]
  })

/** The instructions, with the memory they lie in. */
export const printKernelProgram = ({
  arenaBytes,
  constants,
  inputBytes,
  outputBytes,
  instructions,
}: KernelProgram): string =>
  [
    `bytes: arena ${arenaBytes}, constants ${constants.length}, inputs ${inputBytes.join(' + ')}, outputs ${outputBytes}`,
    ...numbered(instructions),
    '',
  ].join('\n')
