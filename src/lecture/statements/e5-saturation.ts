import type { Key } from 'puregrad'
import { xavierNormal } from 'puregrad/nn'
import { gainReport } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { signalPicture } from './signal-picture.ts'

const activations = ['sigmoid', 'tanh', 'relu'] as const

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const reports = activations.map(
    (name) => [name, gainReport(xavierNormal, name, { key, depth: 20, width: 64 })] as const,
  )
  const of = (name: (typeof activations)[number]) => reports.find(([own]) => own === name)?.[1]
  return {
    figures: {
      'δ first / last, sigmoid': of('sigmoid')?.firstToLast ?? NaN,
      'δ first / last, tanh': of('tanh')?.firstToLast ?? NaN,
      'layers until the sigmoid stalls': of('sigmoid')?.stallDepth ?? NaN,
    },
    pictures: [
      signalPicture('The signal on its way back through 20 layers under Xavier’s initialization', reports),
    ],
  }
}

/** A sigmoid passes on at most a quarter of a signal. */
export const e5 = earlierClaim({
  id: 'E5',
  lines: '442–443',
  asWritten: {
    en: 'Sigmoids should not be used in deep networks, because they saturate.',
    bg: 'Сигмоидни функции не бива да се ползват в дълбоки мрежи, защото се насищат.',
  },
  corrected: {
    en: 'The slope of a sigmoid is at most ¼, so in hidden layers the signal shrinks with depth even without saturation; tanh keeps it. Batch normalization rescues deep sigmoids (D5), and as an output a sigmoid is fine.',
    bg: 'Наклонът на сигмоидата е най-много ¼, затова в скритите слоеве сигналът се свива с дълбочината дори без насищане; tanh го запазва. Пакетната нормализация спасява дълбоките сигмоиди (D5), а като изход сигмоидата е подходяща.',
  },
  condition: {
    en: 'the sigmoids are in hidden layers and nothing normalizes what they are given.',
    bg: 'сигмоидите са в скрити слоеве и нищо не нормализира входа им.',
  },
  marks: {
    'δ first / last, sigmoid': { atMost: 1e-9 },
    'δ first / last, tanh': { atLeast: 0.1 },
    'layers until the sigmoid stalls': { within: [10, 16] },
  },
  measure,
})
