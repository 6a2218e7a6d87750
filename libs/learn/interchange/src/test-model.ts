import { createRandom, type Dataset, type Task } from '@trainyard/data';
import { createModel, findModel, type ModelArtifact } from '@trainyard/models';

/** 200 rows of a number, a category of 40 codes and a number with missing values, and a target that depends on all. */
export function smallData(task: Task): Dataset {
  const random = createRandom(5);
  const rows = 200;
  const data = new Float32Array(rows * 3);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const [a, code, b] = [random.normal(), random.integer(40), random.next() < 0.3 ? Number.NaN : random.normal()];
    data.set([a, random.next() < 0.2 ? Number.NaN : code, b], i * 3);
    const score = a + (code % 3) - (Number.isNaN(b) ? 2 : b);
    y[i] =
      task === 'regression' ? 50 + score : task === 'binary' ? Number(score > 0) : score > 2 ? 2 : score > 0 ? 1 : 0;
  }
  const x = { rows, cols: 3, data, names: ['a', 'code', 'b'], categorical: [false, true, false] };
  const classes = task === 'regression' ? {} : { classes: task === 'binary' ? ['no', 'yes'] : ['p', 'q', 'r'] };
  return { task, x, y, ...classes };
}

/** A fitted lightgbm model of a few trees with categorical splits. */
export async function smallModel(task: Task): Promise<ModelArtifact> {
  const params = { n_estimators: 4, num_leaves: 12, min_child_samples: 5, min_data_per_group: 5, cat_smooth: 1 };
  const model = createModel(findModel('lightgbm'), params, task);
  await model.fit(smallData(task), { seed: 1 });
  return model.save();
}
