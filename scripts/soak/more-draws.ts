// PUREGRAD_DRAWS=40 npx vitest run [FILES]
// Shows each property of the tests so many times as many values, for up to 25 seconds each, as the gate draws anew each time
// and what fails once in a thousand runs fails there one day.
import type * as FastCheck from 'fast-check'
import { vi } from 'vitest'

const times = Number(process.env['PUREGRAD_DRAWS'])
if (!(Number.isInteger(times) && times > 0))
  throw new RangeError(
    `PUREGRAD_DRAWS: expected a whole number above 0, got '${process.env['PUREGRAD_DRAWS'] ?? ''}'`,
  )

const usualRuns = 100
const longest = 25_000

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof FastCheck>()
  const assert = ((property: FastCheck.IRawProperty<unknown>, given: FastCheck.Parameters<unknown> = {}) =>
    original.assert<unknown>(property, {
      ...given,
      plugins: [...(given.plugins ?? []), original.interruptAfterTimeLimit(longest)],
      numRuns: (given.numRuns ?? usualRuns) * times,
    })) as typeof original.assert
  return { ...original, assert, default: { ...original.default, assert } }
})
