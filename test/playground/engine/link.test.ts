import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { checkSettings, settingsCodec } from '../../../playground/src/engine/check-settings.ts'
import { decodeLink, emptyState, encodeLink, type LinkState } from '../../../playground/src/engine/link.ts'
import { defaults, fields } from '../../../playground/src/engine/settings.ts'
import { settings, timelines } from './arbitraries.ts'

const states: fc.Arbitrary<LinkState> = timelines.chain((futures) =>
  fc.record({
    futures: fc.constant(futures),
    epochs: fc.tuple(...futures.map(() => fc.integer({ min: 0, max: 10_000 }))),
    page: fc.record(
      {
        lang: fc.constantFrom('en', 'bg'),
        theme: fc.constantFrom('dark'),
        panels: fc.constant('loss,weights'),
      },
      { requiredKeys: [] },
    ),
  }),
)

const problemsOf = (fragment: string): readonly string[] => {
  const decoded = decodeLink(fragment)
  return E.isLeft(decoded) ? decoded.left.map(({ message }) => message.en) : []
}

describe('a link', () => {
  it('means the state it was made of', () => {
    fc.assert(
      fc.property(states, (state) => {
        const link = encodeLink(state)
        expect(link).toMatch(/^[\w.,:;~*=&%!'()+-]*$/)
        expect(decodeLink(`#${link}`)).toEqual(E.right(state))
      }),
    )
  })

  it('is empty where nothing differs, and short and readable where little does', () => {
    expect(encodeLink(emptyState)).toBe('')
    expect(decodeLink('')).toEqual(E.right(emptyState))
    const layer = { units: 16, activation: 'tanh', normalization: 'batch', dropout: 0.2 } as const
    const plain = { ...layer, activation: 'relu', normalization: 'none', dropout: 0 } as const
    const start = { ...defaults, data: 'spirals', l2: 0.01, hidden: [layer, layer, plain] } as const
    expect(
      encodeLink({
        futures: [
          { settings: start, forks: [] },
          { settings: start, forks: [{ epoch: 40, changes: { learningRate: 0.001, l2: 0 } }] },
        ],
        epochs: [120, 80],
        page: { lang: 'bg' },
      }),
    ).toBe(
      'v=1&data=spirals&hidden=16_tanh_batch_d0.2*2,16&l2=0.01&second=40;learningRate:0.001;l2:0&at=120,80&lang=bg',
    )
  })

  it.each([
    ['v=1&rows=5', /^Sample size \(rows\): expected a whole number from 20 to 5000, got 5$/],
    ['v=1&rows=1e999', /rows.*got "1e999"|rows.*got Infinity/],
    ['v=1&rows=0x20', /got "0x20"/],
    ['v=1&rows=', /got ""/],
    ['v=1&data=mons', /data.*one of moons, /],
    ['v=1&l1Exact=yes', /true or false/],
    ['v=1&hidden=8*1000000000', /at most 30 layers, got 31/],
    ['v=1&hidden=8*-1', /hidden\[0\]/],
    ['v=1&hidden=8_sigmoyd', /hidden\[0\]\.activation/],
    ['v=1&hidden=8_d2', /hidden\[0\]\.dropout/],
    ['v=1&hidden=,', /hidden\[0\]\.units.*got ""/],
    ['v=1&__proto__=1', /There is no setting "__proto__"/],
    ['v=1&constructor=1', /There is no setting "constructor"/],
    ['v=1&toString', /There is no setting "toString"/],
    ['v=1&hidden=8_constructor', /hidden\[0\]\.activation.*"constructor"/],
    ['v=1&seed=1&seed=2', /names seed twice/],
    ['v=2&seed=1', /version 2.*reads version 1/],
    ['%', /no setting "%"/],
    ['v=1&label=%E0%A4%A', /broken escape/],
    ['v=1&forks=x;l2:1', /expected an epoch.*got x/],
    ['v=1&forks=99999999;l2:1', /expected an epoch/],
    ['v=1&forks=40;l2:1~30;l2:0', /order of epochs/],
    ['v=1&forks=40;l2:1;l2:2', /names l2 twice/],
    ['v=1&forks=40;__proto__:2', /no setting "__proto__"/],
    ['v=1&forks=40;seed:-1', /seed.*got "-1"/],
    ['v=1&forks=40;rows:100', /other rows/],
    ['v=1&forks=40;hidden:9', /no weights yet/],
    ['v=1&second=40;initializer:zeros', /how the weights start/],
    ['v=1&at=1,2', /expected 1 epochs, got 2/],
    ['v=1&at=-3', /expected an epoch/],
    ['v=1&lang=<b>', /lang cannot be <b>/],
    [`v=1&label=${'x'.repeat(500)}`, /at most 200 letters/],
    [`v=1&label=${'x'.repeat(9000)}`, /at most 8000 letters/],
    [`v=1&forks=${Array.from({ length: 300 }, (_, i) => `${i};l2:${i % 2}`).join('~')}`, /at most 200 forks/],
  ])('%.60s is refused in words', (fragment, problem) => {
    const problems = problemsOf(fragment)
    expect(problems.join('\n')).toMatch(problem)
    problems.forEach((text) => expect(text.length).toBeLessThan(400))
  })

  it('that somebody typed may leave the version out', () => {
    expect(decodeLink('seed=3')).toEqual(decodeLink('v=1&seed=3'))
    expect(problemsOf('seed=x')).toEqual(problemsOf('v=1&seed=x'))
  })

  it('of any text is a state or a reason, and pollutes nothing', () => {
    const pieces = fc.constantFrom(...'v=1 & = forks hidden __proto__ ; : ~ * , 9 % %2 é'.split(' '))
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.array(pieces, { maxLength: 20 }).map((parts) => `v=1&${parts.join('')}`),
        ),
        (text) => {
          const decoded = decodeLink(text)
          if (E.isRight(decoded)) expect(decodeLink(encodeLink(decoded.right))).toEqual(decoded)
          else expect(decoded.left.length).toBeGreaterThan(0)
          expect(({} as Record<string, unknown>)['rows']).toBeUndefined()
        },
      ),
    )
  })

  it('says in Bulgarian what is wrong, with a decimal comma', () => {
    const decoded = decodeLink('v=1&noise=9')
    expect(E.isLeft(decoded) && decoded.left[0]?.message.bg).toBe(
      'Шум (noise): очаква се число от 0 до 1, а е 9',
    )
    const rate = decodeLink('v=1&learningRate=0')
    expect(E.isLeft(rate) && rate.left[0]?.message.bg).toContain('0,00001')
  })
})

describe('settings', () => {
  it('of every kind pass their codec, and junk does not', () => {
    fc.assert(fc.property(settings, (some) => settingsCodec.is(some) && E.isRight(checkSettings(some))))
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(fields)),
        fc.oneof(fc.constantFrom(NaN, Infinity, -1, null, undefined, {}, [null], [{}], 'x'), fc.object()),
        (name, junk) => E.isLeft(checkSettings({ [name]: junk })) || name === 'label',
      ),
    )
    expect(E.isLeft(checkSettings([]))).toBe(true)
    expect(E.isLeft(settingsCodec.decode({ rows: 1 }))).toBe(true)
    expect(settingsCodec.is({ rows: 20 })).toBe(false)
  })

  it('start within their own ranges', () => {
    expect(checkSettings({})).toEqual(E.right(defaults))
    expect(checkSettings(defaults)).toEqual(E.right(defaults))
  })
})
