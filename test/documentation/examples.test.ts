import { describe, expect, test } from 'vitest'
import { examples } from 'virtual:documentation-examples'

describe('documentation examples', () => {
  test('are listed once each', () => {
    expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length)
  })

  for (const { name, run } of examples) {
    test(
      name,
      async () => {
        await run()
        // A page that is one program trains dozens of networks.
      },
      600_000,
    )
  }
})
