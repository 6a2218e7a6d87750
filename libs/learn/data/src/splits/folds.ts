import { createRandom } from '../random.js';
import { membersOf } from './holdout.js';
import { allRows, checkFolds, type Split, splitByMark } from './split.js';

export interface FoldOptions {
  readonly folds: number;
  readonly seed: number;
}

/** One split per fold, given each position's fold. */
function* splitsOf(rows: Uint32Array, foldOf: Uint32Array, folds: number): Generator<Split> {
  const inTest = new Uint8Array(rows.length);
  for (let fold = 0; fold < folds; fold++) {
    for (let i = 0; i < rows.length; i++) inTest[i] = foldOf[i] === fold ? 1 : 0;
    yield splitByMark(rows, inTest);
  }
}

/** k-fold cross-validation: each row is tested once. With `shuffle: false` the folds are consecutive blocks. */
export function* kFold(rows: Uint32Array, options: FoldOptions & { readonly shuffle?: boolean }): Generator<Split> {
  checkFolds(options.folds, rows.length);
  const order = allRows(rows.length);
  if (options.shuffle !== false) createRandom(options.seed).shuffle(order);
  const foldOf = new Uint32Array(rows.length);
  for (let i = 0; i < order.length; i++) foldOf[order[i]!] = Math.floor((i * options.folds) / order.length);
  yield* splitsOf(rows, foldOf, options.folds);
}

/** k-fold with the same share of each class in every fold, up to one row. `labels[row]` is a class index. */
export function* stratifiedKFold(rows: Uint32Array, labels: ArrayLike<number>, options: FoldOptions): Generator<Split> {
  checkFolds(options.folds, rows.length);
  const random = createRandom(options.seed);
  const foldOf = new Uint32Array(rows.length);
  // Dealing goes on where the last class ended, so that small classes do not all fall into the first folds.
  let next = 0;
  for (const members of membersOf(rows, labels)) {
    for (const position of random.shuffle(members)) foldOf[position] = next++ % options.folds;
  }
  yield* splitsOf(rows, foldOf, options.folds);
}

/** k-fold in which a group is never on both sides; large groups are dealt first, each to the fold with fewest rows. */
export function* groupKFold(rows: Uint32Array, groups: ArrayLike<number>, options: FoldOptions): Generator<Split> {
  const members = membersOf(rows, groups);
  checkFolds(options.folds, members.length, 'groups');
  const order = createRandom(options.seed).shuffle(allRows(members.length));
  const largestFirst = [...order].sort((a, b) => members[b]!.length - members[a]!.length);
  const sizes = new Float64Array(options.folds);
  const foldOf = new Uint32Array(rows.length);
  for (const index of largestFirst) {
    const smallest = sizes.indexOf(Math.min(...sizes));
    sizes[smallest]! += members[index]!.length;
    for (const position of members[index]!) foldOf[position] = smallest;
  }
  yield* splitsOf(rows, foldOf, options.folds);
}

/** Repeated random holdouts (Monte Carlo cross-validation): `folds` independent splits with `testSize` held out. */
export function* monteCarlo(rows: Uint32Array, options: FoldOptions & { readonly testSize: number }): Generator<Split> {
  const count = Math.max(1, Math.round(rows.length * options.testSize));
  checkFolds(2, rows.length);
  const random = createRandom(options.seed);
  const order = allRows(rows.length);
  for (let repeat = 0; repeat < options.folds; repeat++) {
    random.shuffle(order);
    const inTest = new Uint8Array(rows.length);
    for (let i = 0; i < Math.min(count, rows.length - 1); i++) inTest[order[i]!] = 1;
    yield splitByMark(rows, inTest);
  }
}
