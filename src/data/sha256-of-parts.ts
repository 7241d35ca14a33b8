/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data, @typescript-eslint/no-non-null-assertion --
   one pass over the bytes, with eight words that change at each block */
import { joinBytes } from './formats/join-bytes.ts'

/** The first 32 bits of the fraction of a number. */
const fraction = (x: number): number => Math.floor((x - Math.floor(x)) * 2 ** 32)

/** The least 64 primes. */
const primes = Array.from({ length: 311 }, (_, i) => i + 2)
  .filter((n) => Array.from({ length: n - 2 }, (_, i) => i + 2).every((d) => n % d !== 0))
  .slice(0, 64)

/** The cube root of a small whole number to 2⁻³² and better: one step of Newton's method after the rounded one. */
const cubeRoot = (n: number): number => {
  const root = Math.cbrt(n)
  return root - (root ** 3 - n) / (3 * root * root)
}

const constants = Int32Array.from(primes, (prime) => fraction(cubeRoot(prime)))
const start = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by))

const block = (state: Int32Array, view: DataView, at: number, w: Int32Array): void => {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const [early, late] = [w[i - 15]!, w[i - 2]!]
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as readonly [
    ...[number, number, number, number, number, number, number, number],
  ]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const one = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + one) | 0
    d = c
    c = b
    b = a
    a = (one + two) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = state[i]! + word
  })
}

/**
 * SHA-256 without Node.js; the one browsers have can only be awaited.
 *
 * Source: FIPS 180-4, section 6.2.
 */
export const sha256WithoutNode = (parts: readonly Uint8Array[]): string => {
  const length = parts.reduce((total, part) => total + part.length, 0)
  const padded = new Uint8Array(Math.ceil((length + 9) / 64) * 64)
  padded.set(joinBytes(parts))
  padded[length] = 0x80
  const view = new DataView(padded.buffer)
  view.setBigUint64(padded.length - 8, BigInt(length) * 8n)
  const state = start.slice()
  const words = new Int32Array(64)
  for (let at = 0; at < padded.length; at += 64) block(state, view, at, words)
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

/** The SHA-256 of the parts one after another, in hexadecimal. */
export const sha256OfParts = (parts: readonly Uint8Array[]): string => {
  const node = (globalThis as { process?: { getBuiltinModule?: typeof process.getBuiltinModule } }).process
  const crypto = node?.getBuiltinModule?.('node:crypto')
  if (crypto === undefined) return sha256WithoutNode(parts)
  const hash = crypto.createHash('sha256')
  parts.forEach((part) => hash.update(part))
  return hash.digest('hex')
}
