import { describe, expectTypeOf, it } from 'vitest'
import { key, zeros } from 'puregrad'
import { dropout, evalMode, network, trainMode, type Mode } from 'puregrad/nn'

const net = network(2, dropout('drop', 0.5))
const { params, state } = net.init(key(0))

describe('evaluation holds no key, training cannot lack one', () => {
  it('compiles with the mode alone', () => {
    expectTypeOf(net.apply(evalMode, params, state, zeros([1, 2]))[0].shape).not.toBeAny()
    expectTypeOf(trainMode(key(0))).toEqualTypeOf<Mode>()
  })

  it('does not compile otherwise', () => {
    // @ts-expect-error evaluation has no use for a key
    const keyed: Mode = { kind: 'eval', key: key(0) }
    // @ts-expect-error training needs one
    const keyless: Mode = { kind: 'train' }
    // @ts-expect-error a key is no number
    trainMode(0)
    expectTypeOf([keyed, keyless]).not.toBeAny()
  })
})
