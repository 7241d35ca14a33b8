import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync, gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encodeNpy,
  encodeNpz,
  npzOmissions,
  parseNpz,
  readIdx,
  readLabelled,
  readNpy,
  readNpz,
  scanRows,
  streamLabelled,
} from '../../src/data/index.ts'
import { tensor } from '../../src/index.ts'
import { leftOf, numbers, rightOf } from './rows.ts'

/** What an archive claims of a member, and what is there. */
interface Member {
  readonly name: string
  readonly data: Uint8Array
  readonly localName?: string
  readonly method?: number
  readonly flags?: number
  readonly crc?: number
  readonly size?: number
  readonly stored?: number
  readonly local?: number
  /** Sizes and place stand in the extra field. */
  readonly long?: boolean
}

const little = (value: number, bytes: 2 | 4 | 8): readonly number[] =>
  Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n))

/** An archive of these members, with lies where they are asked for. */
const archive = (members: readonly Member[], long = false): Uint8Array => {
  const out: number[] = []
  const directory: number[] = []
  for (const { name, localName = name, data, method = 8, flags = 0, ...claims } of members) {
    const packed = method === 8 ? deflateRawSync(data) : data
    const [crc, size, stored] = [crc32(data), data.length, packed.length]
    const at = out.length
    const letters = [...new TextEncoder().encode(name)]
    const localLetters = [...new TextEncoder().encode(localName)]
    out.push(
      ...[0x50, 0x4b, 3, 4],
      ...little(20, 2),
      ...little(flags, 2),
      ...little(method, 2),
      ...little(0, 4),
    )
    out.push(
      ...little(crc, 4),
      ...little(stored, 4),
      ...little(size, 4),
      ...little(localLetters.length, 2),
      ...little(0, 2),
    )
    out.push(...localLetters, ...packed)
    const said = [claims.size ?? size, claims.stored ?? stored, claims.local ?? at]
    const extra =
      claims.long === true
        ? [...little(1, 2), ...little(24, 2), ...said.flatMap((value) => little(value, 8))]
        : []
    const [saidSize, saidStored, saidAt] =
      claims.long === true ? [2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1] : said
    directory.push(
      ...[0x50, 0x4b, 1, 2],
      ...little(20, 2),
      ...little(20, 2),
      ...little(flags, 2),
      ...little(method, 2),
    )
    directory.push(
      ...little(0, 4),
      ...little(claims.crc ?? crc, 4),
      ...little(saidStored!, 4),
      ...little(saidSize!, 4),
    )
    directory.push(...little(letters.length, 2), ...little(extra.length, 2), ...little(0, 2), ...little(0, 2))
    directory.push(...little(0, 2), ...little(0, 4), ...little(saidAt!, 4), ...letters, ...extra)
  }
  const first = out.length
  out.push(...directory)
  if (long) {
    const end = out.length
    out.push(
      ...[0x50, 0x4b, 6, 6],
      ...little(44, 8),
      ...little(45, 2),
      ...little(45, 2),
      ...little(0, 4),
      ...little(0, 4),
    )
    out.push(
      ...little(members.length, 8),
      ...little(members.length, 8),
      ...little(directory.length, 8),
      ...little(first, 8),
    )
    out.push(...[0x50, 0x4b, 6, 7], ...little(0, 4), ...little(end, 8), ...little(1, 4))
  }
  const count = long ? 0xffff : members.length
  out.push(...[0x50, 0x4b, 5, 6], ...little(0, 4), ...little(count, 2), ...little(count, 2))
  out.push(
    ...little(long ? 2 ** 32 - 1 : directory.length, 4),
    ...little(long ? 2 ** 32 - 1 : first, 4),
    ...little(0, 2),
  )
  return Uint8Array.from(out)
}

const good = encodeNpy(tensor([1, 2]))
const npy = (descr: string, data: readonly number[], shape = '(1,)'): Uint8Array => {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }\n`
  return Uint8Array.from([
    0x93,
    78,
    85,
    77,
    80,
    89,
    1,
    0,
    header.length & 255,
    header.length >> 8,
    ...Buffer.from(header),
    ...data,
  ])
}
const odd: Readonly<Record<string, readonly [Member, string]>> = {
  text: [{ name: 'text.npy', data: npy("'<U2'", [97, 0, 0, 0, 98, 0, 0, 0]) }, "got ''<U2''"],
  wide: [
    { name: 'wide.npy', data: npy("'<i8'", [0, 0, 0, 0, 1, 0, 0, 0]) },
    'to be held as int32, got 4294967296',
  ],
  complex: [{ name: 'complex.npy', data: npy("'<c8'", [0, 0, 0, 0, 0, 0, 0, 0]) }, "got ''<c8''"],
  objects: [{ name: 'objects.npy', data: npy("'|O'", [128, 3, 46]) }, "got ''|O''"],
  records: [{ name: 'records.npy', data: npy("[('a', '<f4')]", [0, 0, 0, 0]) }, "[('a', '<f4')]"],
  'notes.txt': [{ name: 'notes.txt', data: Buffer.from('read me') }, 'magic'],
  secret: [{ name: 'secret.npy', data: good, flags: 1 }, 'an encrypted one'],
  packed: [{ name: 'packed.npy', data: good, method: 12 }, 'method 12'],
  '../out': [{ name: '../out.npy', data: good }, 'one that leads out of it'],
  '/etc/x': [{ name: '/etc/x.npy', data: good }, 'one that leads out of it'],
}

describe('an archive with members that are no arrays', () => {
  test.each(Object.entries(odd))(
    'gives the others, and says what was left out and why: %s',
    (name, [member, reason]) => {
      const bytes = archive([{ name: 'x.npy', data: good }, member, { name: 'y.npy', data: good }])
      const read = rightOf(parseNpz(bytes, { file: 'f.npz' }))
      expect(Object.keys(read)).toEqual(['x', 'y'])
      expect(numbers(read['x']!)).toEqual([1, 2])
      const [omission, ...more] = npzOmissions(read)
      expect([omission!.name, more]).toEqual([name, []])
      expect(omission!.error.message).toContain(reason)
      expect(omission!.error.file).toBe('f.npz')
      expect(npzOmissions({ ...read })).toEqual(npzOmissions(read))
      expect(leftOf(parseNpz(bytes, { only: [name] })).message).toContain(reason)
      expect(npzOmissions(rightOf(parseNpz(bytes, { only: ['y'] })))).toEqual([])
      expect(leftOf(parseNpz(archive([member]))).message).toContain(reason)
    },
  )

  test('says which arrays there are where one is missing', () => {
    const error = leftOf(parseNpz(archive([{ name: 'x.npy', data: good }]), { file: 'f.npz', only: ['z'] }))
    expect(error).toEqual({
      kind: 'missing-array',
      file: 'f.npz',
      name: 'z',
      message: "f.npz: there is no array 'z'; there are x",
    })
  })

  test('leaves out folders without a word, and reads an empty archive', () => {
    const read = rightOf(
      parseNpz(
        archive([
          { name: 'a/', data: new Uint8Array(0), method: 0 },
          { name: 'a/x.npy', data: good },
        ]),
      ),
    )
    expect([Object.keys(read), npzOmissions(read)]).toEqual([['a/x'], []])
    expect(rightOf(parseNpz(archive([])))).toEqual({})
  })
})

describe('an archive that lies', () => {
  const x: Member = { name: 'x.npy', data: good }
  const y: Member = { name: 'y.npy', data: good }
  test.each<readonly [string, readonly Member[], string]>([
    ['members at one place', [x, { ...y, localName: 'y.npy', local: 0 }], 'the name that the directory has'],
    ['members of one name and place', [x, { ...x, local: 0 }], 'overlap'],
    [
      'a member longer than the room to the next',
      [{ ...x, method: 0, stored: good.length + 1, size: good.length + 1 }, y],
      'overlap',
    ],
    ['two of one name', [x, x], "two named 'x'"],
    ['two of one name but for the ending', [x, { ...x, name: 'x' }], "two named 'x'"],
    [
      'another name at the member itself',
      [{ ...x, localName: 'z.npy' }],
      'the name that the directory has, got another',
    ],
    ['a wrong checksum', [{ ...x, crc: 7 }], 'expected CRC-32 7'],
    ['a smaller size', [{ ...x, size: 10 }], 'expected 10 bytes'],
    [
      'a larger size',
      [{ ...x, size: good.length + 1 }],
      `expected ${good.length + 1} bytes, got ${good.length}`,
    ],
    ['a size no bytes could unfold to', [{ ...x, size: 2 ** 31 }], 'a size that'],
    ['a place beyond the end', [{ ...x, local: 2 ** 30 }], 'the byte where it begins'],
    ['data up to the directory', [{ ...x, stored: 2 ** 20 }], 'overlap'],
  ])('is refused: %s', (_, members, part) => {
    const error = leftOf(parseNpz(archive(members)))
    expect([error.kind, error.message]).toEqual(['malformed', expect.stringContaining(part)])
  })

  test('ZIP64 is read as any other, and checked as any other', () => {
    for (const long of [false, true]) {
      const bytes = archive(
        [
          { ...x, long: true },
          { ...y, long },
        ],
        true,
      )
      expect(Object.values(rightOf(parseNpz(bytes))).map(numbers)).toEqual([
        [1, 2],
        [1, 2],
      ])
    }
    expect(leftOf(parseNpz(archive([{ ...x, long: true, size: 2 ** 40 }]))).message).toContain('a size that')
    expect(leftOf(parseNpz(archive([{ ...x, long: true, local: 2 ** 52 }]))).message).toContain(
      'where it begins',
    )
  })

  test('whatever is changed, the result is arrays or a left value', () => {
    const bytes = archive([x, { ...y, long: true }, odd['text']![0]], true)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(30),
        (edits, less) => {
          const changed = bytes.slice(0, bytes.length - less)
          edits.forEach(([where, byte]) => changed.set([byte], where % changed.length))
          const read = parseNpz(changed)
          if (E.isLeft(read)) expect(read.left.message.length).toBeLessThan(500)
          else Object.values(read.right).forEach((array) => expect(numbers(array).length).toBe(array.size))
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('a small file unfolds to no more than the limit', { timeout: 120_000 }, () => {
  const folder: { path: string } = { path: '' }
  const at = (name: string): string => join(folder.path, name)
  const size = 3e8
  /** An IDX file of zeros, its header and all. */
  const zeros = (n: number): Uint8Array => {
    const bytes = new Uint8Array(8 + n)
    bytes.set([0, 0, 8, 1, n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255])
    return bytes
  }
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'puregrad-unfolding-'))
    await writeFile(at('huge.idx.gz'), gzipSync(zeros(size), { level: 1 }))
    await writeFile(at('large.idx.gz'), gzipSync(zeros(1e6)))
    await writeFile(at('labels.idx.gz'), gzipSync(zeros(1e6)))
    await writeFile(at('large.npy.gz'), gzipSync(encodeNpy(tensor(new Uint8Array(1e6)))))
    await writeFile(
      at('large.npz'),
      encodeNpz({ x: tensor(new Uint8Array(1e6)), y: tensor([1]) }, { compress: true }),
    )
    await writeFile(at('plain.idx'), zeros(1e4))
  })
  afterAll(() => rm(folder.path, { recursive: true }))

  test('by itself', async () => {
    const error = leftOf(await readIdx(at('huge.idx.gz'))())
    expect(error.kind).toBe('too-large')
    expect(error.message).toContain(
      '268435456 bytes when it is unfolded, got more; allow them with the option maxBytes',
    )
    expect(rightOf(await readIdx(at('large.idx.gz'))()).shape).toEqual([1e6])
  })

  test('as the option says, in every reader', async () => {
    const maxBytes = 999_999
    const labels = { features: at('large.idx.gz'), labels: at('labels.idx.gz') }
    const kinds = await Promise.all(
      [
        readIdx(at('large.idx.gz'), { maxBytes }),
        readNpy(at('large.npy.gz'), { maxBytes }),
        readNpz(at('large.npz'), { maxBytes }),
        readNpz(at('large.npz'), { maxBytes, only: ['x'] }),
        readLabelled(labels, { maxBytes }),
        scanRows(streamLabelled(labels, { maxBytes })),
        readIdx(at('plain.idx'), { maxBytes: 10_007 }),
      ].map(async (read) => leftOf<{ readonly kind: string }, unknown>(await read()).kind),
    )
    expect(new Set(kinds)).toEqual(new Set(['too-large']))
    expect(rightOf(await readNpz(at('large.npz'), { maxBytes, only: ['y'] })())['y']!.size).toBe(1)
    expect(rightOf(await readIdx(at('plain.idx'), { maxBytes: 10_008 })()).size).toBe(1e4)
  })

  test('and an archive that claims more is refused before anything is unfolded', () => {
    const member = { name: 'x.npy', data: new Uint8Array(9e5) }
    const bytes = archive(Array.from({ length: 300 }, (_, i) => ({ ...member, name: `x${i}.npy` })))
    const before = process.memoryUsage().rss
    expect(leftOf(parseNpz(bytes)).kind).toBe('too-large')
    expect(process.memoryUsage().rss - before).toBeLessThan(1e8)
  })

  test('a limit that is none is a mistake of the program', () => {
    expect(() => readIdx('x', { maxBytes: -1 })).toThrow('readIdx: maxBytes')
    expect(() => readNpz('x', { maxBytes: NaN })).toThrow('readNpz: maxBytes')
    expect(() => parseNpz(new Uint8Array(0), { only: 'x' as unknown as string[] })).toThrow(
      'only: expected names',
    )
    expect(() => streamLabelled({ features: 'x', labels: 'y' }, { most: 1 } as object)).toThrow('most')
  })
})
