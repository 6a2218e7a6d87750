import { LearnError } from '../errors.js';
import { createRandom } from '../random.js';
import { allRows, type Split, splitByMark, testCount } from './split.js';

export interface HoldoutOptions {
  /** Share of the rows to hold out, between 0 and 1. */
  readonly testSize: number;
  readonly seed: number;
}

/** Holds out a random share, or the last rows when `shuffle` is false. Both parts keep the order of `rows`. */
export function holdoutSplit(rows: Uint32Array, options: HoldoutOptions & { readonly shuffle?: boolean }): Split {
  const count = testCount(rows.length, options.testSize);
  if (options.shuffle === false) {
    return { train: rows.slice(0, rows.length - count), test: rows.slice(rows.length - count) };
  }
  const order = createRandom(options.seed).shuffle(allRows(rows.length));
  const inTest = new Uint8Array(rows.length);
  for (let i = 0; i < count; i++) inTest[order[i]!] = 1;
  return splitByMark(rows, inTest);
}

/**
 * Holds out the same share of every class. `labels[row]` is a class index. A class with one row stays in training.
 * Every class with at least two rows has at least one on each side.
 */
export function stratifiedSplit(rows: Uint32Array, labels: ArrayLike<number>, options: HoldoutOptions): Split {
  testCount(rows.length, options.testSize);
  const random = createRandom(options.seed);
  const inTest = new Uint8Array(rows.length);
  for (const members of membersOf(rows, labels)) {
    if (members.length < 2) continue;
    random.shuffle(members);
    const count = testCount(members.length, options.testSize);
    for (let i = 0; i < count; i++) inTest[members[i]!] = 1;
  }
  const split = splitByMark(rows, inTest);
  return split.test.length > 0 ? split : holdoutSplit(rows, options);
}

/** Holds out whole groups, about `testSize` of the rows: no group is on both sides. `groups[row]` is a group's number. */
export function groupSplit(rows: Uint32Array, groups: ArrayLike<number>, options: HoldoutOptions): Split {
  const wanted = testCount(rows.length, options.testSize);
  const members = membersOf(rows, groups);
  if (members.length < 2) {
    throw new LearnError('TOO_FEW_ROWS', 'All rows belong to one group; a split by group needs at least 2 groups.', {
      field: 'group',
    });
  }
  const inTest = new Uint8Array(rows.length);
  let held = 0;
  let groupsLeft = members.length;
  for (const index of createRandom(options.seed).shuffle(allRows(members.length))) {
    const group = members[index]!;
    if (groupsLeft === 1 || held >= wanted) break;
    // A group that overshoots is taken only when that comes closer to the share than leaving it.
    if (held > 0 && held + group.length - wanted > wanted - held) continue;
    for (const position of group) inTest[position] = 1;
    held += group.length;
    groupsLeft--;
  }
  return splitByMark(rows, inTest);
}

/** Holds out the latest rows. `time[row]` is a time in any unit; rows at the same time as the first held-out row are held out too when that leaves rows to train on. */
export function timeSplit(rows: Uint32Array, time: ArrayLike<number>, options: { readonly testSize: number }): Split {
  const ordered = sortByTime(rows, time);
  let cut = ordered.length - testCount(rows.length, options.testSize);
  while (cut > 1 && time[ordered[cut - 1]!] === time[ordered[cut]!]) cut--;
  return { train: ordered.slice(0, cut), test: ordered.slice(cut) };
}

/** Rows in time order; equal times keep their order; a missing time comes first. */
export function sortByTime(rows: Uint32Array, time: ArrayLike<number>): Uint32Array {
  const key = (row: number): number => (Number.isNaN(time[row]!) ? Number.NEGATIVE_INFINITY : time[row]!);
  return rows.slice().sort((a, b) => {
    const earlier = key(a);
    const later = key(b);
    return earlier < later ? -1 : earlier > later ? 1 : a - b;
  });
}

/** Positions in `rows` by key, in the order in which keys first appear. */
export function membersOf(rows: Uint32Array, keys: ArrayLike<number>): Uint32Array[] {
  const indexOf = new Map<number, number>();
  const sizes: number[] = [];
  const groupOf = new Uint32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const key = keys[rows[i]!]!;
    let group = indexOf.get(key);
    if (group === undefined) {
      group = sizes.length;
      indexOf.set(key, group);
      sizes.push(0);
    }
    groupOf[i] = group;
    sizes[group]!++;
  }
  const members = sizes.map((size) => new Uint32Array(size));
  const filled = new Uint32Array(sizes.length);
  for (let i = 0; i < rows.length; i++) {
    const group = groupOf[i]!;
    members[group]![filled[group]!++] = i;
  }
  return members;
}
