import type { TableProgress } from '../data/table/reading-options.ts'
import { numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { StreamReading } from '../tabular/stream-question.ts'

const passes: Readonly<Record<StreamReading['pass'], Wording>> = {
  schema: { en: 'columns', bg: 'колони' },
  counts: { en: 'rows and classes', bg: 'редове и класове' },
  train: { en: 'training part', bg: 'обучаващ набор' },
  dev: { en: 'dev part', bg: 'проверяващ набор (dev)' },
  test: { en: 'test part', bg: 'тестов набор' },
}

const megabytes = (bytes: number, language: Language): string => numberText(bytes / 1e6, language)

/** How far a pass over a file is, with its purpose or its number. */
type Reading = StreamReading | TableProgress

const passText = ({ pass, bytes, total }: Reading): Wording => {
  const { en, bg } = typeof pass === 'number' ? { en: `pass ${pass}`, bg: `обход ${pass}` } : passes[pass]
  const of = (language: Language): string =>
    total === undefined
      ? megabytes(bytes, language)
      : `${megabytes(bytes, language)} ${{ en: 'of', bg: 'от' }[language]} ${megabytes(total, language)}`
  return { en: `read ${of('en')} MB: ${en}`, bg: `прочетени ${of('bg')} MB: ${bg}` }
}

/** Tells how much of the file a long pass has read: a line after so many milliseconds, and again after as many. */
export const readingLines = (stream: NodeJS.WritableStream, language: Language, between: number) => {
  // eslint-disable-next-line functional/no-let -- the time of the last line
  let last = performance.now()
  return (reading: Reading): void => {
    if (performance.now() - last < between) return
    last = performance.now()
    stream.write(`${passText(reading)[language]}\n`)
  }
}
