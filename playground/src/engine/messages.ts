import type { BackendName } from 'puregrad'
import type { Picture, Wording } from 'puregrad/report'
import type { SettingName, Settings } from './settings.ts'

/*
 * What the page and the workers tell each other: plain data and typed arrays, all of it made anew for the message.
 * `worker.ts` trains; `job-worker.ts` does what is long and can be given up, by ending the worker.
 */

/** From an epoch on some settings are others. */
export interface Fork {
  readonly epoch: number
  readonly changes: Partial<Settings>
}

/** What makes the steps of a training: the processor by the kernels that are ready, or a GPU by WebGPU. */
export type Computer = 'processor' | 'gpu'

/** A training as data: what it started from, and where settings changed, the earliest first. */
export interface Timeline {
  readonly settings: Settings
  readonly forks: readonly Fork[]
}

/** A table of the user's own: it never leaves the page and its workers. */
export interface OwnTable {
  readonly file: string
  readonly text: string
}

/** What is wrong, in both languages; `setting` names the control to look at. */
export interface Refusal {
  readonly message: Wording
  readonly setting?: SettingName
  /** Where in a table of the user's own, counted from 1. */
  readonly line?: number
  readonly column?: string
}

/** A panel that is visible, and how fine it is to be. Views are computed for futures that changed, and no others. */
export type ViewRequest =
  /** Of planar data: `points` along each side, 60 unless told otherwise. */
  | { readonly kind: 'boundary'; readonly points?: number }
  | { readonly kind: 'diagnosis' }
  | { readonly kind: 'weights' }
  /** Activations and returning signals of each layer; `bins` of a histogram, 24 unless told otherwise. */
  | { readonly kind: 'signals'; readonly bins?: number }
  /** The way over contours of the loss: `points` along each side, 25 unless told otherwise. */
  | { readonly kind: 'descent'; readonly points?: number }
  | { readonly kind: 'criteria' }
  | { readonly kind: 'confusion' }
  /** Rows of the dev set that are told wrongly, the surest first; 24 unless told otherwise. */
  | { readonly kind: 'mistakes'; readonly most?: number }

export type ViewName = ViewRequest['kind']

/** Which of two futures: 0 is the one that was not forked off. */
export type FutureIndex = 0 | 1

/** The pace of a run. */
export interface RunOptions {
  /** As fast as it goes where it is missing. */
  readonly epochsPerSecond?: number
  /** The epoch to stop at; else the budget, or early stopping. */
  readonly until?: number
}

/** To `worker.ts`. Every request with an `id` is answered by one reply with that `id`. */
export type Request =
  /** A training from its start, or again from a link: `forks` are made on the way, and it runs to `epochs` at once. */
  | {
      readonly kind: 'start'
      readonly id: number
      readonly futures: readonly [Timeline] | readonly [Timeline, Timeline]
      /** How far each future is to be trained before the reply `started`; 0 for none. */
      readonly epochs: readonly number[]
      readonly table?: OwnTable
    }
  | { readonly kind: 'run'; readonly options?: RunOptions }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step'; readonly by: 'batch' | 'epoch' }
  /** Every future back (or forward, to an epoch reached before) to the end of an epoch; 0 is the start. */
  | { readonly kind: 'rewind'; readonly id: number; readonly epoch: number }
  /** Settings of a future change from its present epoch on. What cannot change is refused. */
  | {
      readonly kind: 'change'
      readonly id: number
      readonly future: FutureIndex
      readonly changes: Partial<Settings>
    }
  /** A second future, from an epoch of the first with other settings; it replaces the second one there was. */
  | {
      readonly kind: 'fork'
      readonly id: number
      readonly epoch: number
      readonly changes: Partial<Settings>
    }
  /** One future is kept, as the only one. */
  | { readonly kind: 'keep'; readonly id: number; readonly future: FutureIndex }
  /** The visible panels: their views come with frames from now on, and at once. */
  | { readonly kind: 'watch'; readonly views: readonly ViewRequest[] }
  /** What a table has in its columns, before it is trained on. */
  | { readonly kind: 'inspect'; readonly id: number; readonly table: OwnTable; readonly label?: string }
  /** Opens the test set for the present parameters of a future. */
  | { readonly kind: 'openTest'; readonly id: number; readonly future: FutureIndex; readonly reason: string }
  | { readonly kind: 'program'; readonly id: number; readonly future: FutureIndex }
  /** The page has drawn a frame. From the first of these on, no frame is sent before the last one was drawn. */
  | { readonly kind: 'drawn' }
  /** What makes the steps from now on. */
  | { readonly kind: 'compute'; readonly id: number; readonly on: Computer }

/** What one epoch measured. Errors are shares of rows. */
export interface EpochRecord {
  readonly epoch: number
  /** Mean cross-entropy over the training set and over the dev set, without penalties. */
  readonly trainLoss: number
  readonly devLoss: number
  readonly trainError: number
  readonly devError: number
}

/** Why a future stands still. */
export type Stopped = 'patience' | 'budget' | 'non-finite'

/** Why a loss became no finite number. */
export interface Explanation {
  /** The number of the step, its epoch and its batch, all counted from 1. */
  readonly step: number
  readonly epoch: number
  readonly batch: number
  /** The layer, parameter or penalty where such a number arose first. */
  readonly place: string
  readonly rate: number
  /**
   * The largest rate, of this rate halved again and again, from which training goes on for `stepsTried` steps from the
   * last state whose loss was no worse than at its start; missing where none does, or the rate is not the reason.
   */
  readonly finiteRate?: number
  readonly stepsTried: number
  readonly message: Wording
  readonly advice: readonly Wording[]
}

/** Where a future is. */
export interface FutureFrame {
  readonly timeline: Timeline
  /** The settings of the present. */
  readonly settings: Settings
  readonly epoch: number
  readonly step: number
  /** Finished batches of the running epoch. */
  readonly batch: number
  readonly batchesPerEpoch: number
  /** The loss of the last batch, with penalties. */
  readonly batchLoss?: number
  /** The rate of the next step. */
  readonly rate: number
  /** What replaces the records from the position `from` on: `records[0]` is the one at `from`. The first is of epoch 0. */
  readonly history: { readonly from: number; readonly records: readonly EpochRecord[] }
  readonly bestEpoch: number
  /** The farthest epoch that rewinding can go forward to. */
  readonly reached: number
  readonly stopped?: Stopped
  readonly explanation?: Explanation
}

/** How a run that takes longer than a moment comes along. */
export interface Business {
  /** Training, or on the way back to an epoch. */
  readonly doing: 'training' | 'returning'
  readonly step: number
  readonly of: number
  readonly millisecondsPerStep: number
  readonly secondsLeft: number
}

/** The classes over a window of the plane, row by row from the lowest y. */
export interface BoundaryView {
  readonly kind: 'boundary'
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  readonly columns: number
  readonly rows: number
  /** The class that is predicted at each point, and with what probability. */
  readonly predicted: Uint8Array
  readonly probability: Float32Array
  /** Of two classes, the probability of the second: its isoline at ½ is the boundary. */
  readonly second?: Float32Array
}

/** What the errors say. */
export interface DiagnosisView {
  readonly kind: 'diagnosis'
  readonly findings: readonly {
    readonly kind: string
    readonly name: Wording
    readonly gap: number
    readonly interval: readonly [low: number, high: number]
    readonly advice: readonly Wording[]
  }[]
}

export interface LayerWeights {
  readonly name: string
  readonly title: Wording
  /** Inputs of the layer × its units. */
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
  /** The greatest absolute weight. */
  readonly greatest: number
  /** How many weights are exactly 0. */
  readonly zeros: number
  /** Where each unit's weights are a picture: its sides. */
  readonly image?: { readonly width: number; readonly height: number }
}

export interface WeightsView {
  readonly kind: 'weights'
  readonly layers: readonly LayerWeights[]
  readonly zeros: number
  readonly of: number
}

export interface LayerSignal {
  readonly title: Wording
  readonly mean: number
  readonly deviation: number
  /** Share of outputs that are exactly 0, and of inputs at which an activation is flat. */
  readonly zeros: number
  readonly saturated: number
  /** ‖∂loss/∂output‖. */
  readonly signal: number
  readonly histogram: { readonly low: number; readonly high: number; readonly counts: Uint32Array }
}

export interface SignalsView {
  readonly kind: 'signals'
  readonly layers: readonly LayerSignal[]
  /** By how much a signal is multiplied on its way back through one hidden layer; missing with fewer than two. */
  readonly signalFactor?: number
  readonly stallDepth?: number
  readonly remark?: Wording
}

/** The loss (with penalties) over a plane through the parameters, and the way through it. */
export interface DescentView {
  readonly kind: 'descent'
  readonly x: readonly [low: number, high: number]
  readonly y: readonly [low: number, high: number]
  readonly columns: number
  readonly rows: number
  readonly losses: Float32Array
  /** Epoch, x and y of each place on the way in turn, projected onto the plane. */
  readonly path: Float32Array
  /** The share of the way's movement that lies within the plane. */
  readonly share: number
  readonly axes: readonly [Wording, Wording]
}

export interface CriteriaView {
  readonly kind: 'criteria'
  /** Of each epoch on the way. */
  readonly points: readonly {
    readonly epoch: number
    readonly loss: number
    readonly l1: number
    readonly l2: number
  }[]
  readonly prices: { readonly l1: number; readonly l2: number }
}

export interface ConfusionView {
  readonly kind: 'confusion'
  readonly classes: readonly string[]
  /** How often a class (row) is taken for a class (column) in the dev set, row by row. */
  readonly counts: Uint32Array
}

export interface MistakesView {
  readonly kind: 'mistakes'
  readonly of: number
  readonly image?: { readonly width: number; readonly height: number }
  readonly features: readonly string[]
  readonly rows: readonly {
    readonly row: number
    readonly truth: string
    readonly predicted: string
    readonly probability: number
    /** As they were before scaling. */
    readonly values: Float32Array
  }[]
}

export type View =
  | BoundaryView
  | DiagnosisView
  | WeightsView
  | SignalsView
  | DescentView
  | CriteriaView
  | ConfusionView
  | MistakesView

/** Rows to draw. */
export interface Points {
  /** First and second feature of each row in turn, before scaling. */
  readonly places: Float32Array
  readonly labels: Uint8Array
}

/** What a training works on. */
export interface DataSummary {
  readonly title: Wording
  readonly rows: { readonly train: number; readonly dev: number; readonly test: number }
  readonly features: readonly string[]
  readonly classes: readonly string[]
  /** Of planar data. */
  readonly points?: { readonly train: Points; readonly dev: Points }
  /** Of pictures: the first of the training set, 16 × 16 each, with their labels. */
  readonly samples?: { readonly pixels: Float32Array; readonly labels: Uint8Array }
  /** SHA-256 of the sealed test set. */
  readonly testDigest: string
}

/** What a column of a table holds. */
export interface TableColumn {
  readonly name: string
  readonly holds: 'numbers' | 'categories' | 'left out'
  /** How many different values. */
  readonly values: number
}

/** From `worker.ts`. */
export type Reply =
  /** Comes first. `problem` says why it is not the fastest backend. */
  | { readonly kind: 'ready'; readonly backend: BackendName; readonly problem?: string }
  | {
      readonly kind: 'started'
      readonly id: number
      readonly data: DataSummary
      /** How many numbers are learned. */
      readonly parameters: number
    }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly refusals: readonly Refusal[] }
  /** At most one in about 16 ms. `views` are of futures whose state they show. */
  | {
      readonly kind: 'frame'
      readonly futures: readonly FutureFrame[]
      readonly running: boolean
      readonly busy?: Business
      readonly views: readonly { readonly future: FutureIndex; readonly view: View }[]
      readonly epochsPerSecond?: number
    }
  | {
      readonly kind: 'table'
      readonly id: number
      readonly rows: number
      readonly columns: readonly TableColumn[]
      readonly label: string
      readonly classes: readonly string[]
    }
  | {
      readonly kind: 'opened'
      readonly id: number
      readonly rows: number
      readonly error: number
      readonly interval: readonly [low: number, high: number]
      readonly loss: number
      /** All looks at this test set, the oldest first. */
      readonly looks: readonly { readonly reason: string; readonly models: number }[]
      /** By how much the best of as many models looks better than it is. */
      readonly optimism: { readonly independent: number; readonly bound: number }
    }
  | { readonly kind: 'program'; readonly id: number; readonly text: string }
  /** What makes the steps now; of a GPU, what it is called. */
  | { readonly kind: 'computes'; readonly id: number; readonly on: Computer; readonly name?: string }
  /** The GPU could not go on: the processor does, from the last step. */
  | { readonly kind: 'lost'; readonly message: string }
  /** Something that is a fault of the program. */
  | { readonly kind: 'broken'; readonly id?: number; readonly message: string }

/** What a mark of a claim asks for. */
export type MarkValue =
  { readonly atLeast: number } | { readonly atMost: number } | { readonly within: readonly [number, number] }

/** To `job-worker.ts`: one job; it is given up by ending the worker. */
export type JobRequest =
  | {
      readonly kind: 'claim'
      readonly claim: string
      readonly seed: number
      /** Settings of the claim that differ. */
      readonly settings: Readonly<Record<string, number>>
      /** Marks that differ, by `corrected.` or `literal.` and the id of the measure. */
      readonly marks: Readonly<Record<string, MarkValue>>
    }
  /** A small training for each λ: what the penalty costs in loss. */
  | {
      readonly kind: 'front'
      readonly settings: Settings
      readonly penalty: 'l1' | 'l2'
      readonly lambdas: readonly number[]
      readonly epochs: number
      readonly table?: OwnTable
    }
  /** What the claims are, for their list. */
  | { readonly kind: 'claims' }

export interface JudgedFigure {
  readonly id: string
  readonly name: Wording
  readonly value: number
  /** What it has to be, for the corrected statement or for the lecture's own words. */
  readonly of: 'corrected' | 'literal'
  readonly mark: MarkValue
  readonly passed: boolean
}

export interface ClaimSummary {
  readonly id: string
  readonly lines: string
  readonly asWritten: Wording
  readonly corrected: Wording
  readonly condition?: Wording
  readonly remark?: Wording
  readonly settings: readonly {
    readonly id: string
    readonly name: Wording
    readonly value: number
    readonly whole: boolean
  }[]
  readonly marks: readonly {
    readonly id: string
    readonly name: Wording
    readonly of: 'corrected' | 'literal'
    readonly mark: MarkValue
  }[]
}

export interface FrontPoint {
  readonly lambda: number
  readonly trainLoss: number
  readonly devLoss: number
  readonly devError: number
  /** Ω: the sum of absolute or squared weights. */
  readonly omega: number
  readonly zeros: number
  readonly of: number
  /** −Δℓ/ΔΩ to the neighbours on the front: near λ where training has converged. */
  readonly slope?: number
  /** No other point is at least as good in both. */
  readonly onFront: boolean
}

/** From `job-worker.ts`. */
export type JobReply =
  | { readonly kind: 'ready'; readonly backend: BackendName; readonly problem?: string }
  | { readonly kind: 'progress'; readonly done: number; readonly of: number; readonly secondsLeft?: number }
  | { readonly kind: 'claims'; readonly claims: readonly ClaimSummary[] }
  | {
      readonly kind: 'claim'
      readonly claim: string
      readonly verdict: 'holds' | 'holds-if' | 'false-as-written' | 'fails'
      readonly figures: readonly JudgedFigure[]
      readonly counterExample?: Wording
      readonly pictures: readonly Picture[]
      readonly seconds: number
    }
  /** The points so far; the last reply has `whole`. */
  | {
      readonly kind: 'front'
      readonly penalty: 'l1' | 'l2'
      readonly points: readonly FrontPoint[]
      readonly whole: boolean
    }
  | { readonly kind: 'refused'; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'broken'; readonly message: string }
