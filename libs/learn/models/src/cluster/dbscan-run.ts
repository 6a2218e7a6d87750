import { type Dataset, LearnError } from '@trainyard/data';
import { RadiusSearch } from '@trainyard/kernels';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { checkDataset, checkFiniteMatrix } from '../check-input.js';
import { FitLoop } from '../fit-loop.js';
import type { FitOptions } from '../model.js';

export interface DbscanParams {
  readonly eps: number;
  readonly min_samples: number;
  readonly metric: 'euclidean' | 'manhattan';
}

/** Cluster numbers of the training rows (-1: noise), and which of them are core points. */
export interface Labelled {
  readonly labels: Int32Array;
  readonly core: Uint8Array;
}

const CHECKPOINT = 'trainyard.dbscan.checkpoint';
const NOISE = -1;
/** Reports of a fit, at most. */
const REPORTS = 100;

/** A search over the rows. Throws OPTION_UNSUPPORTED when memory does not suffice. */
export function searchOver(x: Dataset['x'], { eps, metric }: DbscanParams): RadiusSearch {
  try {
    return new RadiusSearch(x, eps, metric === 'manhattan');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LearnError('OPTION_UNSUPPORTED', `The data do not fit into the memory of one fit: ${error.message}.`);
  }
}

/**
 * DBSCAN (Ester et al. 1996): rows with enough weight within `eps`, their own included, are core; core rows within eps of each other
 * are one cluster, numbered by its first row; other rows within eps of a core row join the first cluster that reaches them. Each row
 * is searched around once, and no more is kept than a mark for each, as the clusters grow one after the other.
 */
export class DbscanRun {
  readonly iterations: number;
  private readonly loop: FitLoop;
  private readonly block: number;
  private labels: Int32Array;
  private core: Uint8Array;
  private searched: Uint8Array;
  /** Rows of the growing cluster that are still to be searched around. */
  private waiting: number[] = [];
  private next = 0;
  private clusters = 0;
  private done = 0;

  constructor(
    private readonly train: Dataset,
    private readonly params: DbscanParams,
    private readonly options: FitOptions,
  ) {
    checkDataset(train);
    checkFiniteMatrix(train.x);
    if (options.initial) {
      throw new LearnError('OPTION_UNSUPPORTED', 'dbscan cannot continue an earlier model: fit it on all rows.');
    }
    const n = train.x.rows;
    this.block = Math.ceil(n / REPORTS);
    this.iterations = Math.ceil(n / this.block);
    this.loop = new FitLoop(options, this.iterations);
    this.labels = new Int32Array(n).fill(NOISE);
    this.core = new Uint8Array(n);
    this.searched = new Uint8Array(n);
  }

  /** `validationLoss` gives the loss that the last report adds. */
  async finish(validationLoss: (labelled: Labelled) => number | undefined): Promise<Labelled> {
    const resume = this.options.checkpoint?.resume;
    if (resume) this.restore(resume);
    const { labels, core } = this;
    const search = searchOver(this.train.x, this.params);
    try {
      for (let row = this.nextRow(); row >= 0; row = this.nextRow()) {
        this.grow(search, row);
        this.done++;
        await this.loop.breathe();
        if (this.done % this.block !== 0 && this.done !== labels.length) continue;
        const validated = this.done === labels.length ? validationLoss({ labels, core }) : undefined;
        const losses = {
          trainLoss: this.noiseShare(),
          ...(validated === undefined ? {} : { validationLoss: validated }),
        };
        await this.loop.after(Math.ceil(this.done / this.block), losses, () => this.checkpoint());
      }
    } finally {
      search.close();
    }
    return { labels, core };
  }

  /** Share of the weight searched so far that is in no cluster. */
  noiseShare(): number {
    const { weight } = this.train;
    let noise = 0;
    let total = 0;
    for (let i = 0; i < this.labels.length; i++) {
      if (!this.searched[i]) continue;
      const w = weight === undefined ? 1 : weight[i]!;
      total += w;
      if (this.labels[i] === NOISE) noise += w;
    }
    return total === 0 ? 0 : noise / total;
  }

  /** A row of the growing cluster, else the first that nobody has looked at; -1 at the end. */
  private nextRow(): number {
    const row = this.waiting.pop();
    if (row !== undefined) return row;
    while (this.next < this.searched.length && this.searched[this.next]) this.next++;
    return this.next < this.searched.length ? this.next : -1;
  }

  private grow(search: RadiusSearch, row: number): void {
    const { labels, core, searched, waiting } = this;
    const { x, weight } = this.train;
    searched[row] = 1;
    const near = search.around(x.data.subarray(row * x.cols, (row + 1) * x.cols));
    let total = near.length;
    if (weight !== undefined) {
      total = 0;
      for (const place of near) total += weight[search.order[place]!]!;
    }
    if (total < this.params.min_samples || weight?.[row] === 0) return;
    core[row] = 1;
    if (labels[row] === NOISE) labels[row] = this.clusters++;
    for (const place of near) {
      const other = search.order[place]!;
      if (labels[other] !== NOISE) continue;
      labels[other] = labels[row]!;
      if (!searched[other]) waiting.push(other);
    }
  }

  private checkpoint(): ModelArtifact {
    const { labels, core, searched, waiting, next, clusters, done, params } = this;
    const { rows, cols } = this.train.x;
    return {
      format: CHECKPOINT,
      version: 1,
      manifest: { rows, cols, params, next, clusters, done },
      arrays: {
        labels: labels.slice(),
        core: core.slice(),
        searched: searched.slice(),
        waiting: Uint32Array.from(waiting),
      },
    };
  }

  private restore(artifact: ModelArtifact): void {
    expectFormat(artifact, CHECKPOINT, 1);
    const { rows, cols } = this.train.x;
    const saved = artifact.manifest as {
      rows: number;
      cols: number;
      params: DbscanParams;
      next: number;
      clusters: number;
      done: number;
    };
    const same = JSON.stringify(saved.params) === JSON.stringify(this.params);
    if (saved.rows !== rows || saved.cols !== cols || !same) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data or parameters than this fit: start without it.',
      );
    }
    this.labels = arrayOf(artifact, 'labels', Int32Array, rows).slice();
    this.core = arrayOf(artifact, 'core', Uint8Array, rows).slice();
    this.searched = arrayOf(artifact, 'searched', Uint8Array, rows).slice();
    this.waiting = [...arrayOf(artifact, 'waiting', Uint32Array)];
    this.next = saved.next;
    this.clusters = saved.clusters;
    this.done = saved.done;
  }
}
