import { showText } from '../core/tensor/show-value.ts'
import type { PreparationFinding } from '../data/prepare/preparation-findings.ts'
import { numberText } from './number-text.ts'
import { remediesInCode, type Remedies } from './remedies.ts'
import type { Wording } from './wording.ts'

const short = (name: string): string => showText(name, 60)

const english = (name: string): string => `'${short(name)}'`

const bulgarian = (name: string): string => `„${short(name)}“`

const sum = (names: readonly string[], quoted: (name: string) => string): string =>
  names.map(quoted).join(' + ')

/** A finding with what helps. */
export const preparationFindingWords = (finding: PreparationFinding, remedies: Remedies): Wording => {
  const drop = (...columns: readonly string[]): Wording => remedies.of(columns).drop
  switch (finding.kind) {
    case 'gives-target-away':
      return {
        en: `${english(finding.column)} alone gives the target away (${numberText(finding.score, 'en', 4)} of 1): if it is not known before the target is, ${drop(finding.column).en}`,
        bg: `само ${bulgarian(finding.column)} издава целта (${numberText(finding.score, 'bg', 4)} от 1): ако тази стойност не е известна преди целта, ${drop(finding.column).bg}`,
      }
    case 'combination-gives-target-away':
      return {
        en: `the target ${english(finding.target)} is a weighted sum of ${sum(finding.columns, english)} (R² ${numberText(finding.r2, 'en', 7)}): if they are parts of it, ${drop(...finding.columns).en}`,
        bg: `целта ${bulgarian(finding.target)} е претеглена сума на ${sum(finding.columns, bulgarian)} (R² ${numberText(finding.r2, 'bg', 7)}): ако те са нейни части, ${drop(...finding.columns).bg}`,
      }
    case 'constant':
      return {
        en: `${english(finding.column)} has one value in all rows and says nothing: ${drop(finding.column).en}`,
        bg: `${bulgarian(finding.column)} има една и съща стойност във всички редове и не казва нищо: ${drop(finding.column).bg}`,
      }
    case 'mostly-missing':
      return {
        en: `${english(finding.column)} is missing in ${numberText(100 * finding.share, 'en')}% of the rows: ${drop(finding.column).en}, or keep whether it is there`,
        bg: `${bulgarian(finding.column)} липсва в ${numberText(100 * finding.share, 'bg')}% от редовете: ${drop(finding.column).bg} или запазете само дали стойността я има`,
      }
    case 'own-level-each-row':
      return {
        en: `${english(finding.column)} has ${finding.levels} different values, nearly one for each row, so none tells of other rows: ${drop(finding.column).en}, or merge rare values`,
        bg: `${bulgarian(finding.column)} има ${finding.levels} различни стойности, почти по една на ред, и никоя не казва нищо за другите редове: ${drop(finding.column).bg} или обединете редките стойности`,
      }
    case 'rare-class':
      return {
        en: `the class ${english(finding.class)} has ${finding.rows} ${finding.rows === 1 ? 'row' : 'rows'}, too few to learn or to judge: collect more, or merge it with another`,
        bg: `класът ${bulgarian(finding.class)} има ${finding.rows} ${finding.rows === 1 ? 'ред' : 'реда'}, твърде малко за обучение и за оценка: съберете още или го обединете с друг`,
      }
  }
}

/**
 * A finding of `preparationFindings` and what can be done about it, in both languages.
 *
 * @example
 * ```ts
 * import { preparationFindingText } from 'puregrad/report'
 * preparationFindingText({ kind: 'constant', column: 'Over18' }).en // => "'Over18' has one value in all rows and says nothing: drop it"
 * ```
 * @category Language
 */
export const preparationFindingText = (finding: PreparationFinding): Wording =>
  preparationFindingWords(finding, remediesInCode)
