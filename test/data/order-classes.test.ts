import fc from 'fast-check'
import { expect, test } from 'vitest'
import { key, toArray } from '../../src/index.ts'
import { digits16, orderClasses } from '../../src/data/index.ts'

const data = digits16({ key: key(0), n: 30 })
const digits = [...'0123456789']
const orders = fc.shuffledSubarray(digits, { minLength: 10 })

test('every row keeps the name of its class, and its inputs', () => {
  fc.assert(
    fc.property(orders, (names) => {
      const ordered = orderClasses(data, names)
      const nameOfRow = (of: typeof data) =>
        (toArray(of.y) as number[]).map((label) => of.targets.names[label])
      expect(nameOfRow(ordered)).toEqual(nameOfRow(data))
      expect(ordered.x).toBe(data.x)
      expect(ordered.targets.names).toEqual(names)
    }),
  )
})

test('ordering back gives the same class numbers', () => {
  fc.assert(
    fc.property(orders, (names) => {
      expect(toArray(orderClasses(orderClasses(data, names), digits).y)).toEqual(toArray(data.y))
    }),
  )
})

test('missing, further and repeated names are refused', () => {
  for (const names of [digits.slice(1), [...digits, '10'], [...digits.slice(1), '1']])
    expect(() => orderClasses(data, names)).toThrow(
      `orderClasses: expected the classes ${digits.join(', ')} in some order, got ${names.join(', ')}`,
    )
})
