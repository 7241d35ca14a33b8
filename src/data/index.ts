/**
 * Data sets: reading, splitting, scaling, batching, generating.
 *
 * @packageDocumentation
 */
export { readIdx, readNpy, readNpz, writeNpy, writeNpz } from './array-files.ts'
export { blobs, type BlobsOptions } from './blobs.ts'
export { car, type CarOptions } from './car.ts'
export type {
  ColumnScalerError,
  ColumnScalerOptions,
  ConstantFeatureError,
  NotFiniteFeatureError,
} from './column-scaler.ts'
export { conditionReport, gramMatrix, type ConditionReport } from './condition-report.ts'
export type { DataError } from './data-error.ts'
export type { SplitError, SplitOptions } from './deal-rows.ts'
export {
  dataset,
  regressionDataset,
  rowsAt,
  type Classes,
  type Dataset,
  type Role,
  type Targets,
  type Values,
} from './dataset.ts'
export { driftReport, type ColumnDrift, type DriftReport } from './drift-report.ts'
export { kFold, repeatedKFold } from './k-fold.ts'
export { decodeScaler, type ScalerSpecError } from './decode-scaler.ts'
export { digits16, type Digits16Options } from './digits16.ts'
export { encodeSafetensors } from './encode-safetensors.ts'
export { encodeNpy } from './encode-npy.ts'
export { encodeNpz, type NpzOptions } from './encode-npz.ts'
export { foldBatches } from './fold-batches.ts'
export { labelledArrays, readLabelled, type LabelledFiles, type LabelledOptions } from './labelled-arrays.ts'
export { batchCount, minibatches, type Minibatch, type MinibatchOptions } from './minibatches.ts'
export { mergeMoments, momentsOf, type Moments } from './moments.ts'
export { moons } from './moons.ts'
export { noisy300, type Noisy300 } from './noisy300.ts'
export { noisyLabels } from './noisy-labels.ts'
export { comparedModels, expectedOptimism, testOptimism, type Optimism } from './optimism.ts'
export { orderClasses } from './order-classes.ts'
export type { CsvOptions, Separator, Task } from './csv-format.ts'
export { parseCsv, type CsvDataset } from './parse-csv.ts'
export { parseSafetensors, type Safetensors, type SafetensorsError } from './parse-safetensors.ts'
export { readBytes, type ReadError } from './read-bytes.ts'
export type { BytesOptions } from './checked-bytes.ts'
export { parseIdx } from './parse-idx.ts'
export { parseNpy } from './parse-npy.ts'
export { npzOmissions, parseNpz, type NpzArrays, type NpzOmission, type NpzReadOptions } from './parse-npz.ts'
export type { PlanarOptions } from './planar.ts'
export { halfWidthFor, rowsFor } from './precision.ts'
export { readCsv } from './read-csv.ts'
export { regression, type PlantedRegression, type RegressionOptions } from './regression.ts'
export { rings, type RingsOptions } from './rings.ts'
export type { RowStream, StreamedRow } from './row-stream.ts'
export { readSafetensors, writeSafetensors } from './safetensors-file.ts'
export {
  mapSealed,
  openTest,
  seal,
  type Opening,
  type OpeningError,
  type Sealed,
  type TestLedger,
} from './sealed.ts'
export {
  splitData,
  type Ratios,
  type Split,
  type SplitData,
  type TrainDev,
  type TrainDevRatios,
} from './split.ts'
export { scanRows, type ScanOptions, type StreamSummary } from './scan-rows.ts'
export { spirals, type SpiralsOptions } from './spirals.ts'
export { maxAbsScale, minMaxScale } from './range-scalers.ts'
export { robustScale } from './robust-scale.ts'
export {
  scaled,
  scalerOf,
  type ColumnScalerSpec,
  type Scaler,
  type ScalerSpec,
  type WhiteningSpec,
} from './scaler.ts'
export { standardize } from './standardize.ts'
export type { DecimalMark } from './strict-number.ts'
export type { UnfoldOptions } from './unfold-options.ts'
export { suggestRatios, type PrecisionWanted, type SuggestedRatios } from './suggest-ratios.ts'
export { symmetricEigen, type SymmetricEigen } from './symmetric-eigen.ts'
export { areaUnderCurve, kolmogorovSmirnov, totalVariation } from './two-sample.ts'
export { whiten, type DependentFeaturesError, type WhitenOptions } from './whiten.ts'
export { writeAtomically, type WriteError } from './write-atomically.ts'
export { xor } from './xor.ts'
export { isEncoding } from './text-encoding.ts'
export { standardizeFrom } from './standardize-from.ts'
export { streamBatches, type BatchStream, type StreamOptions } from './stream-batches.ts'
export { streamCsv } from './stream-csv.ts'
export { streamLabelled } from './stream-labelled.ts'
