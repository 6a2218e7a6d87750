import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KernelRowsEngine } from '@trainyard/kernels';
import { sampleDataset } from '../../checks/sample-data.js';
import { Decomposition } from './decomposition.js';
import { classificationProblem } from './dual-problem.js';

const kernel = { kind: 'rbf', gamma: 0.3, coef0: 0, degree: 3 } as const;
const rows = 700;

async function solve(cacheBytes: number, shrinking: boolean) {
  const { x, y } = sampleDataset('binary', { rows, cols: 6 });
  const engine = await KernelRowsEngine.create({ rows, cols: 6, workingSet: 16, cacheBytes, threads: 1 }, kernel);
  engine.x.set(x.data);
  engine.prepare();
  const all = Int32Array.from({ length: rows }, (_, i) => i);
  if (engine.holdsAll) engine.activate(all);
  const positive = Uint8Array.from(y, (label, i) => (i % 6 === 0 ? 1 - label : label));
  const problem = classificationProblem(all, positive, new Float64Array(rows).fill(1));
  const settings = { tolerance: 1e-4, maxSteps: Number.POSITIVE_INFINITY, shrinking, workingSet: 16 };
  const decomposition = new Decomposition(engine, problem, settings, async () => {});
  const sizes = new Set<number>();
  while (!decomposition.done) {
    await decomposition.advance();
    sizes.add(decomposition.shrunkTo);
  }
  const { sums, b } = decomposition.state();
  const expansion = decomposition.expansion();
  await engine.close();
  return { x: x.data, sums, b, expansion, sizes };
}

describe('decomposition with shrinking', () => {
  it('keeps the gradients of rows that were shrunk away one after the other', async () => {
    const { x, sums, b, sizes } = await solve(1, true);
    assert.ok(sizes.size >= 4, `rows were shrunk away in steps: ${[...sizes]}`);
    for (let i = 0; i < rows; i += 7) {
      let expected = 0;
      for (let j = 0; j < rows; j++) {
        let square = 0;
        for (let c = 0; c < 6; c++) square += (x[i * 6 + c]! - x[j * 6 + c]!) ** 2;
        expected += b[j]! * Math.exp(-kernel.gamma * square);
      }
      assert.ok(Math.abs(sums[i]! - expected) < 2e-5, `row ${i}: ${sums[i]} is not ${expected}`);
    }
  });

  it('ends at the optimum that it finds without', async () => {
    const held = await solve(1e9, true);
    for (const shrinking of [true, false]) {
      const { objective } = (await solve(1, shrinking)).expansion;
      assert.ok(Math.abs(objective - held.expansion.objective) < 1e-2 * 1e-4 * rows, `${objective}`);
    }
  });
});
