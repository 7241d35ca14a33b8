import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { pictureSvg, type Language, type Picture } from 'puregrad/report'
import { trainedPictures } from './trained-pictures.ts'
import { untrainedPictures } from './untrained-pictures.ts'

const folder = fileURLToPath(new URL('../../docs/guide/', import.meta.url))
const languages: readonly Language[] = ['en', 'bg']

const draw = async (name: string, picture: Picture, language: Language): Promise<void> => {
  const svg = await pictureSvg(picture, { language })()
  if (E.isLeft(svg)) throw new Error(`${name}, ${language}: ${svg.left.message}`)
  await writeFile(`${folder}${name}.${language}.svg`, svg.right)
}

await mkdir(folder, { recursive: true })
for (const [name, picture] of Object.entries({ ...untrainedPictures(), ...trainedPictures() }))
  for (const language of languages) await draw(name, picture, language)
