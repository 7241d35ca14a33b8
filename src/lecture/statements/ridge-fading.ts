import {
  add,
  foldIn,
  hessian,
  item,
  matmul,
  mul,
  normal,
  reshape,
  sqrt,
  tensor,
  transpose,
  zeros,
  type Key,
  type Tensor,
} from 'puregrad'
import { symmetricEigen } from 'puregrad/data'
import { initialize, orthogonal } from 'puregrad/nn'
import type { PlantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf } from './ridge-path.ts'

/** What L2 leaves of a component of the minimum along an eigenvector of the Hessian of ℓ. */
export interface Fading {
  /** h, how much ℓ curves along the eigenvector */
  readonly curvature: number
  /** The component of the minimum of ℓ + λΣw² in parts of that of ℓ. */
  readonly kept: number
  /** ½hc², by how much the component c of the minimum of ℓ lowers it. */
  readonly contribution: number
}

const float64 = { dtype: 'float64' } as const

/** A linear model whose squared error curves as much as told, along random perpendicular directions. */
const curvedRegression = (key: Key, rows: number, curvatures: readonly number[]): PlantedRegression => {
  const d = curvatures.length
  const directions = initialize(orthogonal(), foldIn(key, 'directions'), [d, d], 'float64')
  const columns = initialize(orthogonal(), foldIn(key, 'columns'), [rows, d], 'float64')
  // ℓ = 1/n Σ(xw − y)² curves by 2/n XᵀX.
  const scales = sqrt(mul(tensor([curvatures], float64), rows / 2))
  const x = matmul(mul(columns, scales), transpose(directions))
  const weight = normal(foldIn(key, 'weights'), [d, 1], float64)
  return { x, y: add(matmul(x, weight), mul(normal(foldIn(key, 'noise'), [rows, 1], float64), 0.1)) }
}

/** How L2 fades the components of a linear model, measured along the eigenvectors of the Hessian of its error. */
export const ridgeFading = (
  key: Key,
  {
    rows,
    curvatures,
    lambda,
  }: { readonly rows: number; readonly curvatures: readonly number[]; readonly lambda: number },
): readonly Fading[] => {
  const data = curvedRegression(key, rows, curvatures)
  const loss = squaredErrorOf(data)
  const d = curvatures.length
  const curving = hessian((w: Tensor) => loss({ weight: reshape(w, [d, 1]) }))(zeros([d], float64))
  const { values, vectors } = symmetricEigen(curving)
  const [free, priced] = ridgePath(data, [0, lambda])
  return values.map((curvature, i) => {
    const along = ({ weight }: { readonly weight: Tensor }): number =>
      item(matmul(tensor([vectors[i]!], float64), weight))
    return {
      curvature,
      kept: along(priced!) / along(free!),
      contribution: (curvature * along(free!) ** 2) / 2,
    }
  })
}

/** The share of pairs in which what has less of something is faded more. */
export const fadedInOrder = (fadings: readonly Fading[], of: (fading: Fading) => number): number => {
  const pairs = fadings.flatMap((a, i) => fadings.slice(i + 1).map((b) => [a, b] as const))
  return pairs.filter(([a, b]) => of(a) < of(b) === a.kept < b.kept).length / pairs.length
}
