import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vitest/config'
import { examplesIn } from './examples-in.ts'
import type { Example } from './examples-in.ts'
import { withAssertions } from './with-assertions.ts'

const listId = 'virtual:documentation-examples'
const exampleFolder = 'test/documentation/.examples'

/**
 * Makes every example of `src`, `docs` and the README a module of its own, which asserts when it is imported,
 * and lists them in `virtual:documentation-examples`.
 */
export const documentationExamples = (root: string): Plugin => {
  const idOf = ({ file, line }: Example): string => join(root, exampleFolder, `${file}.${line}.ts`)
  const examples = (): readonly Example[] =>
    documentedFiles(root).flatMap((file) => examplesIn(file, readFileSync(join(root, file), 'utf8')))
  // Read when they are listed: looking through every file again for each example took minutes.
  let listed: ReadonlyMap<string, Example> = new Map()
  return {
    name: 'documentation-examples',
    enforce: 'pre',
    // Modules without files: what they hold is found when they are listed, so none is kept from an earlier run.
    configureVitest: ({ experimental_defineCacheKeyGenerator: defineKey }) => {
      defineKey(({ id }) => (id === listId || id.includes(exampleFolder) ? false : undefined))
    },
    resolveId: (id) => (id === listId || id.includes(exampleFolder) ? id : undefined),
    load: (id) => {
      if (id === listId) {
        listed = new Map(examples().map((example) => [idOf(example), example]))
        return `export const examples = [${[...listed]
          .map(([of, example]) => entry(example, of))
          .join(',\n')}]`
      }
      const example = listed.get(id)
      return example === undefined
        ? undefined
        : `import { assertExample } from ${JSON.stringify(join(root, 'test/documentation/assert-example.ts'))}\n` +
            withAssertions(example)
    },
  }
}

const entry = ({ file, line, wholePage }: Example, id: string): string =>
  `{ name: ${JSON.stringify(`${file}:${line}`)}, wholePage: ${wholePage === true}, run: () => import(${JSON.stringify(id)}) }`

const documentedFiles = (root: string): readonly string[] => [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesBelow(root, 'src', '.ts'),
  // The reference repeats the examples of src, and a translation those of its page (see guides.test.ts).
  ...filesBelow(root, 'docs', '.md').filter(
    (file) => !file.startsWith('docs/reference/') && !file.endsWith('.bg.md'),
  ),
]

const filesBelow = (root: string, folder: string, extension: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
