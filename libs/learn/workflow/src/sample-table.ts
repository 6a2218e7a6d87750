import { type Column, createRandom, type Table } from '@trainyard/data';

/**
 * A table of mixed columns for tests: `size` and `colour` decide the targets, `noise` does not; some sizes are missing.
 * Targets: `late` (yes/no), `grade` (0, 1, 2), `price` (number). Roles: `day` (time), `shop` (group), `weight`.
 */
export function sampleTable(rows = 400, seed = 1): Table {
  const random = createRandom(seed);
  const column = () => new Float64Array(rows);
  const [size, noise, grade, price, day, weight] = [column(), column(), column(), column(), column(), column()];
  const [colour, late, shop] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
  for (let i = 0; i < rows; i++) {
    const score = random.normal() * 2;
    size![i] = i % 20 === 3 ? Number.NaN : score;
    noise![i] = random.normal();
    colour[i] = random.integer(3);
    const total = score + colour[i]! - 1;
    late[i] = total > 0 ? 1 : 0;
    grade![i] = total > 1 ? 2 : total > -1 ? 1 : 0;
    price![i] = 3 * total + 10 + 0.1 * random.normal();
    day![i] = (i * 7919) % rows;
    shop[i] = i % 12;
    weight![i] = 1 + (i % 3);
  }
  const numeric = (name: string, values: Float64Array): Column => ({ kind: 'numeric', name, values });
  const text = (name: string, codes: Int32Array, categories: readonly string[]): Column => ({
    kind: 'categorical',
    name,
    codes,
    categories,
  });
  return {
    rows,
    columns: [
      numeric('size', size!),
      text('colour', colour, ['red', 'green', 'blue']),
      numeric('noise', noise!),
      text('late', late, ['no', 'yes']),
      numeric('grade', grade!),
      numeric('price', price!),
      numeric('day', day!),
      text(
        'shop',
        shop,
        Array.from({ length: 12 }, (_, i) => `shop ${i}`),
      ),
      numeric('weight', weight!),
    ],
  };
}

export const FEATURES = ['size', 'colour', 'noise'];
