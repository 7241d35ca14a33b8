/** The next turn of the event loop: timers, the screen and an abort have theirs first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
