/* eslint-disable functional/no-let, functional/no-loop-statements --
   every byte of a file is looked at once */

/** What a look at bytes found: the first that is no UTF-8 or NUL, or where a letter begins that is not whole yet. */
export interface Utf8Finding {
  /** The position of the first wrong byte, -1 for none. */
  readonly wrong: number
  /** Bytes before this position are whole letters. */
  readonly whole: number
  /** Line feeds and carriage returns before the wrong byte, or before the end. */
  readonly feeds: number
  readonly returns: number
}

/** How many bytes follow a first byte; -1 for a byte that cannot be the first. */
const followers = (byte: number): number =>
  byte < 0xc2 ? -1 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : byte < 0xf5 ? 3 : -1

/** Whether a second byte may follow a first one: no letter written longer than needed, no surrogate, none too large. */
const secondFits = (first: number, second: number): boolean =>
  second >= (first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80) &&
  second <= (first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf)

/**
 * Whether bytes are UTF-8 without NUL; a letter that is cut off at the end is not counted as whole.
 *
 * Source: RFC 3629, section 4.
 */
export const checkUtf8 = (bytes: Uint8Array): Utf8Finding => {
  let [feeds, returns, at] = [0, 0, 0]
  while (at < bytes.length) {
    const byte = bytes[at]!
    if (byte < 0x80) {
      if (byte <= 13) {
        if (byte === 10) feeds++
        else if (byte === 13) returns++
        else if (byte === 0) return { wrong: at, whole: at, feeds, returns }
      }
      at++
      continue
    }
    const more = followers(byte)
    if (more < 0) return { wrong: at, whole: at, feeds, returns }
    for (let i = 1; i <= more; i++) {
      if (at + i >= bytes.length) return { wrong: -1, whole: at, feeds, returns }
      const next = bytes[at + i]!
      if (i === 1 ? !secondFits(byte, next) : next < 0x80 || next > 0xbf)
        return { wrong: at, whole: at, feeds, returns }
    }
    at += more + 1
  }
  return { wrong: -1, whole: at, feeds, returns }
}
