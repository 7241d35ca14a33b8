/**
 * Data sets: reading, splitting, scaling, batching, generating.
 *
 * @packageDocumentation
 */
export { allForDev, allForTest, allForTraining } from './all-for.ts'
export { classWeights, withClassWeights, type ClassWeighting } from './class-weights.ts'
export { resample, type ResampleOptions } from './resample.ts'
export type { Part, RoleOfRows } from './part.ts'
export { RoleError } from './role-error.ts'
export {
  labelledRowsAt,
  labelledTable,
  preparedDataset,
  rawTable,
  tableRowsAt,
  withColumns,
  type Column,
  type ColumnKind,
  type LabelledTable,
  type LevelColumn,
  type NumberColumn,
  type Table,
} from './table/table.ts'
export { labelTable, type LabelOptions } from './table/label-table.ts'
export { parseTable } from './table/parse-table.ts'
export { readTable } from './table/read-table.ts'
export { scanTable, type TableScanOptions } from './table/scan-table.ts'
export { streamTable, type TableStream, type TableStreamOptions } from './table/stream-table.ts'
export type { LongReading, TableProgress } from './table/reading-options.ts'
export { tableOfCells, type CellRecord } from './table/table-of-cells.ts'
export type { TableOptions } from './table/table-options.ts'
export type { TableReading } from './table/table-reading.ts'
export {
  decodeTableSchema,
  type ColumnSchema,
  type TableFormat,
  type TableSchema,
} from './table/table-schema.ts'
export type {
  ColumnFlag,
  ColumnReport,
  EncodingReason,
  Found,
  HeaderReason,
  KindReason,
  TableReport,
} from './table/table-report.ts'
export type { Sighting } from './table/column-statistics.ts'
export type { DateOrder } from './table/calendar-date.ts'
export type { NumberMarks, ThousandsMark } from './table/number-marks.ts'
export { readIdx, readNpy, readNpz, writeNpy, writeNpz } from './formats/array-files.ts'
export { blobs, type BlobsOptions } from './generate/blobs.ts'
export { car, type CarOptions } from './generate/car.ts'
export type {
  ColumnScalerError,
  ColumnScalerOptions,
  ConstantFeatureError,
  NotFiniteFeatureError,
} from './scale/column-scaler.ts'
export { conditionReport, gramMatrix, type ConditionReport } from './scale/condition-report.ts'
export type { DataError, UnusableColumn } from './data-error.ts'
export type { RareClass, SplitError, SplitOptions } from './split/deal-rows.ts'
export {
  dataset,
  regressionDataset,
  rowsAt,
  withFeatures,
  withTargets,
  withWeights,
  type Classes,
  type Dataset,
  type Role,
  type Targets,
  type Values,
} from './dataset.ts'
export { driftReport, type ColumnDrift, type DriftReport } from './split/drift-report.ts'
export { kFold, repeatedKFold, type RepeatedFolding } from './split/k-fold.ts'
export { leaveOneGroupOut } from './split/leave-one-group-out.ts'
export { decodeScaler } from './scale/decode-scaler.ts'
export { digits16, type Digits16Options } from './generate/digits16.ts'
export { encodeSafetensors } from './formats/encode-safetensors.ts'
export { encodeNpy } from './formats/encode-npy.ts'
export { encodeNpz, type NpzOptions } from './formats/encode-npz.ts'
export { openJournal, type Journal, type JournalError, type JournalFormat } from './files/journal.ts'
export { foldBatches } from './stream/fold-batches.ts'
export {
  labelledArrays,
  readLabelled,
  type LabelledFiles,
  type LabelledOptions,
} from './formats/labelled-arrays.ts'
export { batchCount, minibatches, type Minibatch, type MinibatchOptions } from './stream/minibatches.ts'
export { mergeMoments, momentsOf, type Moments } from './scale/moments.ts'
export { moons } from './generate/moons.ts'
export { noisy300, type Noisy300 } from './generate/noisy300.ts'
export { noisyLabels } from './generate/noisy-labels.ts'
export { comparedModels, expectedOptimism, testOptimism, type Optimism } from './split/optimism.ts'
export { orderClasses } from './formats/order-classes.ts'
export type { CsvOptions, Separator, Task } from './formats/csv-format.ts'
export { parseCsv, type CsvDataset } from './formats/parse-csv.ts'
export { parseSafetensors, type Safetensors, type SafetensorsError } from './formats/parse-safetensors.ts'
export type { ReadError } from './formats/read-bytes.ts'
export type { BytesOptions } from './formats/checked-bytes.ts'
export { parseIdx } from './formats/parse-idx.ts'
export { parseNpy } from './formats/parse-npy.ts'
export {
  npzOmissions,
  parseNpz,
  type NpzArrays,
  type NpzOmission,
  type NpzReadOptions,
} from './formats/parse-npz.ts'
export type { PlanarOptions } from './generate/planar.ts'
export { halfWidthFor, rowsFor } from './split/precision.ts'
export { readCsv } from './formats/read-csv.ts'
export { regression, type PlantedRegression, type RegressionOptions } from './generate/regression.ts'
export { rings, type RingsOptions } from './generate/rings.ts'
export type { RowStream, StreamedRow } from './stream/row-stream.ts'
export { readSafetensors, writeSafetensors } from './formats/safetensors-file.ts'
export {
  mapSealed,
  openTest,
  seal,
  type Opening,
  type OpeningError,
  type Sealed,
  type TestLedger,
} from './split/sealed.ts'
export { splitData, type Ratios, type SplitData, type TrainDevRatios } from './split/split.ts'
export type {
  Folding,
  Split,
  SplitInTwo,
  SplitWithTest,
  TableSplit,
  TableTrainDev,
  TrainDev,
} from './split/parts.ts'
export { splitByTime, type SplitByTime } from './split/split-by-time.ts'
export { timeFolds, type TimeFoldOptions } from './split/time-folds.ts'
export type { TimeOptions } from './split/time-blocks.ts'
export { scanRows, type ScanOptions, type StreamSummary } from './formats/scan-rows.ts'
export { spirals, type SpiralsOptions } from './generate/spirals.ts'
export { maxAbsScale, minMaxScale } from './scale/range-scalers.ts'
export { robustScale } from './scale/robust-scale.ts'
export {
  scaled,
  type ColumnScalerSpec,
  type Scaler,
  type ScalerSpec,
  type WhiteningSpec,
} from './scale/scaler.ts'
export { standardize } from './scale/standardize.ts'
export type { DecimalMark } from './formats/strict-number.ts'
export type { UnfoldOptions } from './formats/unfold-options.ts'
export { suggestRatios, type PrecisionWanted, type SuggestedRatios } from './split/suggest-ratios.ts'
export { symmetricEigen, type SymmetricEigen } from './scale/symmetric-eigen.ts'
export { areaUnderCurve, kolmogorovSmirnov, totalVariation } from './split/two-sample.ts'
export { whiten, type DependentFeaturesError, type WhitenOptions } from './scale/whiten.ts'
export { writeAtomically, type WriteError } from './files/write-atomically.ts'
export { xor } from './generate/xor.ts'
export { standardizeFrom } from './scale/standardize-from.ts'
export { streamBatches, type BatchStream, type StreamOptions } from './stream/stream-batches.ts'
export { preparedParts, type PreparedPartsOptions } from './stream/prepared-parts.ts'
export { inParts, streamMinibatches, type StreamMinibatchOptions } from './stream/stream-minibatches.ts'
export { streamCsv } from './stream/stream-csv.ts'
export { streamLabelled } from './stream/stream-labelled.ts'
export { decodePreparation } from './prepare/decode-preparation.ts'
export { decodePreparationPlan } from './prepare/plan-codec.ts'
export { prepare } from './prepare/prepare.ts'
export type {
  LeftColumn,
  Preparation,
  PreparationPlan,
  PreparationSpec,
  PreparedFeature,
  PreparedTable,
  ReadColumn,
  RecoveredColumns,
} from './prepare/preparation.ts'
export type { ColumnProblem, PreparationError } from './prepare/preparation-error.ts'
export type { PredictionCase } from './prepare/prediction-case.ts'
export type { ColumnSelection } from './prepare/selection.ts'
export { standardPreparation } from './prepare/standard-preparation.ts'
export type { FittedStep, PreparationStep } from './prepare/step.ts'
export type { FittedAsCategories, AsCategoriesStep } from './prepare/steps/as-categories.ts'
export type { ClipBounds, FittedClip, ClipStep } from './prepare/steps/clip.ts'
export type { LevelCodes, FittedCodes, CodesStep } from './prepare/steps/codes.ts'
export type {
  DateMeasure,
  DateOutputs,
  DatePart,
  FittedDateParts,
  DatePartsStep,
} from './prepare/steps/date-parts.ts'
export type { FittedDrop, DropStep } from './prepare/steps/drop.ts'
export type { LevelShares, FittedFrequency, FrequencyStep } from './prepare/steps/frequency.ts'
export type { Fill, FittedImpute, ImputeStep } from './prepare/steps/impute.ts'
export type { KeepStep } from './prepare/steps/keep.ts'
export type { FittedLog, LogStep } from './prepare/steps/log.ts'
export type { OneHotCode, OneHotOutput, FittedOneHot, OneHotStep } from './prepare/steps/one-hot.ts'
export type { LevelOrder, FittedOrdinal, OrdinalStep } from './prepare/steps/ordinal.ts'
export type { ColumnPower, FittedPower, PowerStep } from './prepare/steps/power.ts'
export type { ColumnQuantiles, FittedQuantiles, QuantilesStep } from './prepare/steps/quantiles.ts'
export type { ColumnScale, FittedScale, ScaleStep } from './prepare/steps/scale.ts'
export type { SelectStep } from './prepare/steps/select.ts'
export type { FittedSmoothClip, SmoothClipStep } from './prepare/steps/smooth-clip.ts'
export type { FittedWhiten, WhitenStep } from './prepare/steps/whiten.ts'
export { realMlpPreparation, type RealMlpPreparationOptions } from './prepare/real-mlp-preparation.ts'
export type { FittedTarget, TargetScaling } from './prepare/target-scaling.ts'
export { preparationFindings, type PreparationFinding } from './prepare/preparation-findings.ts'
