import type { Matrix } from '@trainyard/data';
import type { BoostingEngine } from '@trainyard/kernels';
import type { Forest } from '../trees/forest.js';
import { addTree } from '../trees/score-rows.js';

/** Adds trees to the engine's scores of training rows: those that did not grow them, or all rows. */
export class TrainingScores {
  constructor(
    private readonly x: Matrix,
    private readonly engine: BoostingEngine,
    private readonly outputs: number,
  ) {}

  /** Adds the trees [first, end) to all rows. */
  add(forest: Forest, first: number, end: number): void {
    for (let tree = first; tree < end; tree++) this.addRows(forest, tree, 0, this.x.rows);
  }

  /** Adds the round of trees from `first` on to the rows that are not `active` (ascending). */
  addLeftOut(forest: Forest, first: number, active: Uint32Array): void {
    const { rows } = this.x;
    if (active.length === rows) return;
    for (let tree = first; tree < first + this.outputs; tree++) {
      let next = 0;
      for (let i = 0; i < active.length; i++) {
        const row = active[i]!;
        if (row > next) this.addRows(forest, tree, next, row);
        next = row + 1;
      }
      this.addRows(forest, tree, next, rows);
    }
  }

  private addRows(forest: Forest, tree: number, from: number, to: number): void {
    addTree(forest, tree, this.x, from, to, this.engine.scores, (tree % this.outputs) * this.x.rows, 1);
  }
}
