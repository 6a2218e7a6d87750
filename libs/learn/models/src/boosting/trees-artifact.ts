import { LearnError, type SupervisedTask, type Task } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { expectFormat } from '../artifact-fields.js';
import { type Forest, forestArrays, readForest } from '../trees/forest.js';
import { type Link, linkOf } from './objectives/objective.js';

const FORMAT = 'trainyard.trees';

/** A fitted model of boosted trees, as it is saved. */
export interface TreesArtifact {
  readonly model: string;
  readonly params: object;
  readonly task: Task;
  readonly names: readonly string[];
  /** Empty for regression. */
  readonly classes: readonly string[];
  /** The name of the loss it was fitted with, or of the caller's own. */
  readonly objective: string;
  readonly link: Link;
  readonly forest: Forest;
}

const TASK_OBJECTIVES = { binary: 'logistic', multiclass: 'softmax', regression: 'squared' } as const;
const TASK_LINKS: Readonly<Record<SupervisedTask, readonly Link[]>> = {
  binary: ['logistic'],
  multiclass: ['softmax'],
  regression: ['identity', 'log'],
};

export function writeTrees({ forest, ...manifest }: TreesArtifact): ModelArtifact {
  return { format: FORMAT, version: 2, manifest: { ...manifest }, arrays: forestArrays(forest) };
}

/** Reads versions 1 (without objective and link) and 2. Throws ARTIFACT_INVALID. */
export function readTrees(artifact: ModelArtifact): TreesArtifact {
  expectFormat(artifact, FORMAT, 2);
  const manifest = artifact.manifest as unknown as TreesArtifact;
  const { task, names, classes } = manifest;
  if (!(task in TASK_OBJECTIVES) || !Array.isArray(names) || !Array.isArray(classes))
    invalid('has no task, names or classes');
  const objective = artifact.version === 1 ? TASK_OBJECTIVES[task as SupervisedTask] : manifest.objective;
  const link = artifact.version === 1 ? linkOf(objective) : manifest.link;
  if (!TASK_LINKS[task as SupervisedTask].includes(link)) invalid(`of a ${task} model cannot have the link "${link}"`);
  const forest = readForest(artifact, names.length);
  if (forest.outputs !== (task === 'multiclass' ? classes.length : 1)) {
    invalid(`of a ${task} model cannot have ${forest.outputs} scores a row`);
  }
  return { ...manifest, objective, link, forest };
}

function invalid(why: string): never {
  throw new LearnError('ARTIFACT_INVALID', `A "${FORMAT}" artifact ${why}.`);
}
