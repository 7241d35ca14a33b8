import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { progressOn } from '../../src/cli/progress.ts'
import type { Standing } from '../../src/tabular/run-network.ts'

const standing: Standing = {
  kind: 'batch',
  epoch: 2,
  epochs: 10,
  done: 15,
  of: 100,
  train: 0.5,
  dev: NaN,
  rowsPerSecond: 1234.4,
  secondsLeft: 61.5,
}

const shown = (isTTY: boolean, language: 'en' | 'bg' = 'en'): string => {
  const stream = Object.assign(new PassThrough(), { isTTY })
  const progress = progressOn(stream, language)
  progress.show(standing)
  progress.show({ ...standing, kind: 'epoch', done: 20, dev: 0.75 })
  progress.stop()
  return String(stream.read() ?? '')
}

describe('progress', () => {
  test('is a bar on a terminal: epoch, losses, rate and remaining time', () => {
    const bar = shown(true)
    expect(bar).toMatch(/epoch 2\/10 \[=+-+\] train 0\.5000 {2}dev - {2}1234 rows\/s {2}1 min 2 s left/)
    expect(bar).toContain('dev 0.7500')
  })

  test('is one plain line an epoch anywhere else', () => {
    expect(shown(false)).toBe('epoch 2/10  train 0.5000  dev 0.7500  1234 rows/s  1 min 2 s left\n')
  })

  test('speaks Bulgarian', () => {
    expect(shown(false, 'bg')).toBe(
      'епоха 2/10  обучаващ 0,5000  проверяващ 0,7500  1234 реда/с  остават 1 мин 2 с\n',
    )
  })
})
