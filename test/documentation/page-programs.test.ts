import { expect, test } from 'vitest'
import { examples } from 'virtual:documentation-examples'

const pages = examples.filter(({ wholePage }) => wholePage)

test('there are pages that are one program', () => {
  expect(pages.map(({ name }) => name)).toContain('docs/guide.md:1')
})

for (const { name, run } of pages)
  test(name, { timeout: 600_000 }, async () => {
    // The guide trains some forty networks.
    await run()
  })
