import ts from 'typescript'

/** A text of the project in Bulgarian, and where it stands. */
export interface Text {
  readonly where: string
  readonly text: string
}

/** Something that is not said, and what is said instead. */
interface Rule {
  readonly pattern: RegExp
  readonly instead: string
  /** Text in brackets may say it: there the other common word of a term stands at its first use. */
  readonly allowedInBrackets?: true
}

const foreign = (words: string, instead: string): Rule => ({
  pattern: new RegExp(`(?<![\\p{L}\\d_./-])(?:${words})(?![\\p{L}\\d_/-]|\\.\\w)`, 'iu'),
  instead,
  allowedInBrackets: true,
})

const ending = '[а-я]*'

/** One word for one thing, and the words of the slides. */
const rules: readonly Rule[] = [
  { pattern: /(?<!npm[ -])пакет(?!ир)/i, instead: 'партида (batch), мини-партида; пакетиране is bagging' },
  { pattern: /преобуч/i, instead: 'пренапасване' },
  { pattern: /недообуч/i, instead: 'недонапасване' },
  { pattern: /крос-ентропи/i, instead: 'кръстосана ентропия' },
  { pattern: /разреден/i, instead: 'оскъден (sparse)' },
  { pattern: /пълзящ/i, instead: 'плъзгаща се средна' },
  { pattern: /изчезващ[а-я]* градиент/i, instead: 'затихващ градиент' },
  {
    pattern: /(?:голяма|малка|висока|ниска)(?:та)? дисперсия(?:та)?(?! на)|дисперси[а-я]* \(variance\)/i,
    instead: 'вариация (of bias and variance); дисперсия is σ²',
  },
  {
    pattern: /(?:отместване|отклонение)[а-я]* и (?:голяма |малка )?дисперси|дисперси[а-я]* и отместван/i,
    instead: 'отместване и вариация',
  },
  { pattern: /(?<!стандартн[а-я]+ )отклонени/i, instead: 'стандартно отклонение (σ); bias is отместване' },
  { pattern: /целев[а-я]+ функци/i, instead: 'функция на разходите; критерий' },
  {
    pattern: /(?:обучаващ|тестов|проверяващ|тренировъч|валидиращ)[а-я]* множеств/i,
    instead: 'набор or извадка',
  },
  { pattern: /тренировъч/i, instead: 'обучаващ' },
  { pattern: /валидиращ|валидацион/i, instead: 'проверяващ (dev)', allowedInBrackets: true },
  { pattern: /градиентен спуск|градиентното спускане надолу/i, instead: 'градиентно спускане' },
  { pattern: /скорост[а-я]* на учене/i, instead: 'скорост на обучение' },
  { pattern: /хипер[- ]парамет/i, instead: 'хиперпараметър' },
  { pattern: /дропаут|байъс|баяс|бач(?![а-я])|бачове|лейбъл|фийчър|овърфит/i, instead: 'a Bulgarian word' },
  { pattern: /(?<![\w.:/])\d+\.\d+(?![\w/]|\.\d)/, instead: 'a decimal comma' },
  foreign('dropout', 'отпадане (dropout)'),
  foreign('bagging', 'пакетиране (bagging)'),
  foreign('(?:mini-?)?batch(?:es)?', 'партида (batch)'),
  foreign('batch norm(?:alization)?', 'нормализация по партиди'),
  foreign('dev', 'проверяващ набор (dev)'),
  foreign('tests?', 'тестов набор'),
  foreign('train(?:ing)?', 'обучаващ набор'),
  foreign('bias', 'отместване'),
  foreign('variance', 'вариация'),
  foreign('leaky', 'изтичащ'),
  foreign('sparse', 'оскъден'),
  foreign('(?:over|under)fit\\w*', 'пренапасване, недонапасване'),
  foreign('learning rate', 'скорост на обучение'),
  foreign('early stopping', 'ранно спиране'),
  foreign('(?:epoch|layer|weight|feature|label|seed)s?', 'епоха, слой, тегло, признак, клас, семе'),
  foreign('loss|cost|accuracy|momentum|clipping|validation', 'загуба, разходи, точност, инерция, …'),
]

/** In brackets, and in the brackets in them. */
const withoutBrackets = (text: string): string => {
  const shorter = text.replace(/\([^()]*\)/g, ' ')
  return shorter === text ? text : withoutBrackets(shorter)
}

/** Code, names of options and of files, and addresses are in no language. */
const prose = (text: string): string =>
  text
    .replace(/```[\s\S]*?```/g, ' ')
    .replace(/`[^`]*`/g, ' ')
    .replace(/<[^>]*>|\{\w*\}/g, ' ')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/--[\w-]+(?:[= ]\w+)?/g, ' ')
    .replace(/(?:arXiv|doi|https?):\S+/gi, ' ')
    .replace(/Node(?:\.js)? \d+\.\d+/g, ' ')
    .replace(/\b[\w-]+\.(?:ts|js|md|csv|svg|json|html|npy|idx|safetensors)\b/g, ' ')

/** What is wrong with the words of a Bulgarian text. */
export const wrongWords = (text: string): readonly string[] => {
  const whole = prose(text)
  const outside = withoutBrackets(whole)
  return rules.flatMap(({ pattern, instead, allowedInBrackets }) => {
    const found = pattern.exec(allowedInBrackets === true ? outside : whole)
    return found === null ? [] : [`"${found[0]}", not ${instead}`]
  })
}

const cyrillic = new RegExp(`[а-я]${ending}`, 'i')

/** The texts with Cyrillic letters in a file of TypeScript; a hole of a template is three dots. */
export const bulgarianTexts = (file: string, source: string): readonly Text[] => {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const textsIn = (node: ts.Node): readonly Text[] => {
    const text = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…')
        : undefined
    const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
    return [
      ...(text !== undefined && cyrillic.test(text) ? [{ where: `${file}:${line}`, text }] : []),
      ...node.getChildren().flatMap(textsIn),
    ]
  }
  return textsIn(tree)
}
