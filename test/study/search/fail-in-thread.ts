import type { Evaluate } from '../../../src/search/index.ts'

export type Way = 'fine' | 'odd' | 'throws' | 'exits' | 'hangs'

/** Fails in every way there is. */
export const evaluate: Evaluate<Way, never> = ({ config }) => {
  if (config === 'throws') throw new Error('no luck')
  if (config === 'exits') process.exit(3)
  if (config === 'hangs') for (;;);
  return config === 'odd' ? ({ objectives: 'none' } as never) : { objectives: [1] }
}
