/**
 * Throws unless `bytes` bytes from `offset` on lie in the buffer; `what` names them in the message.
 *
 * @throws RangeError
 */
export const requireBytes = (
  what: string,
  buffer: ArrayBuffer | undefined,
  offset: number | undefined,
  bytes: number,
): void => {
  if (buffer === undefined || offset === undefined)
    throw new RangeError(`run: expected a buffer and an offset for ${what}`)
  if (!(Number.isInteger(offset) && offset >= 0 && offset + bytes <= buffer.byteLength))
    throw new RangeError(
      `run: ${what} takes ${bytes} bytes, which do not lie at ${offset} in a buffer of ${buffer.byteLength}`,
    )
}
