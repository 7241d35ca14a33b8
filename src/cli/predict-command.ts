import { command, positional, string } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { writeAtomically } from '../data/files/write-atomically.ts'
import { loadModel } from '../model/model-file.ts'
import { predictionCaseText } from '../report/prediction-case-text.ts'
import type { Language } from '../report/wording.ts'
import { predictTable, type PredictedLines } from '../tabular/predict-table.ts'
import { readArguments } from '../terminal/read-arguments.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { canWrite, isApart } from '../terminal/write-file.ts'
import { addCases, noCases } from './counted-cases.ts'
import { predictArrays } from './predict-arrays.ts'
import { contradictionWords, optionWords } from './option-words.ts'
import { optionKinds } from './option-kinds.ts'

const predictArguments = (language: Language) => {
  const of = optionKinds(language)
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad predict',
    description: say('predictCommand'),
    args: {
      model: positional({ displayName: 'MODEL', type: string, description: say('modelFile') }),
      data: of.text('predictData', 'file', 'data'),
      output: of.text('output', 'file'),
      format: of.choice('format', ['csv', 'jsonl']),
      keep: of.names('keep'),
      ...speechOptions(language),
    },
    examples: [
      { description: say('examplePredict'), command: 'puregrad predict titanic.model --data new.csv' },
      {
        description: say('examplePipe'),
        command: 'cat new.csv | puregrad predict titanic.model --data - --keep PassengerId --format jsonl',
      },
    ],
    handler: (values) => values,
  })
}

/** Standard input has a name of its own. */
export const placeOfData = (data: string): string => (data === '-' ? '/dev/stdin' : data)

/** A pipe that is full is waited for. */
const drained = (): Promise<unknown> =>
  process.stdout.writableNeedDrain
    ? new Promise((resolve) => {
        process.stdout.once('drain', resolve)
        process.stdout.once('close', resolve)
        process.stdout.once('error', resolve)
      })
    : Promise.resolve()

/** The text of predictions as they come; it ends at what is wrong, which `failed` hears. */
async function* textOf(
  chunks: AsyncIterable<E.Either<{ readonly message: string }, PredictedLines>>,
  {
    seen,
    failed,
  }: { readonly seen: (chunk: PredictedLines) => void; readonly failed: (message: string) => void },
): AsyncGenerator<string, void> {
  // eslint-disable-next-line functional/no-loop-statements -- chunks are passed on as they come
  for await (const chunk of chunks) {
    if (E.isLeft(chunk)) {
      failed(chunk.left.message)
      throw new Error(chunk.left.message)
    }
    seen(chunk.right)
    if (chunk.right.lines.length > 0) yield chunk.right.lines.join('\n')
  }
}

/** To a file, which is there as a whole or not at all. */
async function* asLines(texts: AsyncIterable<string>): AsyncGenerator<string, void> {
  // eslint-disable-next-line functional/no-loop-statements -- as above
  for await (const text of texts) yield `${text}\n`
}

/** Predicts the rows of a file with a model that was trained before. */
export const predictCommand = async (
  argv: readonly string[],
  { say, warn, ending, language, paint }: Surroundings,
): Promise<E.Either<string, void>> => {
  const asked = await readArguments(predictArguments(language), argv, { language, paint })
  if (E.isLeft(asked)) return asked
  if (asked.right.kind === 'help') return E.right(say(asked.right.text))
  const { model: place, data, output, format, keep } = asked.right.values
  if (data === undefined) return E.left(contradictionWords.noRows[language])
  if (output !== undefined) {
    const others = [
      ['MODEL', place],
      ['--data', data],
    ] as const
    const apart = await isApart('--output', output, others, language)()
    if (E.isLeft(apart)) return apart
    const writable = await canWrite(language)(output)()
    if (E.isLeft(writable)) return writable
  }
  const model = await loadModel(place)()
  if (E.isLeft(model)) return E.left(model.left.message)
  /* eslint-disable functional/no-let, functional/no-loop-statements -- what is counted while chunks go by */
  let cases = noCases
  let problem: string | undefined
  const ofArrays = model.right.schema === undefined
  if (ofArrays && keep !== undefined) return E.left(contradictionWords.keepOfArray[language])
  const texts = textOf(
    ofArrays
      ? predictArrays(model.right, placeOfData(data), format ?? 'csv')
      : predictTable(model.right, placeOfData(data), {
          ...(format === undefined ? {} : { format }),
          ...(keep === undefined ? {} : { keep }),
        }),
    {
      seen: (chunk) => {
        cases = addCases(cases, chunk.cases)
      },
      failed: (message) => {
        problem = message
      },
    },
  )
  const print = async (): Promise<void> => {
    for await (const text of texts) {
      say(text)
      await drained()
      if (ending.aborted) return
    }
  }
  const written =
    output === undefined
      ? await print().then(
          () => E.right(undefined),
          (error: unknown) => E.left({ message: String(error) }),
        )
      : await writeAtomically(output, asLines(texts))()
  /* eslint-enable functional/no-let, functional/no-loop-statements */
  if (problem !== undefined) return E.left(problem)
  if (E.isLeft(written)) return E.left(written.left.message)
  cases.forEach((found) => warn(predictionCaseText(found)[language]))
  return E.right(undefined)
}
