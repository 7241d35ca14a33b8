import type { PictureAxis, PictureText } from 'puregrad/report'

/** A text in both languages. */
export const both = (en: string, bg: string): PictureText => ({ en, bg })

export const epoch: PictureAxis = { title: both('epoch', 'епоха'), whole: true }
export const lossTitle = both('cross-entropy', 'кръстосана ентропия')
export const devLoss = both('dev cross-entropy', 'кръстосана ентропия, проверяващ набор')
export const trainLoss = both('training cross-entropy', 'кръстосана ентропия, обучаващ набор')
export const trainPart = both('train', 'обучаващ набор')
export const devPart = both('dev', 'проверяващ набор')

/** To so many digits that the last bits of another machine do not show. */
export const rounded = (value: number, digits = 4): number => Number(value.toPrecision(digits))
