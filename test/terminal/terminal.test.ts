import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { painter, wantsColour } from '../../src/terminal/colour.ts'
import { languageAsked, languageOf } from '../../src/terminal/language.ts'
import { timeText } from '../../src/terminal/time-text.ts'

describe('the language', () => {
  test.each([
    [{}, 'en'],
    [{ LANG: 'bg_BG.UTF-8' }, 'bg'],
    [{ LANG: 'BG' }, 'bg'],
    [{ LANG: 'bgx' }, 'en'],
    [{ LC_ALL: 'C', LANG: 'bg_BG' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: 'bg', LANG: 'en_US' }, 'bg'],
    [{ LC_MESSAGES: 'de_DE', LANG: 'bg' }, 'en'],
  ] as const)('of %j is %s', (environment, language) => {
    expect(languageOf(environment)).toBe(language)
  })
  test('that is asked for comes before the environment, and must be one there is', () => {
    const own = { LANG: 'bg' }
    expect(languageAsked([], own)).toEqual(E.right('bg'))
    expect(languageAsked(['--lang', 'en'], own)).toEqual(E.right('en'))
    expect(languageAsked(['--lang=BG'], {})).toEqual(E.right('bg'))
    expect(languageAsked(['--lang', 'fr'], own)).toEqual(
      E.left('--lang: очаква се en или bg, а е дадено „fr“'),
    )
    expect(languageAsked(['--lang'], {})).toEqual(E.left('--lang: expected en or bg, got ""'))
  })
})

describe('colours', () => {
  const terminal = { isTTY: true, hasColors: () => true }
  test.each([
    [[], {}, terminal, true],
    [[], {}, {}, false],
    [[], {}, { isTTY: true, hasColors: () => false }, false],
    [[], { NO_COLOR: '1' }, terminal, false],
    [[], { NO_COLOR: '' }, terminal, true],
    [['--no-color'], { FORCE_COLOR: '1' }, terminal, false],
    [[], { FORCE_COLOR: '1' }, {}, true],
    [[], { FORCE_COLOR: '0' }, terminal, false],
    [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
  ])('%j %j %j: %s', (argv, environment, stream, wanted) => {
    expect(wantsColour(argv, environment, stream)).toBe(wanted)
  })
  test('are codes around the text, or none', () => {
    expect(painter(true)('bad', 'x')).toBe('\u001b[31mx\u001b[39m')
    expect(painter(false)('bad', 'x')).toBe('x')
  })
})

test('a time is in its two largest units', () => {
  expect(timeText(0.2, 'en')).toBe('1 s')
  expect(timeText(61.5, 'en')).toBe('1 min 2 s')
  expect(timeText(3725, 'bg')).toBe('1 ч 2 мин')
})
