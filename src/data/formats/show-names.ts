import { showText } from '../../core/tensor/show-value.ts'

/** Letters of a list. */
const listLength = 240

/** Names as one line of bounded length. */
export const showNames = (names: readonly string[]): string => {
  const shown = names.slice(0, 20).map((name) => showText(name, 40))
  const lengths = shown.map((_, i) => shown.slice(0, i + 1).join(', ').length)
  const fit = shown.filter((_, i) => (lengths[i] ?? 0) <= listLength)
  return fit.length === names.length ? fit.join(', ') : `${fit.join(', ')}, … (${names.length} in all)`
}
