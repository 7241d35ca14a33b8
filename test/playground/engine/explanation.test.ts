import { describe, expect, it } from 'vitest'
import { explain, largestFiniteRate } from '../../../playground/src/engine/explanation.ts'
import { forked, rewound, trained } from '../../../playground/src/engine/future.ts'
import { layer, right, startOf } from './trainings.ts'

const wild = {
  optimizer: 'sgd',
  learningRate: 1000,
  scaling: 'none',
  hidden: [layer(4, { activation: 'identity' }), layer(4, { activation: 'identity' })],
} as const

describe('a loss that is no finite number', () => {
  const end = trained(startOf(wild), 50)

  it('is explained by the step, the layer and a rate at which it would not have been', () => {
    expect(end.stopped).toBe('non-finite')
    const explanation = explain(end)!
    expect(explanation.step).toBe(end.state.step + 1)
    expect(explanation.message.en).toContain(
      `Step ${explanation.step} (epoch ${explanation.epoch}, batch ${explanation.batch})`,
    )
    expect(explanation.message.en).toMatch(/layer|loss/)
    expect(explanation.message.bg).toMatch(/^Стъпка \d+ \(епоха \d+, партида \d+\): /)
    const rate = explanation.finiteRate!
    // A power of ½ of the rate, and the advice names it.
    expect(Number.isInteger(Math.log2(1000 / rate))).toBe(true)
    expect(explanation.advice[0]?.en).toContain(String(Number(rate.toPrecision(3))))
    // It holds what it promises, and twice the rate does not.
    const steps = explanation.stepsTried
    const at = (learningRate: number) => trained(startOf({ ...wild, learningRate }), Math.ceil(steps / 3))
    expect(at(rate).stopped).toBeUndefined()
    expect(at(2 * rate).stopped).toBe('non-finite')
  })

  it('is explained from the fork that brought it about', () => {
    const sound = trained(startOf({ ...wild, learningRate: 0.1 }), 4)
    const broken = trained(right(forked(sound, 4, { optimizer: 'momentum', learningRate: 1000 })), 50)
    expect(broken.stopped).toBe('non-finite')
    const { rate } = largestFiniteRate(broken)
    expect(rate).toBeGreaterThan(0)
    const mended = right(forked(broken, 4, { learningRate: rate! }))
    expect(trained(mended, 5).stopped).toBeUndefined()
  })

  it('leaves the training where it can go back from', () => {
    const back = trained(rewound(end, 0), 0)
    expect(back.stopped).toBeUndefined()
    expect(trained(right(forked(back, 0, { learningRate: 0.1 })), 3).stopped).toBeUndefined()
    expect(explain(back)).toBeUndefined()
  })
})
