import type { Instruction } from '../kernel-program.ts'
import { binderOf } from './binder.ts'
import { indexText } from './body-text.ts'
import { positionLines } from './element-nest.ts'
import { elementKernel, type Kernel } from './kernel.ts'
import type { Site } from './site.ts'

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

const rotations = [13, 15, 26, 6, 17, 29, 16, 24]

/** Threefry-2x32 with 20 rounds, as `src/core/kernel/threefry.ts` has it. */
const threefry = [
  'fn threefry(key: vec2<u32>, counter: vec2<u32>) -> vec2<u32> {',
  'let k = vec3<u32>(key, key.x ^ key.y ^ 0x1bd11bdau);',
  'var x = counter.x + key.x;',
  'var y = counter.y + key.y;',
  ...Array.from({ length: 5 }, (_, group) => [
    ...rotations
      .slice((group % 2) * 4, (group % 2) * 4 + 4)
      .flatMap((bits) => ['x = x + y;', `y = ((y << ${String(bits)}u) | (y >> ${String(32 - bits)}u)) ^ x;`]),
    `x = x + k[${String((group + 1) % 3)}];`,
    `y = y + k[${String((group + 2) % 3)}] + ${String(group + 1)}u;`,
  ]).flat(),
  'return vec2<u32>(x, y);',
  '}',
].join('\n')

/** A block for each counter. */
export const threefryKernels = (
  site: Site,
  { count, keys, counters, out }: OfKind<'threefry'>,
): readonly Kernel[] => {
  if (count === 0) return []
  const binder = binderOf(site.placementOf)
  const word = (offset: number, half: number): string => indexText(offset + half, [['i', 2]])
  const pair = (place: typeof keys): string =>
    `vec2<u32>(${[0, 1].map((half) => binder.load(place, 'uint32', word(place.offset, half))).join(', ')})`
  return [
    elementKernel(
      binder,
      count,
      [
        `let block = threefry(${pair(keys)}, ${pair(counters)});`,
        ...[0, 1].map((half) =>
          binder.store(out, 'uint32', word(out.offset, half), `block[${String(half)}]`),
        ),
      ],
      { declarations: [threefry] },
    ),
  ]
}

/** A block for every two words; the second of the last is left out where the count is odd. */
export const randomKernels = (
  site: Site,
  { batch, count, keys, out }: OfKind<'randomBits'>,
): readonly Kernel[] => {
  const blocks = Math.ceil(count / 2)
  if (batch * blocks === 0) return []
  const binder = binderOf(site.placementOf)
  const key = [0, 1].map((half) => binder.load(keys, 'uint32', indexText(keys.offset + half, [['b', 2]])))
  const store = (half: number): string =>
    binder.store(
      out,
      'uint32',
      indexText(out.offset + half, [
        ['b', count],
        ['j', 2],
      ]),
      `block[${String(half)}]`,
    )
  return [
    elementKernel(
      binder,
      batch * blocks,
      [
        ...positionLines('i', [batch, blocks], ['b', 'j']),
        `let block = threefry(vec2<u32>(${key.join(', ')}), vec2<u32>(u32(j), 1u));`,
        store(0),
        `if (2 * j + 1 < ${String(count)}) { ${store(1)} }`,
      ],
      { declarations: [threefry] },
    ),
  ]
}
