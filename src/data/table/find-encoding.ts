import * as E from 'fp-ts/lib/Either.js'
import { checkUtf8 } from '../formats/utf8-check.ts'
import type { BytePasses } from './byte-passes.ts'
import type { EncodingReason, Found } from './table-report.ts'

export function* findEncoding(
  _file: string,
  bytes: Uint8Array,
  told: string | undefined,
  _all: boolean,
): BytePasses<Found<string, EncodingReason>> {
  yield 'begin'
  if (told !== undefined) return E.right({ value: told, why: 'told' })
  const found = checkUtf8(bytes)
  return E.right(found.wrong < 0 ? { value: 'utf-8', why: 'valid-utf-8' } : { value: 'windows-1251', why: 'letters' })
}
