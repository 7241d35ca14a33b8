import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pictureSvg } from 'puregrad/report'
import { expect, test } from 'vitest'
import { programOf } from '../../scripts/guide/program-of.ts'
import { untrainedPictures } from '../../scripts/guide/untrained-pictures.ts'

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

test('the program that the pictures are of is that of the guide (npm run guide)', () => {
  expect(read('scripts/guide/program.ts')).toBe(programOf(read('docs/guide.md')))
})

const cases = Object.entries(untrainedPictures()).flatMap(([name, picture]) =>
  (['en', 'bg'] as const).map((language) => ({ name, picture, language })),
)

test.each(cases)(
  'the picture $name of docs/guide in $language is what is drawn now',
  async ({ name, picture, language }) => {
    const drawn = await pictureSvg(picture, { language })()
    expect(E.isRight(drawn) && drawn.right === read(`docs/guide/${name}.${language}.svg`)).toBe(true)
  },
)
