import { showNames } from '../data/formats/show-names.ts'
import type { PreparationFinding } from '../data/prepare/preparation-findings.ts'
import type { ColumnKind } from '../data/table/table.ts'
import type { ColumnFlag } from '../data/table/table-report.ts'
import { numberText } from '../report/number-text.ts'
import type { Wording } from '../report/wording.ts'

/** What kinds of columns are called, in the plural. */
export const kindWords: Readonly<Record<ColumnKind, Wording>> = {
  number: { en: 'numbers', bg: 'числа' },
  category: { en: 'categories', bg: 'категории' },
  boolean: { en: 'yes or no', bg: 'да или не' },
  date: { en: 'dates', bg: 'дати' },
  text: { en: 'texts', bg: 'текстове' },
  identifier: { en: 'identifiers', bg: 'идентификатори' },
}

/** Why a column is no feature. */
const reasons: Readonly<Record<string, Wording>> = {
  identifier: { en: 'identifies rows', bg: 'обозначава редовете' },
  text: { en: 'text', bg: 'текст' },
  empty: { en: 'empty', bg: 'празна' },
  constant: { en: 'one value', bg: 'една стойност' },
  told: { en: 'left out as told', bg: 'пропусната по желание' },
}

export const reasonWord = (reason: string): Wording => reasons[reason] ?? { en: reason, bg: reason }

const said = {
  rare: (count: number, kind: 'number' | 'date'): Wording =>
    kind === 'number'
      ? {
          en: `${count} cells keep it from being numbers`,
          bg: `${count} клетки пречат да е от числа`,
        }
      : { en: `${count} cells keep it from being dates`, bg: `${count} клетки пречат да е от дати` },
}

/** What should be looked at in a column, with the remedy; nothing of what is said elsewhere. */
export const flagText = (column: string, flag: ColumnFlag): Wording | undefined => {
  const name = showNames([column])
  const about = ({ en, bg }: Wording): Wording => ({ en: `${name}: ${en}`, bg: `${name}: ${bg}` })
  switch (flag.kind) {
    case 'sentinel': {
      const value = numberText(flag.value, 'en', 6)
      return about({
        en: `${value} stands far from the others ${flag.count} times; if it means "missing", write such cells empty`,
        bg: `${numberText(flag.value, 'bg', 6)} стои далеч от другите ${flag.count} пъти; ако означава липсваща стойност, оставете тези клетки празни`,
      })
    }
    case 'odd-cells': {
      const words = said.rare(flag.count, flag.expected)
      const places = flag.first.map(({ line, cell }) => `"${cell}" (${line})`).join(', ')
      return about({
        en: `${words.en}: ${places}, with their lines; correct them or leave them empty`,
        bg: `${words.bg}: ${places}, с редовете им във файла; поправете ги или ги оставете празни`,
      })
    }
    case 'numbers-among-signs':
      return about({
        en: `numbers with signs around them, such as "${flag.example}"; leave the signs out, so that they are read as numbers`,
        bg: `числа с добавени знаци, например „${flag.example}“; махнете знаците, за да се прочетат като числа`,
      })
    case 'integer-codes':
      return about({
        en: `${flag.values} different whole numbers; if they are codes, say --categories ${name}`,
        bg: `${flag.values} различни цели числа; ако са кодове, добавете --categories ${name}`,
      })
    case 'repeats':
      return about({
        en: `says the same as ${showNames([flag.column])}; leave one of them out with --drop`,
        bg: `казва същото като ${showNames([flag.column])}; пропуснете едната с --drop`,
      })
    case 'ambiguous-numbers':
      return about({
        en: `its numbers can be read in two ways; ${flag.taken.decimal === '.' ? 'the point' : 'the comma'} was taken for the decimal mark (--decimal)`,
        bg: `числата могат да се четат по два начина; за десетичен знак е взета ${flag.taken.decimal === '.' ? 'точката' : 'запетаята'} (--decimal)`,
      })
    case 'ambiguous-dates':
      return about({
        en: `its dates can be read in two ways; ${flag.taken} was taken`,
        bg: `датите могат да се четат по два начина; взет е редът ${flag.taken}`,
      })
    case 'renamed':
      return about({
        en: `the header calls it "${flag.from}", which is no name or one that another column has`,
        bg: `в заглавния ред е „${flag.from}“, което не е име или вече е име на друга колона`,
      })
    case 'empty':
    case 'constant':
    case 'identifier':
      return undefined
  }
}

/** What features and targets together tell, with the remedy; nothing of what is said elsewhere. */
export const findingWords = (finding: PreparationFinding): Wording | undefined => {
  switch (finding.kind) {
    case 'gives-target-away': {
      const name = showNames([finding.column])
      return {
        en: `${name} alone gives the target away; unless it is known before, leave it out with --drop ${name}`,
        bg: `${name} сама издава целта; ако не е известна преди нея, пропуснете я с --drop ${name}`,
      }
    }
    case 'combination-gives-target-away': {
      const names = showNames(finding.columns)
      return {
        en: `a sum of ${names} is the target ${finding.target}; leave them out with --drop ${finding.columns.join(',')}`,
        bg: `сборът на ${names} е целта ${finding.target}; пропуснете ги с --drop ${finding.columns.join(',')}`,
      }
    }
    case 'mostly-missing':
      return {
        en: `${showNames([finding.column])}: ${Math.round(100 * finding.share)} % of its cells are missing`,
        bg: `${showNames([finding.column])}: ${Math.round(100 * finding.share)} % от клетките липсват`,
      }
    case 'rare-class':
      return {
        en: `class ${finding.class} has ${finding.rows} training rows: too few to learn, or to judge by`,
        bg: `клас ${finding.class} има ${finding.rows} обучаващи реда: твърде малко за учене и за оценка`,
      }
    case 'constant':
    case 'own-level-each-row':
      return undefined
  }
}
