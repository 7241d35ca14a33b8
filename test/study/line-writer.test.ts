import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineWriter, type WritableFile } from '../../src/data/files/line-writer.ts'

type Fault = 'none' | 'write' | 'short' | 'sync' | 'truncate'

/** A file in memory that fails as it is told, operation by operation. */
const faultyFile = (faults: readonly Fault[]) => {
  const file = { bytes: Buffer.alloc(0), next: 0 }
  const fault = (): Fault => faults[file.next++] ?? 'none'
  const put = (bytes: Uint8Array, position: number) => {
    const longer = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length))
    file.bytes.copy(longer)
    longer.set(bytes, position)
    file.bytes = longer
  }
  const handle: WritableFile = {
    write: async (bytes, offset, length, position) => {
      await new Promise((resolve) => setImmediate(resolve))
      const what = fault()
      if (what === 'write') throw new Error('no space')
      const taken = what === 'short' ? Math.floor(length / 2) : length
      put(bytes.subarray(offset, offset + taken), position)
      return { bytesWritten: taken }
    },
    sync: async () => {
      if (fault() === 'sync') throw new Error('input/output error')
    },
    truncate: async (length) => {
      if (fault() === 'truncate') throw new Error('not now')
      file.bytes = file.bytes.subarray(0, length)
    },
  }
  return { file, handle }
}

test('whatever fails on the way, confirmed lines stand whole and in order, and none is glued to another', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Fault>('none', 'none', 'none', 'write', 'short', 'sync', 'truncate')),
      fc.array(fc.stringMatching(/^[a-z]{0,20}$/), { maxLength: 12 }),
      async (faults, lines) => {
        const { file, handle } = faultyFile(faults)
        const writer = lineWriter(handle, 0)
        const settled = await Promise.allSettled(lines.map((line) => writer.write(line)))
        await writer.settled()
        const confirmed = lines.filter((_, i) => settled[i]?.status === 'fulfilled')
        const text = file.bytes.toString()
        const expected = confirmed.map((line) => `${line}\n`).join('')
        // What follows the confirmed lines can only be one that could neither be written nor taken back.
        expect(text.startsWith(expected)).toBe(true)
        file.next = Infinity
        await expect(writer.write('last')).resolves.toBeUndefined()
        expect(file.bytes.toString()).toBe(`${expected}last\n`)
      },
    ),
    { numRuns: 300 },
  )
})
