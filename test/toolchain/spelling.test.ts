import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const project = fileURLToPath(new URL('../..', import.meta.url))

/** American words and the ones written here. The spelling is British with -ize, as in Oxford's dictionaries. */
const american: readonly (readonly [RegExp, string])[] = [
  [/^(un)?(behavior|color|favor|flavor|harbor|honor|humor|labor|neighbor|rumor|vapor)/, '-our'],
  [/^endeavor/, '-our'],
  [/^(center|fiber|caliber|theater|specter)/, '-re'],
  [/(ana|cata|para)lyz/, '-yse'],
  [
    /^(re|un|mis)?(cancel|channel|fuel|label|level|marvel|model|signal|total|travel|tunnel)(ed|er|ing|ous)$/,
    '-ll-',
  ],
  [/^(fulfill(ment|s)?|enrollment|installment|skillful|willful)$/, '-l-'],
  [/^(defense|offense|pretense)/, '-ce'],
  [/^gr(ay)(s|ed|er|ish|scale)?$/, 'grey'],
  [/^(analog|catalog|dialog)s?$/, '-ogue'],
  [/^artifact/, 'artefact'],
  [/^skeptic/, 'sceptic'],
  [/^maneuver/, 'manoeuvre'],
  [/^(aluminum|plow|mustache|pajamas|program(m?)atical)$/, 'the British word'],
]

/** Words that end in -ise because they do so everywhere: no verb was made by the ending. */
const properIse =
  /^(adv|ar|br(u)?|chast|comprom|compr|conc|cru|dem|desp|dev|disgu|enterpr|exc|exerc|expert|franch|imprec|improv|merchand|no|denoi?|paradi?|po|prec|prem|pra|prom|ra|rev|r|sunr|superv|unsuperv|surm|surpr|telev|treat|defr|wi?)is/
const verbInIse = /^\w{3,}is(e|es|ed|er|ers|ing|ation|ations|able)$/

/**
 * Spelt by others: what a published optimizer calls its setting, names in charts and pages, a record of a
 * test with a field of another library.
 */
const others: ReadonlyMap<string, RegExp> = new Map(
  Object.entries({
    centered: /^(src\/optim\/rms-prop\.ts|test\/|CONTRIBUTING\.md)/,
    center: /^(src\/report|test)\//,
    color: /^(src\/(report|lecture|terminal)|test|bench)\//,
    colors: /^(src|test)\/terminal\//,
  }),
)

/** The words of a text, those inside the names of code too: `bestNormalized` are two. */
const wordsIn = (text: string): readonly string[] =>
  [...text.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g)].map(([word]) => word.toLowerCase())

const oddity = (word: string): string | undefined =>
  american.find(([pattern]) => pattern.test(word))?.[1] ??
  (verbInIse.test(word) && !properIse.test(word) && !word.endsWith('wise') ? '-ize' : undefined)

const filesOf = (...paths: readonly string[]): readonly string[] =>
  spawnSync('git', ['ls-files', ...paths], { cwd: project, encoding: 'utf8' })
    .stdout.split('\n')
    .filter((file) => /\.(ts|mjs|cjs|md|cc|h|py)$/.test(file))

describe('the spelling', () => {
  test.each([
    ['normaliseBatch', ['-ize']],
    ['REGULARISATION', ['-ize']],
    ['the behavior of labeled neighbors, analyzed', ['-our', '-ll-', '-our', '-yse']],
    ['otherwise precise, a supervised exercise without noise, raised pairwise', []],
    ['normalizeBatch: the behaviour of labelled neighbours, analysed', []],
  ])('%s', (text, wrong) => {
    expect(wordsIn(text).flatMap((word) => oddity(word) ?? [])).toEqual(wrong)
  })

  // The reference is made of src.
  const files = filesOf(
    'src',
    'docs',
    'test',
    'bench',
    'scripts',
    'native',
    'README.md',
    'CONTRIBUTING.md',
  ).filter((file) => !file.startsWith('docs/reference/'))

  test('is one, in code and in prose', () => {
    expect(files.length).toBeGreaterThan(400)
    const found = files
      .filter((file) => file !== 'test/toolchain/spelling.test.ts')
      .flatMap((file) =>
        [...new Set([file, readFileSync(join(project, file), 'utf8')].flatMap(wordsIn))].flatMap((word) => {
          const wanted = others.get(word)?.test(file) === true ? undefined : oddity(word)
          return wanted === undefined ? [] : [`${file}: ${word} (${wanted})`]
        }),
      )
    expect(found).toEqual([])
  })

  test('and its exceptions are needed', () => {
    for (const [word, where] of others)
      expect(
        files.some(
          (file) => where.test(file) && wordsIn(readFileSync(join(project, file), 'utf8')).includes(word),
        ),
      ).toBe(true)
  })
})
