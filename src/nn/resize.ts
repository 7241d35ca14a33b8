import { resize as resized, type PerAxis, type ResizeOptions } from '../core/numeric/index.ts'
import { resizeAlignments, resizeMethods } from '../core/numeric/resize.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import type { Layer, NoState } from './layer.ts'
import { alongAxes, checkPerAxis, imageOf, perAxisSetting } from './window-settings.ts'

/**
 * Images in another size, as the function of this name: `[rows, …space, channels]` → `[rows, …size, channels]`.
 *
 * @throws ArgumentError for another option, or a size that is none; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { network, resize } from 'puregrad/nn'
 * network([4, 4, 3], resize(8, { method: 'nearest' })).output // => [8, 8, 3]
 * ```
 * @category Layers
 */
export const resize = (size: PerAxis, options: ResizeOptions = {}): Layer<'', NoState, NoState> => {
  checkOptions('resize', options, { method: true, align: true })
  const { method = 'linear', align = 'centres' } = options
  checkPerAxis('resize', 'size', size)
  checkChoice('resize', 'method', method, resizeMethods)
  checkChoice('resize', 'align', align, resizeAlignments)
  return {
    name: '',
    spec: { kind: 'resize', size, method, align },
    shape: (input) => {
      const { space, channels } = imageOf('resize', input)
      return [...alongAxes('resize', 'size', size, space.length), channels]
    },
    init: () => ({ params: {}, state: {} }),
    apply: (_, __, state, x) => [resized(x, size, { method, align }), state],
  }
}

/** {@link resize} as data. */
export const resizeKind = /* @__PURE__ */ layerKind(
  'resize',
  { size: perAxisSetting, method: resizeMethods, align: resizeAlignments },
  ({ size, method, align }) => resize(size, { method, align }),
)

/**
 * What describes {@link resize} as plain data.
 *
 * @category Layers
 */
export type ResizeSpec = SpecOfLayer<typeof resizeKind>
