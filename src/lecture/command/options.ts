import { array, command, flag, multioption, option, optional, restPositionals, string } from 'cmd-ts'
import { readArguments, valueType, type Speech } from '../../terminal/read-arguments.ts'
import { speechOptions } from '../../terminal/speech-options.ts'
import { messages } from './messages.ts'

/** What is asked for on the command line. */
export interface Options {
  readonly ids: readonly string[]
  readonly json: boolean
  readonly list: boolean
  readonly seeds: readonly number[]
  readonly marks: readonly string[]
  readonly settings: readonly string[]
  readonly write: string | undefined
  readonly jobs: number
}

const wholeNumber =
  (least: number) =>
  (text: string): number | undefined => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    return Number.isSafeInteger(value) && value >= least ? value : undefined
  }

const mostSeeds = 10_000

/** `10` is the seeds 0 to 9, `100..109` are those. */
const someSeeds = (text: string): readonly number[] | undefined => {
  const [, first, last] = /^(\d+)\s*(?:\.\.|…)\s*(\d+)$/.exec(text) ?? []
  const [from, to] =
    first === undefined ? [0, (wholeNumber(1)(text) ?? NaN) - 1] : [Number(first), Number(last)]
  const count = to - from + 1
  return Number.isSafeInteger(to) && count >= 1 && count <= mostSeeds
    ? Array.from({ length: count }, (_, i) => from + i)
    : undefined
}

const claimsCommand = ({ language }: Pick<Speech, 'language'>) => {
  const say = (name: keyof typeof messages): string => messages[name][language]
  const type = <A>(
    long: string,
    displayName: string,
    expected: keyof typeof messages,
    read: (text: string) => A | undefined,
  ) => valueType(long, { displayName, expected: messages[expected] }, language, read)
  return command({
    name: 'puregrad-claims',
    description: say('description'),
    args: {
      ids: restPositionals({ type: string, displayName: 'id', description: say('ids') }),
      seeds: option({
        long: 'seeds',
        type: optional(type('seeds', 'n|a..b', 'someSeeds', someSeeds)),
        description: say('seeds'),
      }),
      seed: multioption({
        long: 'seed',
        type: array(type('seed', 'n', 'aSeed', wholeNumber(0))),
        description: say('seed'),
      }),
      marks: multioption({
        long: 'mark',
        type: array({ ...string, displayName: 'change' }),
        description: say('mark'),
      }),
      settings: multioption({
        long: 'set',
        type: array({ ...string, displayName: 'change' }),
        description: say('set'),
      }),
      list: flag({ long: 'list', description: say('list') }),
      json: flag({ long: 'json', description: say('json') }),
      write: option({
        long: 'write',
        type: optional(
          type('write', 'file', 'aPage', (text) => (/[^/\\]\.md$/.test(text) ? text : undefined)),
        ),
        description: say('write'),
      }),
      jobs: option({
        long: 'jobs',
        type: optional(type('jobs', 'n', 'wholeNumber', wholeNumber(1))),
        description: say('jobs'),
      }),
      ...speechOptions(language),
    },
    examples: [
      { description: say('exampleOne'), command: 'puregrad-claims C4' },
      { description: say('exampleSpread'), command: 'puregrad-claims --seeds 10' },
      { description: say('exampleChange'), command: 'puregrad-claims --mark E1.slope=1e-20' },
    ],
    handler: ({ ids, json, list, seeds = [], seed, marks, settings, write, jobs = 2 }): Options => {
      const asked = [...new Set([...seeds, ...seed])]
      return { ids, json, list, seeds: asked.length === 0 ? [0, 1, 2] : asked, marks, settings, write, jobs }
    },
  })
}

/** Reads the command line; a `Left` is one line that names the option at fault. */
export const readOptions = (
  argv: readonly string[],
  speech: Speech,
): ReturnType<typeof readArguments<Options>> => readArguments<Options>(claimsCommand(speech), argv, speech)
