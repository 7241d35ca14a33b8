import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  encodeNpy,
  encodeNpz,
  labelledArrays,
  parseIdx,
  parseNpy,
  parseNpz,
  readIdx,
  readLabelled,
  readNpy,
  readNpz,
  writeNpy,
  writeNpz,
  type DataError,
} from '../../src/data/index.ts'
import { tensor, transpose, type Tensor } from '../../src/index.ts'
import { dtypes, isStorage } from '../../src/core/tensor/dtype.ts'
import { tensors } from '../../src/testing/index.ts'
import { bytesOf, numpyArchives, numpyFiles } from './numpy-files.ts'
import { leftOf, numbers, rightOf } from './rows.ts'

const u32 = (n: number): readonly number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const idx = (code: number, shape: readonly number[], data: readonly number[]): Uint8Array =>
  Uint8Array.from([0, 0, code, shape.length, ...shape.flatMap(u32), ...data])
const bigEndian = (
  values: readonly number[],
  bytes: number,
  set: (v: DataView, at: number, x: number) => void,
) => {
  const out = new DataView(new ArrayBuffer(values.length * bytes))
  values.forEach((value, i) => set(out, i * bytes, value))
  return [...new Uint8Array(out.buffer)]
}
/** A byte order mark in front of a text header is not one of NPY: the text as it stands. */
const npy = (header: string, data: readonly number[] = [], version: readonly [number, number] = [1, 0]) =>
  Uint8Array.from([
    0x93,
    ...Array.from('NUMPY', (letter) => letter.charCodeAt(0)),
    ...version,
    header.length & 255,
    header.length >> 8,
    ...(version[0] === 1 ? [] : [0, 0]),
    ...Array.from(header, (letter) => letter.charCodeAt(0)),
    ...data,
  ])
const header = (descr: string, shape: string): string =>
  `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }\n`

describe('parseIdx', () => {
  const values = [1, 2, 127]
  test.each([
    ['unsigned bytes', 0x08, 'int32', [0, 128, 255], [0, 128, 255]],
    ['signed bytes', 0x09, 'int32', [0, 128, 255], [0, -128, -1]],
    [
      '16-bit integers',
      0x0b,
      'int32',
      bigEndian([1, -2, 32767], 2, (v, at, x) => v.setInt16(at, x)),
      [1, -2, 32767],
    ],
    [
      '32-bit integers',
      0x0c,
      'int32',
      bigEndian([1, -2, 1e9], 4, (v, at, x) => v.setInt32(at, x)),
      [1, -2, 1e9],
    ],
    [
      'float32',
      0x0d,
      'float32',
      bigEndian([0.5, -2, 127], 4, (v, at, x) => v.setFloat32(at, x)),
      [0.5, -2, 127],
    ],
    [
      'float64',
      0x0e,
      'float64',
      bigEndian([0.1, -2, 1e300], 8, (v, at, x) => v.setFloat64(at, x)),
      [0.1, -2, 1e300],
    ],
  ] as const)('%s', (_, code, dtype, data, expected) => {
    const read = rightOf(parseIdx(idx(code, [3, 1], data)))
    expect([read.dtype, read.shape, numbers(read)]).toEqual([dtype, [3, 1], expected])
  })

  test('takes part of a larger buffer', () => {
    const whole = Uint8Array.from([9, 9, 9, ...idx(0x08, [3], values)])
    expect(numbers(rightOf(parseIdx(whole.subarray(3))))).toEqual(values)
  })

  test.each<readonly [string, Uint8Array, Partial<DataError>, string]>([
    ['nothing', Uint8Array.of(), { offset: 0, field: 'magic' }, 'got nothing'],
    [
      'a foreign magic',
      Uint8Array.of(0x89, 80, 78, 71),
      { offset: 0, field: 'magic' },
      'expected two zeros, a type and a rank, got 89 50 4e 47',
    ],
    [
      'an unknown type',
      idx(7, [1], [1]),
      { offset: 2, field: 'element type' },
      'expected one of 8, 9, 11, 12, 13, 14, got 7',
    ],
    [
      'cut dimensions',
      idx(8, [3, 4], []).subarray(0, 9),
      { offset: 4, field: 'dimensions' },
      'expected 8 bytes for 2 dimensions, got 5 bytes up to the end',
    ],
    [
      'cut elements',
      idx(8, [3], [1, 2]),
      { offset: 8, field: 'elements' },
      'expected 3 bytes for [3], got 2',
    ],
    ['trailing bytes', idx(8, [3], [1, 2, 3, 4]), { offset: 8, field: 'elements' }, 'got 4'],
    [
      'a lying size',
      idx(8, [0x7fffffff], [1]),
      { offset: 8, field: 'elements' },
      'expected 2147483647 bytes',
    ],
    [
      'huge dimensions',
      idx(8, [0xffffffff, 0xffffffff], [1]),
      { kind: 'unsupported', field: 'shape' },
      'expected at most 2147483647 elements, got [4294967295, 4294967295]',
    ],
    [
      'huge dimensions beside 0',
      idx(8, [0, 0xffffffff], []),
      { kind: 'unsupported', field: 'shape' },
      'at most 2147483647 elements',
    ],
    [
      'too many dimensions',
      idx(
        8,
        Array.from({ length: 255 }, () => 1),
        [1],
      ),
      { kind: 'unsupported', field: 'shape' },
      'at most 64 dimensions, got 255',
    ],
  ])('%s is a left value', (_, bytes, expected, part) => {
    const error = leftOf(parseIdx(bytes, { file: 'f.idx' }))
    expect(error).toMatchObject({ kind: 'malformed', file: 'f.idx', ...expected })
    expect(error.message).toContain(part)
    expect(error.message).toMatch(/^f\.idx, /)
  })
})

describe('parseNpy', () => {
  test.each(numpyFiles)('reads %s as NumPy wrote it', (_, shape, elements, base64) => {
    const read = rightOf(parseNpy(bytesOf(base64)))
    expect([read.shape, numbers(read)]).toEqual([shape, elements])
  })

  test('chooses the dtype that holds the elements', () => {
    expect(numpyFiles.map(([name, , , base64]) => [name, rightOf(parseNpy(bytesOf(base64))).dtype])).toEqual([
      ['float32', 'float32'],
      ['float64, big endian', 'float64'],
      ['float64 in Fortran order', 'float64'],
      ['float16', 'float32'],
      ['bytes', 'int32'],
      ['signed bytes', 'int32'],
      ['booleans', 'bool'],
      ['int64', 'int32'],
      ['int32, big endian, version 2', 'int32'],
      ['uint16', 'int32'],
      ['uint32, version 3', 'uint32'],
      ['a scalar', 'float64'],
      ['nothing', 'float32'],
    ])
  })

  test('is written byte for byte as NumPy writes it', () => {
    const little = numpyFiles.filter(([name]) =>
      ['float32', 'booleans', 'a scalar', 'nothing'].includes(name),
    )
    expect(little.length).toBe(4)
    little.forEach(([, , , base64]) => {
      const bytes = bytesOf(base64)
      expect([...encodeNpy(rightOf(parseNpy(bytes)))]).toEqual([...bytes])
    })
  })

  test('what is written is what is read, views too', () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...dtypes.filter((dtype) => !isStorage(dtype)))
          .chain((dtype) => tensors({ dtype, minDimension: 0 })),
        fc.boolean(),
        (x, turned) => {
          const written = turned ? transpose(x) : x
          const read = rightOf(parseNpy(encodeNpy(written)))
          expect([read.dtype, read.shape, numbers(read)]).toEqual([
            written.dtype,
            written.shape,
            numbers(written),
          ])
        },
      ),
    )
  })

  test.each<readonly [string, Uint8Array, Partial<DataError>, string]>([
    ['nothing', Uint8Array.of(), { offset: 0, field: 'magic' }, 'got nothing'],
    [
      'a foreign magic',
      Uint8Array.of(80, 75, 3, 4, 0, 0, 0),
      { offset: 0, field: 'magic' },
      String.raw`expected \x93NUMPY, got 'PK?'`,
    ],
    [
      'no version',
      npy('').subarray(0, 6),
      { offset: 6, field: 'version' },
      'expected 1.0, 2.0 or 3.0, got nothing.',
    ],
    ['version 4', npy('{}', [], [4, 0]), { offset: 6, field: 'version' }, 'got 4.0'],
    ['no header length', npy('').subarray(0, 9), { offset: 8, field: 'header length' }, 'got nothing'],
    [
      'a cut header',
      npy(header('<f4', '(1,)')).subarray(0, 30),
      { offset: 8, field: 'header length' },
      'expected at most 20, got',
    ],
    [
      'a huge header',
      Uint8Array.from([...npy('', [], [2, 0]).subarray(0, 8), 255, 255, 255, 255]),
      { offset: 8, field: 'header length' },
      'got 4294967295',
    ],
    ['a header that is no dictionary', npy('[]\n'), { offset: 10, field: 'header' }, "got '[]'"],
    [
      'a missing entry',
      npy("{'descr': '<f4', 'shape': (1,)}"),
      { offset: 10, field: 'header' },
      'fortran_order',
    ],
    [
      'an entry twice',
      npy("{'descr': '<f4', 'descr': '<f4', 'shape': (1,)}"),
      { offset: 10, field: 'header' },
      "got '{'descr'",
    ],
    [
      'a foreign entry',
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}"),
      { offset: 10, field: 'header' },
      "'x': 1",
    ],
    ['a shape that is no tuple', npy(header('<f4', '(1,,2)')), { offset: 10, field: 'header' }, '(1,,2)'],
    ['a negative dimension', npy(header('<f4', '(-1,)')), { offset: 10, field: 'header' }, '(-1,)'],
    ['complex numbers', npy(header('<c16', '(1,)')), { kind: 'unsupported', field: 'descr' }, "got ''<c16''"],
    [
      'wide numbers without byte order',
      npy(header('|f8', '(1,)')),
      { kind: 'unsupported', field: 'descr' },
      '|f8',
    ],
    [
      'records',
      npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"),
      { offset: 10, field: 'header' },
      "[('a', '<f4')]",
    ],
    [
      'cut elements',
      npy(header('<f4', '(2,)'), [0, 0, 0, 0]),
      { field: 'elements' },
      'expected 8 bytes for [2], got 4',
    ],
    [
      'trailing bytes',
      npy(header('|u1', '()'), [1, 2]),
      { field: 'elements' },
      'expected 1 bytes for [], got 2',
    ],
    [
      'huge dimensions',
      npy(header('<f4', '(99999999999999999999, 0)')),
      { kind: 'unsupported', field: 'shape' },
      'at most 2147483647 elements',
    ],
    [
      'a boolean of 2',
      npy(header('|b1', '(2,)'), [1, 2]),
      { kind: 'unsupported', field: 'elements' },
      'element 1: expected a number from 0 to 1 to be held as bool, got 2',
    ],
    [
      'a number beyond int32',
      npy(header('<i8', '()'), [0, 0, 0, 0, 1, 0, 0, 0]),
      { kind: 'unsupported', field: 'elements' },
      'expected a number from -2147483648 to 2147483647 to be held as int32, got 4294967296',
    ],
  ])('%s is a left value', (_, bytes, expected, part) => {
    const error = leftOf(parseNpy(bytes, { file: 'f.npy' }))
    expect(error).toMatchObject({ kind: 'malformed', file: 'f.npy', ...expected })
    expect(error.message).toContain(part)
    expect(error.message).toMatch(/^f\.npy, /)
  })
})

describe('parseNpz', () => {
  test.each(Object.entries(numpyArchives))('reads an archive as NumPy wrote it, %s', (_, base64) => {
    const { x, y, ...rest } = rightOf(parseNpz(bytesOf(base64)))
    expect([x!.shape, x!.dtype, numbers(x!)]).toEqual([[2, 2], 'float32', [1, 2, 3, 4]])
    expect([y!.shape, y!.dtype, numbers(y!)]).toEqual([[2], 'int32', [0, 1]])
    expect(rest).toEqual({})
  })

  test('what is written is what is read, stored or deflated, in the same bytes each time', () => {
    const name = fc.constantFrom('x', 'a/b', 'щъркел', '__proto__', 'weights.0', 'n.npy')
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, tensors()), { selector: ([text]) => text, maxLength: 4 }),
        fc.boolean(),
        (entries, compress) => {
          const arrays = Object.fromEntries(entries)
          const read = rightOf(parseNpz(encodeNpz(arrays, { compress })))
          expect(Object.entries(read).map(([key, x]) => [key, x.shape, numbers(x)])).toEqual(
            entries.map(([key, x]) => [key, x.shape, numbers(x)]),
          )
          expect(encodeNpz(arrays, { compress })).toEqual(encodeNpz(arrays, { compress }))
        },
      ),
    )
  })

  test('more arrays than an archive holds are refused', () => {
    const x = tensor([1])
    const many = Object.fromEntries(Array.from({ length: 65_535 }, (_, i) => [`x${i}`, x]))
    expect(() => encodeNpz(many)).toThrow(/expected up to 65534 arrays of up to 4227858432 bytes in all/)
  })

  const good = encodeNpz({ x: tensor([1, 2]) })
  const directory = good.length - 22 - 46 - 5
  const changed = (at: number, ...bytes: readonly number[]): Uint8Array => {
    const copy = good.slice()
    copy.set(bytes, at)
    return copy
  }
  test.each<readonly [string, Uint8Array, string]>([
    ['nothing', Uint8Array.of(), 'the end of a ZIP archive'],
    ['an archive without its end', good.subarray(0, -1), 'the end of a ZIP archive'],
    ['an entry too many', changed(good.length - 12, 2, 0), 'entry 1'],
    [
      'a directory beyond the end',
      changed(good.length - 6, 255, 255, 255, 0),
      'directory: expected a byte up to',
    ],
    ['ZIP64', changed(good.length - 12, 255, 255), 'ZIP64'],
    [
      'encryption',
      changed(directory + 8, 1),
      "member 'x.npy': expected a stored or deflated member, got an encrypted one",
    ],
    ['another compression', changed(directory + 10, 12), 'got method 12'],
    ['a wrong checksum', changed(directory + 16, 1, 2, 3, 4), "member 'x.npy': expected CRC-32 67305985"],
    ['a lying size', changed(directory + 24, 0, 0, 0, 127), 'a size that 136 bytes can hold'],
    ['stored bytes beyond the end', changed(directory + 20, 0, 0, 0, 1), 'overlap'],
    ['a member elsewhere', changed(directory + 42, 1), 'the byte where it begins'],
    ['deflated data that is none', changed(directory + 10, 8), 'expected 136 bytes'],
    ['a changed element', changed(30 + 5 + 128, 7), 'CRC-32'],
  ])('%s is a left value', (_, bytes, part) => {
    const { message, file } = leftOf(parseNpz(bytes, { file: 'f.npz' }))
    expect(message).toContain(part)
    expect(file).toBe('f.npz')
  })

  test('members that share their bytes are refused: they would unfold without limit', () => {
    const end = good.slice(-22)
    const entry = good.slice(directory, -22)
    end.set([2, 0], 10)
    const twice = Uint8Array.from([...good.slice(0, -22), ...entry, ...end])
    expect(leftOf(parseNpz(twice)).message).toContain('members that overlap')
  })

  test('names the member an error is in, and refuses two of one name', () => {
    const bytes = good.slice()
    bytes.set([12], directory + 10)
    const bad = encodeNpz({ x: tensor([1]) }).slice()
    bad[35] = 0
    expect(leftOf(parseNpz(bad)).message).toContain("member 'x.npy'")
    const twice = encodeNpz({ ab: tensor([1]), ba: tensor([2]) })
    const text = Buffer.from(twice).toString('latin1').replaceAll('ba.npy', 'ab.npy')
    expect(leftOf(parseNpz(new Uint8Array(Buffer.from(text, 'latin1')))).message).toContain("two named 'ab'")
  })
})

describe('changed bytes give a left or a valid value', () => {
  type Parse = (bytes: Uint8Array) => E.Either<DataError, readonly Tensor[]>
  const idxArrays: Parse = (bytes) => E.map((x: Tensor) => [x])(parseIdx(bytes))
  const npyArrays: Parse = (bytes) => E.map((x: Tensor) => [x])(parseNpy(bytes))
  const npzArrays: Parse = (bytes) => E.map(Object.values<Tensor>)(parseNpz(bytes))
  const safe = (parse: Parse, bytes: Uint8Array): void => {
    const read = parse(bytes)
    if (E.isLeft(read)) expect(read.left.message.length).toBeLessThan(400)
    else read.right.forEach((x) => expect(numbers(x).length).toBe(x.size))
  }
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 })
  const cut = fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, fc.nat({ max: 20 }))
  test.each<readonly [string, Parse, Uint8Array]>([
    ['IDX', idxArrays, idx(8, [2, 3], [1, 2, 3, 4, 5, 6])],
    ['NPY', npyArrays, encodeNpy(tensor([1, 2, 3]))],
    ['NPZ', npzArrays, encodeNpz({ x: tensor([1, 2]), y: tensor([3]) })],
    ['deflated NPZ', npzArrays, encodeNpz({ x: tensor([1, 2]), y: tensor([3]) }, { compress: true })],
  ])('%s', (_, parse, good) => {
    fc.assert(
      fc.property(changes, cut, (edits, less) => {
        const bytes = good.slice(0, good.length - less)
        if (bytes.length > 0) edits.forEach(([at, byte]) => bytes.set([byte], at % bytes.length))
        safe(parse, bytes)
      }),
      { numRuns: 1000 },
    )
  })
  test('bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        safe(idxArrays, bytes)
        safe(npyArrays, bytes)
        safe(npzArrays, bytes)
        safe(idxArrays, Uint8Array.from([0, 0, 8, ...bytes]))
        safe(npyArrays, Uint8Array.from([...npy('').subarray(0, 8), ...bytes]))
      }),
    )
  })
  test('a member that would inflate beyond its size is refused', () => {
    const bomb = deflateRawSync(new Uint8Array(1e6))
    const good = encodeNpz({ x: tensor(new Uint8Array(1e6)) }, { compress: true })
    expect(bomb.length).toBeLessThan(2000)
    const directory = good.length - 22 - 46 - 5
    const small = good.slice()
    small.set([16, 0, 0, 0], directory + 24)
    expect(leftOf(parseNpz(small)).message).toContain('expected 16 bytes of deflated data')
  })
})

describe('files', () => {
  const folder: { path: string } = { path: '' }
  const at = (name: string): string => join(folder.path, name)
  const images = idx(8, [4, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  const labels = idx(8, [4], [7, 3, 7, 9])
  beforeAll(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'puregrad-arrays-'))
    await writeFile(at('images.idx'), images)
    await writeFile(at('images.idx.gz'), gzipSync(images))
    await writeFile(at('broken.gz'), gzipSync(images).subarray(0, 20))
    await writeFile(at('labels.idx'), labels)
    await writeFile(at('three.idx'), idx(8, [3], [1, 2, 3]))
    await writeFile(at('text.csv'), 'a,b\n1,2\n')
    await writeFile(at('x.npz'), bytesOf(numpyArchives.compressed))
  })
  afterAll(() => rm(folder.path, { recursive: true }))

  test('IDX, gzipped or not', async () => {
    const [plain, zipped] = [
      rightOf(await readIdx(at('images.idx'))()),
      rightOf(await readIdx(at('images.idx.gz'))()),
    ]
    expect(plain.shape).toEqual([4, 2, 2])
    expect(numbers(zipped)).toEqual(numbers(plain))
    expect(leftOf(await readIdx(at('broken.gz'))())).toMatchObject({
      kind: 'malformed',
      field: 'gzip',
      file: at('broken.gz'),
    })
  })

  test('NPY and NPZ are written whole and read back', async () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'float64' },
    )
    rightOf(await writeNpy(at('x.npy'), x)())
    rightOf(await writeNpz(at('xy.npz'), { x, y: tensor([1]) }, { compress: true })())
    expect(numbers(rightOf(await readNpy(at('x.npy'))()))).toEqual([1, 2, 3, 4])
    expect(numbers(rightOf(await readNpz(at('xy.npz'))())['x']!)).toEqual([1, 2, 3, 4])
    expect(numbers(rightOf(await readNpz(at('x.npz'))())['y']!)).toEqual([0, 1])
    expect((await readdir(folder.path)).filter((name) => name.includes('.tmp'))).toEqual([])
    expect(leftOf(await writeNpy(at('nowhere/x.npy'), x)())).toMatchObject({
      kind: 'unwritable',
      file: at('nowhere/x.npy'),
    })
  })

  test('images and labels become a data set, whatever the format', async () => {
    rightOf(await writeNpy(at('labels.npy'), tensor([7, 3, 7, 9], { dtype: 'float64' }))())
    for (const name of ['labels.idx', 'labels.npy']) {
      const data = rightOf(await readLabelled({ features: at('images.idx.gz'), labels: at(name) })())
      expect([data.x.shape, data.x.dtype, data.targets.names, numbers(data.y)]).toEqual([
        [4, 4],
        'float32',
        ['3', '7', '9'],
        [1, 0, 1, 2],
      ])
      expect(numbers(data.x)).toEqual(Array.from({ length: 16 }, (_, i) => i))
    }
  })

  test.each([
    ['images.idx', 'three.idx', 'unequal-rows', 'three.idx: expected 4 labels for the examples in'],
    ['images.idx', 'absent.idx', 'unreadable', 'absent.idx: there is no such file'],
    ['text.csv', 'labels.idx', 'malformed', 'byte 0, magic: expected an IDX or NPY file'],
  ])('%s with %s is a left value', async (features, names, kind, part) => {
    const error = leftOf(await readLabelled({ features: at(features), labels: at(names) })())
    expect(error.kind).toBe(kind)
    expect(error.message).toContain(part)
  })
})

describe('labelledArrays', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ])
  const int = (values: readonly number[]): Tensor => tensor(values, { dtype: 'int32' })
  test.each<readonly [string, Tensor, Tensor, string, string]>([
    ['a scalar', tensor(1), int([1]), 'empty', 'features: expected an array of examples, got shape []'],
    ['no example', tensor([], { shape: [0, 3] }), int([]), 'empty', 'got shape [0, 3]'],
    ['no feature', tensor([], { shape: [2, 0] }), int([0, 1]), 'empty', 'got shape [2, 0]'],
    [
      'labels of another length',
      x,
      int([1, 2, 3]),
      'unequal-rows',
      'labels: expected 2 labels for the examples in features, got shape [3]',
    ],
    ['labels in one row', x, tensor([[1, 2]]), 'unequal-rows', 'got shape [1, 2]'],
    ['one class', x, int([1, 1]), 'one-class', 'labels: expected at least two classes, every label is 1'],
    [
      'a label that is no whole number',
      x,
      tensor([0, 0.5]),
      'unsupported',
      'labels, row 1: expected a whole number, got 0.5',
    ],
    ['a label that is no number', x, tensor([0, NaN]), 'unsupported', 'got NaN'],
    [
      'NaN',
      tensor([
        [1, 2],
        [NaN, 4],
      ]),
      int([0, 1]),
      'not-finite',
      'features, row 1, feature 0: expected a number within float32, got NaN',
    ],
    [
      'a number beyond float32',
      tensor(
        [
          [1, 2],
          [3, 1e300],
        ],
        { dtype: 'float64' },
      ),
      int([0, 1]),
      'not-finite',
      'features, row 1, feature 1: expected a number within float32, got 1e+300',
    ],
  ])('%s is a left value', (_, features, labels, kind, message) => {
    const error = leftOf(labelledArrays(features, labels))
    expect(error.kind).toBe(kind)
    expect(error.message).toContain(message)
  })
  test('float64 keeps what float32 cannot hold, and labels may stand in a column', () => {
    const data = rightOf(
      labelledArrays(tensor([1e300, 2], { dtype: 'float64' }), tensor([[5], [-5]]), { dtype: 'float64' }),
    )
    expect([data.x.shape, numbers(data.x), data.targets.names]).toEqual([
      [2, 1],
      [1e300, 2],
      ['-5', '5'],
    ])
  })
})
