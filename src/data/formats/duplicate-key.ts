/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   text is walked letter by letter, with the names of the objects that are open */

/** Past a text in quotes that begins at `at`. */
const afterText = (json: string, at: number): number => {
  let next = at + 1
  while (next < json.length && json[next] !== '"') next += json[next] === '\\' ? 2 : 1
  return next + 1
}

/**
 * A name that an object of a JSON text has twice; undefined where there is none. `JSON.parse`, which has to accept the
 * text, would take the last of them without a word.
 */
export const duplicateKey = (json: string): string | undefined => {
  /** The names of each object that is open, outermost first; undefined for arrays. */
  const open: (Set<string> | undefined)[] = []
  /** Whether a text that begins here is a name. */
  let naming = false
  for (let at = 0; at < json.length;) {
    const letter = json[at]
    if (letter === '"') {
      const next = afterText(json, at)
      const names = open.at(-1)
      if (naming && names !== undefined) {
        const name = JSON.parse(json.slice(at, next)) as string
        if (names.has(name)) return name
        names.add(name)
        naming = false
      }
      at = next
      continue
    }
    if (letter === '{' || letter === '[') open.push(letter === '{' ? new Set() : undefined)
    else if (letter === '}' || letter === ']') open.pop()
    if (letter === '{' || letter === ',') naming = open.at(-1) !== undefined
    at++
  }
  return undefined
}
