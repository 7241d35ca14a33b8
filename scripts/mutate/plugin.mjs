// A vitest plugin that changes one place of one source file while it is loaded; the file itself stays as it is. The
// change comes from the environment as JSON: { file, start, end, text }, positions as JavaScript counts them.
import { fileURLToPath } from 'node:url'
import { relative } from 'node:path'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const mutation = (json = process.env.PUREGRAD_MUTANT) => {
  if (json === undefined || json === '') return []
  const { file, start, end, text } = JSON.parse(json)
  return [
    {
      name: 'mutation',
      enforce: 'pre',
      transform: (code, id) =>
        relative(root, id.split('?')[0]) === file ? code.slice(0, start) + text + code.slice(end) : undefined,
    },
  ]
}
