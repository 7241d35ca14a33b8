import { describe, expect, test } from 'vitest'
import type { PredictionCase, PreparationFinding } from '../../src/data/index.ts'
import { predictionCaseText, preparationFindingText } from '../../src/report/index.ts'

const findings: readonly PreparationFinding[] = [
  { kind: 'gives-target-away', column: 'код', score: 0.9987 },
  { kind: 'combination-gives-target-away', columns: ['registered', 'casual'], target: 'cnt', r2: 1 },
  { kind: 'constant', column: 'Over18' },
  { kind: 'mostly-missing', column: 'Cabin', share: 0.771 },
  { kind: 'own-level-each-row', column: 'name', levels: 305 },
  { kind: 'rare-class', class: 'imL', rows: 2 },
]

const cases: readonly PredictionCase[] = [
  { kind: 'unseen', column: 'пол', count: 1, line: 4, rule: 'code-0', levels: ['?'] },
  { kind: 'missing', column: 'age', count: 3, line: 9, rule: 'filled', value: 28.5 },
  { kind: 'outside', column: 'fare', count: 2, line: 5, rule: 'left-missing' },
]

describe('words for what was found', () => {
  test('every finding says where, and what to do, in both languages', () => {
    const texts = findings.map(preparationFindingText)
    texts.forEach(({ en, bg }) => {
      expect(en).toMatch(/drop|collect/)
      expect(bg).toMatch(/махнете|съберете/)
      expect(bg).toMatch(/[а-я]/)
    })
    expect(texts[1]?.en).toBe(
      "the target 'cnt' is a weighted sum of 'registered' + 'casual' (R² 1): if they are parts of it, drop them",
    )
    expect(texts[3]?.bg).toContain('липсва в 77,1% от редовете')
  })

  test('every case says how many cells, the line of the first, and what was made of them', () => {
    expect(cases.map((found) => predictionCaseText(found).en)).toEqual([
      'пол: 1 cell with values that training had not (\'?\'), in line 4: taken for "unknown"',
      'age: 3 cells missing, of which training had none, the first in line 9: taken for 28.5',
      'fare: 2 cells with numbers that a step has no result for, the first in line 5: taken for missing',
    ])
    expect(cases.map((found) => predictionCaseText(found).bg)).toEqual([
      "пол: 1 клетка със стойности, които при обучението не е имало ('?'), на ред 4: взети за „неизвестна“",
      'age: липсват 3 клетки, а при обучението не е липсвала нито една, първата на ред 9: взети за 28,5',
      'fare: 2 клетки с числа, за които някоя стъпка няма резултат, първата на ред 5: взети за липсващи',
    ])
  })
})
