import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { count, countOrNone } from '../../../core/tensor/setting-ranges.ts'
import {
  changeColumns,
  columnNamed,
  freeNames,
  hasLevels,
  hasNumbers,
  missingCount,
  numbersByCode,
  type Frame,
  type LevelsInFrame,
  type NumbersInFrame,
} from '../frame.ts'
import { commonLevels } from '../common-levels.ts'
import { missingCase, refusedLevels, unseenCase } from '../prediction-case.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * A column for each level: 1 where a row has it, 0 elsewhere.
 *
 * @category Preparation
 */
export interface OneHotStep {
  readonly kind: 'oneHot'
  readonly columns: ColumnSelection
  /** Only columns of at most so many levels, a missing cell counted as one; all unless told otherwise. */
  readonly upTo?: number
  /** A row with a level that training had not: `zeros` (the default), 1 in a column of its own, or an error. */
  readonly unseen?: 'zeros' | 'ownColumn' | 'error'
  /** A missing cell, of a column that misses some in training: a level of its own (the default), or zeros. */
  readonly missing?: 'level' | 'zeros'
  /** Levels of fewer rows than this share one column. */
  readonly least?: number
  /** So many levels, the most frequent, have their own column; the others share one. */
  readonly most?: number
  /**
   * `none` (the default); the `first` level has no column, since it follows from the others; or a column of two levels
   * gets one column, of −1 and 1 (`sign`), as in RealMLP.
   */
  readonly drop?: 'none' | 'first' | 'sign'
}

/**
 * A column that a one-hot code has.
 *
 * @category Preparation
 */
export interface OneHotOutput {
  readonly name: string
  /** The levels that give 1. */
  readonly levels: readonly string[]
  /** The levels that give −1. */
  readonly minus: readonly string[]
  /** Whether a missing cell gives 1. */
  readonly missing: boolean
  /** Whether a level that training had not gives 1. */
  readonly unseen: boolean
}

/**
 * How a column is coded.
 *
 * @category Preparation
 */
export interface OneHotCode {
  readonly column: string
  readonly outputs: readonly OneHotOutput[]
  /** Levels that give zeros, the dropped one. */
  readonly zeros: readonly string[]
  /** Missing cells in training. */
  readonly missing: number
}

/**
 * A fitted {@link OneHotStep}.
 *
 * @category Preparation
 */
export interface FittedOneHot {
  readonly kind: 'oneHot'
  readonly unseen: 'zeros' | 'ownColumn' | 'error'
  readonly codes: readonly OneHotCode[]
}

const fitCode = (step: OneHotStep, frame: Frame, column: LevelsInFrame): OneHotCode => {
  const { own, shared } = commonLevels(column, step)
  const missing = missingCount(column)
  const output = (
    suffix: string,
    { levels = [], missing = false, unseen = false }: Partial<OneHotOutput>,
  ): OneHotOutput => ({ name: `${column.name}=${suffix}`, levels, minus: [], missing, unseen })
  const [first = '', second = ''] = own
  const signed = step.drop === 'sign' && own.length === 2 && shared.length === 0
  const kept = step.drop === 'first' ? own.slice(1) : own
  const outputs = signed
    ? [{ ...output(second, { levels: [second] }), minus: [first] }]
    : [
        ...kept.map((level) => output(level, { levels: [level] })),
        ...(shared.length === 0 ? [] : [output('(other)', { levels: shared })]),
        ...(missing === 0 || step.missing === 'zeros' ? [] : [output('(missing)', { missing: true })]),
        ...(step.unseen === 'ownColumn' ? [output('(unseen)', { unseen: true })] : []),
      ]
  const names = freeNames(
    outputs.map(({ name }) => name),
    frame,
  )
  return {
    column: column.name,
    outputs: outputs.map((one, i) => ({ ...one, name: names[i] ?? one.name })),
    zeros: signed || step.drop !== 'first' ? [] : own.slice(0, 1),
    missing,
  }
}

/** Levels in training, a missing cell counted as one. */
export const levelsIn = (column: LevelsInFrame): number => new Set(column.codes).size

export const oneHot = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({
    upTo: settingCodec(count),
    unseen: choiceCodec('zeros', 'ownColumn', 'error'),
    missing: choiceCodec('level', 'zeros'),
    least: settingCodec(count),
    most: settingCodec(count),
    drop: choiceCodec('none', 'first', 'sign'),
  }),
  fit: (step, frame) =>
    pipe(
      selected('oneHot', frame, step.columns, { words: 'texts', is: hasLevels }),
      E.map((columns) => ({
        kind: 'oneHot',
        unseen: step.unseen ?? 'zeros',
        codes: columns
          .filter((column) => levelsIn(column) <= (step.upTo ?? Infinity))
          .map((column) => fitCode(step, frame, column)),
      })),
    ),
} satisfies StepKind<OneHotStep, FittedOneHot>

const knownLevels = ({ outputs, zeros }: OneHotCode): ReadonlySet<string> =>
  new Set([...outputs.flatMap(({ levels, minus }) => [...levels, ...minus]), ...zeros])

/** What each code of a column gives in an output; a missing cell is last. */
const coded = (column: LevelsInFrame, known: ReadonlySet<string>, output: OneHotOutput): Float64Array => {
  const [plus, minus] = [new Set(output.levels), new Set(output.minus)]
  const values = column.levels.map((level) =>
    plus.has(level) ? 1 : minus.has(level) ? -1 : Number(output.unseen && !known.has(level)),
  )
  return numbersByCode(column.codes, values, Number(output.missing))
}

const codedColumns = (column: LevelsInFrame, code: OneHotCode): readonly NumbersInFrame[] => {
  const known = knownLevels(code)
  return code.outputs.map((output) => ({
    kind: 'one-hot',
    name: output.name,
    sources: column.sources,
    values: coded(column, known, output),
  }))
}

const textList = t.readonlyArray(textCodec, 'a list of levels')

const codeCodec = strictRecord('a one-hot code', {
  column: textCodec,
  outputs: t.readonlyArray(
    strictRecord('an output', {
      name: textCodec,
      levels: textList,
      minus: textList,
      missing: choiceCodec(true, false),
      unseen: choiceCodec(true, false),
    }),
    'a list of outputs',
  ),
  zeros: textList,
  missing: settingCodec(countOrNone),
})

export const fittedOneHot = {
  content: {
    unseen: choiceCodec('zeros', 'ownColumn', 'error'),
    codes: t.readonlyArray(codeCodec, 'a list of one-hot codes'),
  },
  apply: ({ unseen, codes }, frame) => {
    const coming = codes.flatMap((code) => {
      const column = columnNamed(frame, code.column)
      return column !== undefined && hasLevels(column) ? [{ code, column, known: knownLevels(code) }] : []
    })
    const odd = coming.flatMap(({ column, known }) =>
      unseenCase(frame, column, known, unseen === 'ownColumn' ? 'own-column' : 'zeros'),
    )
    if (unseen === 'error' && odd.length > 0)
      return E.left(refusedLevels('oneHot', odd, "unseen 'zeros' or 'ownColumn'"))
    return E.right({
      frame: changeColumns(frame, codes, (column, code) =>
        hasLevels(column) ? codedColumns(column, code) : [column],
      ),
      cases: [
        ...odd,
        ...coming
          .filter(({ code }) => code.missing === 0)
          .flatMap(({ column }) => missingCase(frame, column, { rule: 'zeros' })),
      ],
    })
  },
  // A row belongs to the level whose column is largest; to the dropped one, or to none, where none is above one half.
  invert: ({ codes }, frame) => {
    const made = new Map(codes.flatMap(({ outputs }) => outputs.map(({ name }) => [name, true] as const)))
    const back = codes.flatMap(({ outputs, zeros, column }): readonly LevelsInFrame[] => {
      const found = outputs.flatMap((output) => {
        const values = columnNamed(frame, output.name)
        return values !== undefined && hasNumbers(values) ? [{ output, values }] : []
      })
      const [whole] = found
      const told = outputs.every((output) => output.levels.length <= 1)
      if (whole === undefined || found.length < outputs.length || !told) return []
      const levels = [
        ...new Set([...outputs.flatMap(({ levels, minus }) => [...minus, ...levels]), ...zeros]),
      ]
      const codeOf = (row: number): number => {
        const best = found.reduce((a, b) =>
          (b.values.values[row] ?? 0) > (a.values.values[row] ?? 0) ? b : a,
        )
        const value = best.values.values[row] ?? 0
        const {
          levels: [plus],
          minus: [minus],
        } = best.output
        const [dropped] = zeros
        const level = value > 0.5 ? plus : value < -0.5 ? minus : dropped
        return level === undefined ? -1 : levels.indexOf(level)
      }
      return [
        {
          kind: 'category',
          name: column,
          sources: whole.values.sources,
          levels,
          codes: Int32Array.from({ length: frame.n }, (_, row) => codeOf(row)),
        },
      ]
    })
    return { ...frame, columns: [...frame.columns.filter(({ name }) => !made.has(name)), ...back] }
  },
} satisfies FittedKind<FittedOneHot>
