import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { toTypedArray } from '../../src/index.ts'
import { encodeModel, predictor, type PredictedRows } from '../../src/model/index.ts'
import { rightOf } from '../data/rows.ts'
import { pricing } from '../model/prepared-model.ts'
import { findBrowser } from '../restricted/find-browser.ts'
import { openPage } from '../restricted/open-page.ts'
import { predictionPage, servedPage } from './prediction-bundle.ts'

const browser = findBrowser()
if (browser === undefined)
  console.info('left out: predictions in a page need Chromium or Chrome (CHROME_PATH)')

const text = 'height;wood;note;width\n0,5;oak;a;1,5\nNA;"ash";b;2\n3;teak;c;\n'

test('a page that predicts is at most 60 kB', async () => {
  expect(gzipSync(await predictionPage(), { level: 9 }).length).toBeLessThanOrEqual(60_000)
}, 60_000)

test.skipIf(browser === undefined)(
  'the same file gives the same bytes in a browser that compiles no text',
  async () => {
    const served = servedPage(await predictionPage(), rightOf(encodeModel(pricing)), text)
    const predict = rightOf(predictor(pricing))
    const said = ({ predictions, cases }: PredictedRows): object => ({
      bytes: Array.from(
        new Uint8Array(
          toTypedArray(predictions.kind === 'values' ? predictions.estimates : predictions.probabilities)
            .buffer,
        ),
      ),
      cases,
    })
    expect(await openPage(browser!, '/', (path) => served[path])).toEqual({
      evaluates: false,
      ofText: said(rightOf(predict.ofText(text))),
      ofCells: said(rightOf(predict.ofCells([{ width: 1.5, wood: 'oak', height: 0.5 }]))),
    })
  },
  120_000,
)
