import type { Task } from '@trainyard/data';
import type { Predictions } from '../../model.js';
import { predictionsOf } from '../predictions.js';

/** How scores become values: as they are, or as logs. */
export type Link = 'identity' | 'log';

/** Predictions from row-major scores. */
export function fromScores(task: Task, classes: number, link: Link, rows: number, scores: Float64Array): Predictions {
  if (link === 'identity') return predictionsOf(task, classes, rows, scores);
  return { values: scores.map((score) => Math.exp(score)) };
}
