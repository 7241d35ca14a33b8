import { join } from 'node:path'
import type { Plugin } from 'vitest/config'
import { documentedExamples } from './documented-examples.ts'
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
  const examples = (): readonly Example[] => documentedExamples(root)
  return {
    name: 'documentation-examples',
    enforce: 'pre',
    resolveId: (id) => (id === listId || id.includes(exampleFolder) ? id : undefined),
    load: (id) => {
      if (id === listId) {
        return `export const examples = [${examples()
          .map((example) => entry(example, idOf(example)))
          .join(',\n')}]`
      }
      const example = id.includes(exampleFolder) ? examples().find((e) => idOf(e) === id) : undefined
      return example === undefined
        ? undefined
        : `import { assertExample } from ${JSON.stringify(join(root, 'test/documentation/assert-example.ts'))}\n` +
            withAssertions(example)
    },
  }
}

const entry = (example: Example, id: string): string =>
  `{ name: ${JSON.stringify(`${example.file}:${example.line}`)}, run: () => import(${JSON.stringify(id)}) }`
