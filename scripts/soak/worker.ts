// Runs batches of random cases of one law after another, and tells its parent what each came to, until it is ended.
import { randomLaws } from '../../test/laws/random-laws.ts'
import type { Batch, Start } from './messages.ts'

/** Batches this many times smaller than the share of a law, so that all laws come round often. */
const parts = 10

const batchAt = (position: number, seed: number): Batch => {
  const law = randomLaws[position % randomLaws.length]
  if (law === undefined) throw new Error('there are no laws')
  const runs = Math.max(1, Math.round(law.share / parts))
  const report = law.run(seed, runs)
  return { law: law.name, seed, runs, report, memory: process.memoryUsage().rss }
}

process.once('message', ({ first, every }: Start) => {
  const next = (position: number): void => {
    const batch = batchAt(position, (first + position * every) | 0)
    process.send?.(batch, () => {
      setImmediate(next, position + 1)
    })
  }
  next(0)
})

process.once('disconnect', () => {
  process.exit(0)
})
