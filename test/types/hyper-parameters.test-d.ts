import { describe, expectTypeOf, it } from 'vitest'
import { tensor } from 'puregrad'
import { l2 } from 'puregrad/nn'
import { logDensity, modelOf, type Hyper, type HyperParameters, type Params } from 'puregrad/study'

declare const settings: HyperParameters

describe('parameters and hyper-parameters', () => {
  it('are different types: neither passes for the other', () => {
    expectTypeOf<HyperParameters>().toExtend<Hyper>()
    expectTypeOf<{ readonly weight: ReturnType<typeof tensor> }>().toExtend<Params>()
    expectTypeOf<Hyper>().not.toExtend<Params>()
    expectTypeOf<Params>().not.toExtend<Hyper>()
    expectTypeOf<HyperParameters>().not.toExtend<Params>()
    const prior = { kind: 'normal', variance: 1 } as const
    // @ts-expect-error settings have no prior density
    expectTypeOf(() => logDensity(prior, { weight: 0.5 })).toBeFunction()
    const ends = { inputs: 1, outputs: 1 }
    expectTypeOf(() => modelOf(settings, ends)).toBeFunction()
    // @ts-expect-error a learning rate is no tensor
    expectTypeOf(() => modelOf({ ...settings, learningRate: tensor(1) }, ends)).toBeFunction()
    // @ts-expect-error the weight of a penalty is not estimated
    expectTypeOf(() => l2(tensor(1))).toBeFunction()
  })
})
