/** What waits to be drawn, by who asked: the last asked counts. */
const waiting = new Map<unknown, () => void>()

const drawNext = (): void => {
  const next = waiting.entries().next().value
  if (next === undefined) return
  waiting.delete(next[0])
  next[1]()
  if (waiting.size > 0) requestAnimationFrame(drawNext)
}

/** Draws in a frame of its own, so that no frame has to wait for several pictures. */
export const inTurn = (who: unknown, draw: () => void): void => {
  if (waiting.size === 0) requestAnimationFrame(drawNext)
  waiting.set(who, draw)
}

/** Takes back what was asked. */
export const notAnyMore = (who: unknown): void => {
  waiting.delete(who)
}
