import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { nearestName, type Wording } from 'puregrad/report'
import { findMark, withMark, withSettings, type ClaimChangeError, type MarkKind } from '../change-claim.ts'
import type { Claim } from '../claim.ts'
import { numberFrom, parseMark } from '../parse-mark.ts'
import { said } from './messages.ts'

/** A change as it is typed: `C4.zeros.literal=0.2`. */
interface Change {
  readonly id: string
  readonly name: string
  readonly kind?: MarkKind
  readonly value: string
}

const changeOf = (text: string): Change | undefined => {
  const [, id, name, kind, value] = /^(\w+)\.([^.=]+)(?:\.(corrected|literal))?=(.*)$/is.exec(text) ?? []
  return id === undefined || name === undefined || value === undefined
    ? undefined
    : {
        id: id.toUpperCase(),
        name,
        value: value.trim(),
        ...(kind === undefined ? {} : { kind: kind.toLowerCase() === 'literal' ? 'literal' : 'corrected' }),
      }
}

const messageOf = ({ message }: ClaimChangeError): Wording => message

const at = (where: string, { en, bg }: Wording): Wording => ({ en: `${where}: ${en}`, bg: `${where}: ${bg}` })

const marked =
  ({ name, kind, value }: Change) =>
  (claim: Claim): E.Either<Wording, Claim> =>
    pipe(
      findMark(claim, name, kind),
      E.mapLeft(messageOf),
      E.flatMap((found) =>
        pipe(
          parseMark(value, found.mark),
          E.mapLeft(({ message }) => at(`--mark ${claim.id}.${found.measure}`, message)),
          E.flatMap((mark) => E.mapLeft(messageOf)(withMark(claim, found.measure, mark, found.kind))),
        ),
      ),
    )

const set =
  ({ name, kind, value, id }: Change) =>
  (claim: Claim): E.Either<Wording, Claim> =>
    kind !== undefined || !Number.isFinite(numberFrom(value))
      ? E.left(said.notNumber(`--set ${id}.${name}`, value))
      : E.mapLeft(messageOf)(withSettings(claim, { [name]: numberFrom(value) }))

/** What is typed in place of a row that is not there. */
export const noRow = (claims: readonly Claim[], id: string): Wording => {
  const ids = claims.map((claim) => claim.id)
  return said.noRow(id, nearestName(id, ids), ids.join(', '))
}

const changed =
  (
    option: 'mark' | 'set',
    example: string,
    change: (change: Change) => (claim: Claim) => E.Either<Wording, Claim>,
  ) =>
  (texts: readonly string[]) =>
  (claims: readonly Claim[]): E.Either<Wording, readonly Claim[]> =>
    texts.reduce<E.Either<Wording, readonly Claim[]>>((sofar, text) => {
      const asked = changeOf(text)
      if (asked === undefined) return E.flatMap(() => E.left(said.badChange(option, example, text)))(sofar)
      return E.flatMap((all: readonly Claim[]): E.Either<Wording, readonly Claim[]> => {
        const claim = all.find(({ id }) => id === asked.id)
        return claim === undefined
          ? E.left(noRow(all, asked.id))
          : E.map((next: Claim) => all.map((one) => (one === claim ? next : one)))(change(asked)(claim))
      })(sofar)
    }, E.right(claims))

/** Claims with the marks and settings of the command line, each like `C4.zeros=0.2`, or what is wrong with one. */
export const withChanges =
  ({ marks, settings }: { readonly marks: readonly string[]; readonly settings: readonly string[] }) =>
  (claims: readonly Claim[]): E.Either<Wording, readonly Claim[]> =>
    pipe(
      claims,
      changed('mark', 'C4.zeros=0.2', marked)(marks),
      E.flatMap(changed('set', 'D5.layers=8', set)(settings)),
    )

/** The rows that are asked for: by id or part of the lecture, or those that change, or all. */
export const chosenClaims =
  (ids: readonly string[], changes: readonly string[]) =>
  (claims: readonly Claim[]): E.Either<Wording, readonly Claim[]> => {
    const named = ids.map((id) => id.toUpperCase())
    const unknown = named.find(
      (word) => !claims.some(({ id }) => id === word || (word.length === 1 && id.startsWith(word))),
    )
    if (unknown !== undefined) return E.left(noRow(claims, unknown))
    const touched = changes.flatMap((text) => changeOf(text)?.id ?? [])
    const wanted = named.length > 0 ? named : touched
    const chosen = claims.filter(
      ({ id }) =>
        wanted.length === 0 ||
        wanted.some((word) => id === word || (word.length === 1 && id.startsWith(word))),
    )
    const idle = touched.find((word) => !chosen.some(({ id }) => id === word))
    return idle === undefined ? E.right(chosen) : E.left(said.notRun(idle))
  }
