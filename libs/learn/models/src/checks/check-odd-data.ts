import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isUnsupervised, type LearnError, predictsValues, type Task } from '@trainyard/data';
import { mapMatrix, sampleDataset, slice } from './sample-data.js';
import { assertWellFormed, fitted, hasCode, type Subject } from './subject.js';

export function checkOddData(subject: Subject, task: Task): void {
  it('fits a handful of rows', async () => {
    const data = sampleDataset(task, { rows: 12, cols: 2 });
    assertWellFormed((await fitted(subject, data)).predict(data.x), data);
  });

  it('fits one row, or says that it is too few', async () => {
    const data = slice(sampleDataset(task, { cols: 2 }), 0, 1);
    try {
      assertWellFormed((await fitted(subject, data)).predict(data.x), data);
    } catch (error) {
      const classifies = task === 'binary' || task === 'multiclass';
      if (!hasCode(classifies ? 'TOO_MANY_CLASSES' : 'TOO_FEW_ROWS')(error)) throw error;
    }
  });

  it('refuses no rows, and targets that are missing, infinite or no class, by their row', async () => {
    await assert.rejects(fitted(subject, slice(sampleDataset(task), 0, 0)), hasCode('TOO_FEW_ROWS'));
    if (isUnsupervised(task)) return;
    const data = sampleDataset(task, { rows: 60 });
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, ...(predictsValues(task) ? [] : [0.5, -1, 7])]) {
      const y = data.y.map((value, i) => (i === 20 * (data.outputs?.length ?? 1) ? wrong : value));
      await assert.rejects(fitted(subject, { ...data, y }), (error) => {
        return hasCode('TARGET_NOT_NUMERIC')(error) && (error as LearnError).where.row === 21;
      });
    }
  });

  it('fits one column, a constant column and two equal columns', async () => {
    const one = sampleDataset(task, { cols: 1 });
    assertWellFormed((await fitted(subject, one)).predict(one.x), one);
    const data = sampleDataset(task);
    const constant = { ...data, x: mapMatrix(data.x, (value, _, column) => (column === 1 ? 3 : value)) };
    assertWellFormed((await fitted(subject, constant)).predict(constant.x), constant);
    const doubled = mapMatrix(data.x, (value, row, column) => (column === 1 ? data.x.data[row * data.x.cols]! : value));
    assertWellFormed((await fitted(subject, { ...data, x: doubled })).predict(doubled), data);
  });

  it('fits when a class has no row in training', async () => {
    const data = sampleDataset(task);
    if (predictsValues(task) || isUnsupervised(task)) return;
    const classes = [...data.classes!, 'unseen'];
    const wider = { ...data, task: 'multiclass' as const, classes };
    if (!subject.definition.tasks.includes('multiclass')) return;
    assertWellFormed((await fitted(subject, wider)).predict(wider.x), wider);
  });

  it('takes missing values, or says where they are', async () => {
    const data = sampleDataset(task);
    const x = mapMatrix(data.x, (value, row, column) => (column === 2 && row % 3 === 0 ? Number.NaN : value));
    if (subject.definition.preprocessing.acceptsMissing) {
      const model = await fitted(subject, { ...data, x });
      assertWellFormed(model.predict(x), data);
      assertWellFormed(model.predict(mapMatrix(data.x, () => Number.NaN)), data);
      return;
    }
    await assert.rejects(fitted(subject, { ...data, x }), (error) => {
      return hasCode('FEATURE_INVALID')(error) && (error as LearnError).where.column === 'x2';
    });
    const model = await fitted(subject, data);
    assert.throws(() => model.predict(x), hasCode('FEATURE_INVALID'));
  });
}
