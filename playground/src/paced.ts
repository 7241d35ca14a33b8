import { signal, type ReadonlySignal } from '@preact/signals'

/**
 * A signal that follows another one, but changes at most once in so many milliseconds: what is dear to draw follows the
 * training at its own pace. The last value always comes through.
 */
export const paced = <T>(source: ReadonlySignal<T>, milliseconds: number): ReadonlySignal<T> => {
  const follower = signal(source.peek())
  const waiting = signal<ReturnType<typeof setTimeout>>()
  source.subscribe((value) => {
    if (waiting.peek() !== undefined || value === follower.peek()) return
    waiting.value = setTimeout(() => {
      waiting.value = undefined
      follower.value = source.peek()
    }, milliseconds)
  })
  return follower
}

/** Calls a function with the last of the values that came within so many milliseconds. */
export const settled = <T>(milliseconds: number, f: (value: T) => void): ((value: T) => void) => {
  const waiting = signal<ReturnType<typeof setTimeout>>()
  return (value) => {
    clearTimeout(waiting.peek())
    waiting.value = setTimeout(() => f(value), milliseconds)
  }
}
