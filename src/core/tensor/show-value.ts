import { cloneAdvice, isTensor, isTensorClone } from './tensor.ts'

/** What a terminal or a log must not get raw: controls, line separators, marks that reorder text, lone surrogates. */
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const escaped = (letter: string): string =>
  letter === '\n'
    ? '\\n'
    : letter === '\t'
      ? '\\t'
      : letter === '\r'
        ? '\\r'
        : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`

/** A text cut to a length, with what a terminal must not get raw in escaped form. */
export const showText = (text: string, limit = 80): string => {
  const cut = text.length <= limit ? text : text.slice(0, limit)
  return cut.replace(unprintable, escaped) + (cut === text ? '' : '…')
}

const quoted = (text: string, limit: number): string =>
  `"${showText(text.length <= limit ? text : text.slice(0, limit), limit).replace(/["\\](?!u[0-9a-f]{4}|n|t|r)/g, '\\$&')}${text.length <= limit ? '' : '…'}"`

const isPlainName = (name: string): boolean => /^[A-Za-z_$][\w$]{0,40}$/.test(name)

const describe = (value: unknown, limit: number, depth: number): string => {
  switch (typeof value) {
    case 'string':
      return quoted(value, Math.max(8, limit))
    case 'undefined':
      return 'nothing'
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'boolean':
      return String(value)
    case 'bigint':
      return showText(`${String(value)}n`, Math.max(8, limit))
    case 'symbol':
      return showText(String(value), Math.max(8, limit))
    case 'function':
      return 'a function'
    case 'object':
      break
  }
  if (value === null) return 'null'
  if (isTensor(value)) return `a ${value.dtype} tensor of shape [${value.shape.join(', ')}]`
  if (isTensorClone(value)) return cloneAdvice
  if (ArrayBuffer.isView(value)) return `a ${Object.prototype.toString.call(value).slice(8, -1)}`
  if (Array.isArray(value)) {
    if (depth === 0 && value.length > 0) return `an array of ${String(value.length)}`
    return `[${shortened(value, limit, value.length, (item, rest) => describe(item, rest, depth - 1))}]`
  }
  const names = Object.keys(value)
  if (depth === 0 && names.length > 0) return `an object of ${String(names.length)} names`
  return `{${shortened(names, limit, names.length, (name, rest) => {
    const label = isPlainName(name) ? name : quoted(name, 40)
    return `${label}: ${describe((value as Readonly<Record<string, unknown>>)[name], rest - label.length, depth - 1)}`
  })}}`
}

/** The first items that fit, joined by commas. */
const shortened = <A>(
  items: readonly A[],
  limit: number,
  count: number,
  show: (item: A, rest: number) => string,
): string => {
  let text = ''
  for (let i = 0; i < count; i++) {
    if (text.length >= limit || i >= 20) return `${text}, …`
    text += (i === 0 ? '' : ', ') + show(items[i] as A, limit - text.length)
  }
  return text
}

/**
 * Any value as a short piece of one line, for messages: never long, never with control characters, never an error,
 * whatever came.
 */
export const showValue = (value: unknown, limit = 80): string => {
  try {
    return describe(value, limit, 2)
  } catch {
    return `a value of type ${typeof value}`
  }
}
