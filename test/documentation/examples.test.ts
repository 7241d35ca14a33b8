import { describe, expect, test } from 'vitest'
import { examples } from 'virtual:documentation-examples'

describe('documentation examples', () => {
  test('are listed once each', () => {
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length)
  })

  // A page that is one program has a file of its own, which runs beside this one.
  for (const { name, run } of examples.filter(({ wholePage }) => !wholePage)) {
    test(name, async () => {
      await run()
    })
  }
})
