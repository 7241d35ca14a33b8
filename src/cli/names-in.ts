/** One name of a list, in quotes where it holds a comma, as in a CSV file. */
const one = /\s*(?:"((?:[^"]|"")*)"|([^,"]*))\s*(?:,|$)/y

const namesFrom = (text: string, at: number): readonly string[] | undefined => {
  const place = new RegExp(one)
  // eslint-disable-next-line functional/immutable-data -- where a sticky expression looks
  place.lastIndex = at
  const found = place.exec(text)
  if (found === null) return undefined
  const name = (found[1]?.replaceAll('""', '"') ?? found[2] ?? '').trim()
  const end = at + found[0].length
  const more = end < text.length || found[0].endsWith(',') ? namesFrom(text, end) : []
  return name === '' || more === undefined ? undefined : [name, ...more]
}

/** The names of a list such as `age,"height, cm"`; undefined where one is empty or a quote is not closed. */
export const namesIn = (text: string): readonly string[] | undefined => namesFrom(text, 0)
