import * as E from 'fp-ts/lib/Either.js'
import { constantCodec } from '../compile/program/constant-codec.ts'
import { atRows } from '../compile/program/extent.ts'
import type { Program } from '../core/primitive/program.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { isRecord } from '../core/tensor/tree.ts'

const constantOf = (json: unknown): unknown => {
  const constant = constantCodec.decode(json)
  if (E.isLeft(constant)) throw new ArgumentError('a constant of the program is none')
  return constant.right
}

/** Programs as JSON hold constants as JSON; all else is what it is in a program. */
const withConstants = (node: unknown): unknown =>
  Array.isArray(node)
    ? node.map(withConstants)
    : isRecord(node)
      ? Object.fromEntries(
          Object.entries(node).map(([key, child]) => [
            key,
            key === 'constants' && Array.isArray(child) ? child.map(constantOf) : withConstants(child),
          ]),
        )
      : node

/**
 * The program for a number of rows, of the JSON of a free program whose form its digest vouches for: nothing is checked
 * but constants, so that a page that predicts has to bring neither the table of primitives nor their types along.
 */
export const storedProgram = (json: unknown, rows: number): Program =>
  withConstants(atRows(json, rows)) as Program
