import { toTypedArray } from '../core/autodiff/read.ts'
import { argmax } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths } from '../core/tensor/tree.ts'
import { sparsityReport } from '../study/sparsity-report.ts'
import { diagnose } from '../training/diagnose.ts'
import { errorRate, type Evaluation } from '../training/evaluate.ts'
import { histogramBins } from './activation-histograms.ts'
import { confusionMatrix } from './confusion-matrix.ts'
import { findingText } from './finding-text.ts'
import type { ReportPage, ReportSection } from './html-report.ts'
import { weightImages } from './image-pictures.ts'
import { learningCurves, type EpochRecord } from './learning-curves.ts'
import { numberText } from './number-text.ts'
import { titled, type PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import type { Picture } from './picture.ts'
import { reliability } from './reliability.ts'
import { reportWords } from './report-words.ts'
import type { Wording } from './wording.ts'

/**
 * What is known of a training. Whatever is left out is left out of its page.
 *
 * @category Reports
 */
export interface TrainingFacts {
  readonly title?: PictureText
  /** Data and setting, which the titles of the pictures name. */
  readonly about?: PictureText
  readonly records?: readonly EpochRecord[]
  /** The epoch whose parameters were kept. */
  readonly best?: number
  /** What the losses of the records measure. */
  readonly measure?: PictureText
  readonly evaluations?: { readonly train: Evaluation; readonly dev: Evaluation; readonly test?: Evaluation }
  /** What the kept parameters say of rows apart, `[rows, classes]`, and what these are, `[rows]`. */
  readonly classified?: {
    readonly probabilities: Tensor
    readonly labels: Tensor
    readonly classes: readonly PictureText[]
  }
  /** The kept parameters. */
  readonly params?: unknown
  readonly settings?: readonly (readonly [name: PictureText, value: PictureText])[]
  /** What a reader has to know besides. */
  readonly remarks?: readonly PictureText[]
}

/** A number as each language prints it. */
export const spoken = (value: number, digits = 4): Wording => ({
  en: numberText(value, 'en', digits),
  bg: numberText(value, 'bg', digits),
})

const range = ([low, high]: readonly [number, number]): Wording => ({
  en: `${numberText(low, 'en', 4)} … ${numberText(high, 'en', 4)}`,
  bg: `${numberText(low, 'bg', 4)} … ${numberText(high, 'bg', 4)}`,
})

const courseSection = ({ about, records = [], best, measure }: TrainingFacts): readonly ReportSection[] =>
  records.length === 0
    ? []
    : [
        {
          heading: reportWords.course,
          pictures: [
            learningCurves(records, {
              title: titled(words.learningCurves, about),
              ...(best === undefined ? {} : { best }),
              ...(measure === undefined ? {} : { measure }),
            }),
          ],
        },
      ]

type Parts = NonNullable<TrainingFacts['evaluations']>

const partsOf = (evaluations: Parts): readonly (readonly ['train' | 'dev' | 'test', Evaluation])[] =>
  (['train', 'dev', 'test'] as const).flatMap((part) => {
    const evaluation = evaluations[part]
    return evaluation === undefined ? [] : [[part, evaluation] as const]
  })

const qualitySections = ({ about, evaluations }: TrainingFacts): readonly ReportSection[] => {
  if (evaluations === undefined) return []
  const parts = partsOf(evaluations)
  const { train, dev, test } = evaluations
  const findings = diagnose({
    train: errorRate(train),
    dev: errorRate(dev),
    ...(test === undefined ? {} : { test: errorRate(test) }),
  })
  return [
    {
      heading: reportWords.quality,
      table: {
        columns: [
          reportWords.part,
          reportWords.rows,
          reportWords.loss,
          reportWords.interval,
          reportWords.accuracy,
          reportWords.interval,
        ],
        rows: parts.map(([part, { n, loss, lossInterval, accuracy, accuracyInterval }]) => [
          words[part],
          spoken(n, 7),
          spoken(loss),
          range(lossInterval),
          spoken(accuracy),
          range(accuracyInterval),
        ]),
      },
      pictures: [
        {
          kind: 'bars',
          title: titled(reportWords.accuracyByPart, about),
          x: { title: reportWords.part },
          y: { title: reportWords.accuracy, domain: [0, 1] },
          categories: parts.map(([part]) => words[part]),
          series: [
            {
              name: reportWords.accuracy,
              values: parts.map(([, { accuracy, accuracyInterval }]) => ({
                value: accuracy,
                interval: accuracyInterval,
              })),
            },
          ],
        },
      ],
    },
    {
      heading: reportWords.diagnosis,
      list: findings.map((finding) => {
        const { name, advice } = findingText(finding)
        const sentence = (language: 'en' | 'bg'): string => {
          const percent = (share: number): string => `${numberText(100 * share, language)} %`
          const [low, high] = finding.interval
          return `${name[language]} (${reportWords.gap[language]} ${percent(finding.gap)}, ${reportWords.interval[language]} ${percent(low)} … ${percent(high)}): ${advice.map((each) => each[language]).join('; ')}.`
        }
        return { en: sentence('en'), bg: sentence('bg') }
      }),
    },
  ]
}

const mistakeSections = ({ about, classified }: TrainingFacts): readonly ReportSection[] => {
  if (classified === undefined) return []
  const { probabilities, labels, classes } = classified
  return [
    {
      heading: reportWords.mistakes,
      pictures: [
        confusionMatrix(argmax(probabilities, { axis: -1 }), labels, {
          classes,
          title: titled(words.confusion, about),
        }),
        reliability(probabilities, labels, { title: titled(words.reliability, about) }),
      ],
    },
  ]
}

/** The most tensors that have a histogram. */
const mostPanels = 8

const weightHistograms = (
  leaves: ReturnType<typeof leavesWithPaths>,
  about: PictureText | undefined,
): Picture => {
  const all = leaves.slice(0, mostPanels).map(({ path, leaf }) => ({
    name: path,
    values: Array.from(toTypedArray(leaf), Number),
  }))
  const finite = all.flatMap(({ values }) => values.filter(Number.isFinite))
  const reach = Math.max(Math.abs(leastOf(finite)), Math.abs(greatestOf(finite)))
  const end = Number.isFinite(reach) && reach > 0 ? reach : 1
  return {
    kind: 'histograms',
    title: titled(reportWords.weightsByTensor, about),
    x: { title: words.weight },
    panels: all.map(({ name, values }) => {
      const known = values.filter(Number.isFinite)
      return {
        name,
        bins: histogramBins(known, { low: -end, high: end, bins: 60 }),
        ...(known.length < values.length ? { notFinite: values.length - known.length } : {}),
      }
    }),
  }
}

/** Whether the inputs of a weight can be seen as a square image. */
const isImage = (leaf: Tensor): boolean => {
  const side = Math.sqrt(leaf.shape[0] ?? 0)
  return leaf.rank === 2 && Number.isInteger(side) && side >= 6
}

const weightSections = ({ about, params }: TrainingFacts): readonly ReportSection[] => {
  if (params === undefined) return []
  const leaves = leavesWithPaths(params)
  const matrices = leaves.filter(({ leaf }) => leaf.rank >= 2)
  const first = matrices[0]
  return matrices.length === 0
    ? []
    : [
        {
          heading: reportWords.weights,
          table: {
            columns: [reportWords.tensor, reportWords.shape, reportWords.zeros],
            rows: sparsityReport(params).leaves.map(({ path, zeros, of }, i) => [
              path,
              showShape(leaves[i]?.leaf.shape ?? []),
              `${String(zeros)} / ${String(of)}`,
            ]),
          },
          pictures: [
            weightHistograms(matrices, about),
            ...(first !== undefined && isImage(first.leaf)
              ? [weightImages(first.leaf, { title: titled(reportWords.unitWeights, about) })]
              : []),
          ],
        },
      ]
}

/** Names and values as a part of a page. */
export const settingsSection = (
  heading: PictureText,
  settings: readonly (readonly [name: PictureText, value: PictureText])[],
): readonly ReportSection[] =>
  settings.length === 0
    ? []
    : [{ heading, table: { columns: [reportWords.setting, reportWords.value], rows: settings } }]

/**
 * A page about a training: its learning curves with the chosen epoch, how good it is on each part, a diagnosis with
 * advice, confusion matrix and reliability, weights, settings.
 *
 * @throws ArgumentError for another name among the facts.
 * @example
 * ```ts
 * import { trainingReport } from 'puregrad/report'
 * const page = trainingReport({ records: [{ epoch: 1, train: 0.9, dev: 1 }], best: 1, settings: [['seed', '0']] })
 * page.sections.map(({ pictures = [] }) => pictures.map(({ kind }) => kind)) // => [['curves'], []]
 * ```
 * @category Reports
 */
export const trainingReport = (facts: TrainingFacts): ReportPage => {
  checkOptions<TrainingFacts>('trainingReport', facts, {
    title: true,
    about: true,
    records: true,
    best: true,
    measure: true,
    evaluations: true,
    classified: true,
    params: true,
    settings: true,
    remarks: true,
  })
  const { title = reportWords.training, remarks = [], settings = [] } = facts
  const sections = [
    ...courseSection(facts),
    ...qualitySections(facts),
    ...mistakeSections(facts),
    ...weightSections(facts),
    ...settingsSection(reportWords.settings, settings),
  ]
  const [first, ...rest] = sections
  return {
    title,
    sections:
      first === undefined || remarks.length === 0 ? sections : [{ ...first, paragraphs: remarks }, ...rest],
  }
}
