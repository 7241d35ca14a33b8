import { numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { StreamReading } from '../tabular/stream-question.ts'

/** Milliseconds between two lines about a pass. */
const between = 10_000

const passes: Readonly<Record<StreamReading['pass'], Wording>> = {
  schema: { en: 'columns', bg: 'колони' },
  counts: { en: 'rows and classes', bg: 'редове и класове' },
  train: { en: 'training part', bg: 'обучаващ набор' },
  dev: { en: 'dev part', bg: 'проверяващ набор (dev)' },
  test: { en: 'test part', bg: 'тестов набор' },
}

const megabytes = (bytes: number, language: Language): string => numberText(bytes / 1e6, language)

const passText = ({ pass, bytes, total }: StreamReading): Wording => {
  const of = (language: Language): string =>
    total === undefined
      ? megabytes(bytes, language)
      : `${megabytes(bytes, language)} ${{ en: 'of', bg: 'от' }[language]} ${megabytes(total, language)}`
  return { en: `read ${of('en')} MB: ${passes[pass].en}`, bg: `прочетени ${of('bg')} MB: ${passes[pass].bg}` }
}

/** Tells how much of the file a long pass has read, a line now and then. */
export const readingLines = (stream: NodeJS.WritableStream, language: Language) => {
  // eslint-disable-next-line functional/no-let -- the time of the last line
  let last = performance.now()
  return (reading: StreamReading): void => {
    if (performance.now() - last < between) return
    last = performance.now()
    stream.write(`${passText(reading)[language]}\n`)
  }
}
