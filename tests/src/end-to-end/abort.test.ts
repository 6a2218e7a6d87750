import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LearnError } from '@trainyard/data';
import { createModel, listModels, type ModelDefinition } from '@trainyard/models';
import { sampleDataset } from '@trainyard/models/checks';

/** Rows that keep each model busy for longer than the test waits. */
const ROWS = { boosting: 30_000, forest: 30_000, linear: 60_000, kernel: 4000, ensemble: 30_000 } as const;
const COLUMNS = 40;
/** The libraries behind the plug-ins cannot be interrupted; their limits on rows bound the wait. */
const UNINTERRUPTIBLE = /^ml_/;
const ABORT_AFTER = 60;
const MOST_MILLISECONDS = 100;
/** Another process may hold the machine for a moment: the best of a few counts. */
const TRIES = 8;

/** Milliseconds from the abort to the rejection; 0 when the fit had ended before. */
async function millisecondsToStop(definition: ModelDefinition): Promise<number> {
  const task = definition.tasks[0]!;
  const rows = ROWS[definition.family as keyof typeof ROWS] ?? 30_000;
  const data = sampleDataset(task, { rows, cols: COLUMNS });
  const controller = new AbortController();
  let aborted = Number.POSITIVE_INFINITY;
  const timer = setTimeout(() => {
    aborted = performance.now();
    controller.abort();
  }, ABORT_AFTER);
  try {
    await createModel(definition, {}, task).fit(data, { seed: 7, threads: 2, signal: controller.signal });
    return 0;
  } catch (error) {
    if (!(error instanceof LearnError && error.code === 'ABORTED')) throw error;
    return performance.now() - aborted;
  } finally {
    clearTimeout(timer);
  }
}

describe('a fit that is aborted stops within 100 ms', () => {
  for (const definition of listModels().filter(({ name }) => !UNINTERRUPTIBLE.test(name))) {
    it(definition.name, async () => {
      const tries: number[] = [];
      while (tries.length < TRIES) {
        tries.push(await millisecondsToStop(definition));
        if (tries.at(-1)! < MOST_MILLISECONDS) return;
      }
      assert.fail(`it took ${tries.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    });
  }
});
