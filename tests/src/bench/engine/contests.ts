import type { Job } from './job.js';

/** Two sides that do the same, and what ours must reach. */
export interface Contest {
  readonly name: string;
  readonly peer: string;
  /** The shape of the data they both learn from. */
  readonly rows: number;
  readonly cols: number;
  readonly job: Omit<Job, 'folder' | 'model' | 'params' | 'threads' | 'seed'>;
  readonly ours: Pick<Job, 'model' | 'params'>;
  readonly theirs: Pick<Job, 'model' | 'params'>;
  /** Which time is compared: of the fit, or of predicting the test rows. */
  readonly compares: 'fit' | 'predict';
  /** Our wall time over the peer's must not exceed this; and our own seconds not that. */
  readonly bar?: number;
  readonly ceiling?: number;
}

const ROWS = 73_000;
const COLS = 180;
const SPLIT = { trainRows: 58_400, testRows: 14_600 };
const whole = { rows: ROWS, cols: COLS, compares: 'fit' } as const;
const tasks = ['multiclass', 'binary', 'regression'] as const;
const words = { multiclass: '3 classes', binary: '2 classes', regression: 'regression' };

const XGBOOST = { n_estimators: 100, max_depth: 6, learning_rate: 0.1 };
const LIGHTGBM = { n_estimators: 100, num_leaves: 31, max_bin: 255, learning_rate: 0.1 };
const CATBOOST = { iterations: 100, depth: 6, border_count: 254, learning_rate: 0.1 };

const boosting: readonly Contest[] = [
  ...tasks.map(
    (task): Contest => ({
      ...whole,
      name: `xgboost, depth 6, ${words[task]}`,
      peer: 'XGBoost hist',
      job: { ...SPLIT, task },
      ours: { model: 'xgboost', params: XGBOOST },
      theirs: { model: 'xgboost', params: XGBOOST },
      bar: 0.33,
      ...(task === 'multiclass' ? { ceiling: 5 } : {}),
    }),
  ),
  ...tasks.map(
    (task): Contest => ({
      ...whole,
      name: `lightgbm, 31 leaves, ${words[task]}`,
      peer: 'LightGBM',
      job: { ...SPLIT, task },
      ours: { model: 'lightgbm', params: LIGHTGBM },
      theirs: { model: 'lightgbm', params: LIGHTGBM },
      bar: 0.33,
      ...(task === 'multiclass' ? { ceiling: 5 } : {}),
    }),
  ),
  {
    ...whole,
    name: 'lightgbm, 31 leaves, 3 classes',
    peer: 'LightGBM, quantised gradients',
    job: { ...SPLIT, task: 'multiclass' },
    ours: { model: 'lightgbm', params: LIGHTGBM },
    theirs: { model: 'lightgbm', params: { ...LIGHTGBM, use_quantized_grad: true } },
    bar: 0.45,
  },
  ...tasks.map(
    (task): Contest => ({
      ...whole,
      name: `catboost, depth 6, 254 borders, ${words[task]}`,
      peer: 'CatBoost',
      job: { ...SPLIT, task },
      ours: { model: 'catboost', params: CATBOOST },
      theirs: { model: 'catboost', params: CATBOOST },
      bar: 0.45,
      ...(task === 'multiclass' ? { ceiling: 6 } : {}),
    }),
  ),
];

const others: readonly Contest[] = [
  {
    ...whole,
    name: 'random_forest, 100 trees, full depth, 3 classes',
    peer: 'scikit-learn',
    job: { ...SPLIT, task: 'multiclass' },
    ours: { model: 'random_forest', params: { n_estimators: 100 } },
    theirs: { model: 'RandomForestClassifier', params: { n_estimators: 100 } },
    bar: 0.13,
    ceiling: 6,
  },
  {
    ...whole,
    name: 'extra_trees, 100 trees, full depth, 3 classes',
    peer: 'scikit-learn',
    job: { ...SPLIT, task: 'multiclass' },
    ours: { model: 'extra_trees', params: { n_estimators: 100 } },
    theirs: { model: 'ExtraTreesClassifier', params: { n_estimators: 100 } },
  },
  {
    ...whole,
    name: 'logistic, L-BFGS, 3 classes',
    peer: 'scikit-learn',
    job: { ...SPLIT, task: 'multiclass', standardise: true },
    ours: { model: 'logistic', params: { max_iter: 500, tol: 1e-4 } },
    theirs: { model: 'LogisticRegression', params: { max_iter: 500, tol: 1e-4 } },
    bar: 0.5,
    ceiling: 1.5,
  },
  {
    ...whole,
    name: 'svm, rbf, 10,000 rows, 3 classes',
    peer: 'scikit-learn SVC',
    // Its native prediction takes longer than its fit: 2,000 rows are enough for a score.
    job: { trainRows: 10_000, testRows: 2000, task: 'multiclass', standardise: true },
    ours: { model: 'svm', params: { C: 1, tol: 1e-3, cache_size: 2000, probability: false } },
    theirs: { model: 'SVC', params: { C: 1, gamma: 'scale', tol: 1e-3, cache_size: 2000 } },
    bar: 0.25,
  },
  {
    ...whole,
    name: 'knn, brute force, 14,600 queries on 58,400 rows',
    peer: 'scikit-learn',
    compares: 'predict',
    job: { ...SPLIT, task: 'multiclass', standardise: true },
    ours: { model: 'knn', params: { n_neighbors: 15, algorithm: 'brute' } },
    theirs: { model: 'KNeighborsClassifier', params: { n_neighbors: 15, algorithm: 'brute' } },
    bar: 1,
  },
  {
    ...whole,
    name: 'kmeans, 20 clusters',
    peer: 'scikit-learn',
    job: { ...SPLIT, task: 'clustering', standardise: true },
    ours: { model: 'kmeans', params: { n_clusters: 20, n_init: 1 } },
    theirs: { model: 'KMeans', params: { n_clusters: 20, n_init: 1 } },
    bar: 1,
  },
];

const prediction: readonly Contest[] = [
  {
    ...whole,
    name: 'batch of 14,600 rows, 300 trees',
    peer: 'XGBoost inplace_predict',
    compares: 'predict',
    job: { ...SPLIT, task: 'multiclass', predictions: 15, oneRow: 5000 },
    ours: { model: 'xgboost', params: XGBOOST },
    theirs: { model: 'xgboost', params: XGBOOST },
    bar: 1,
  },
];

export const CONTESTS = { boosting, others, prediction } as const;
