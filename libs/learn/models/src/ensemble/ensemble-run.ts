import { isDeepStrictEqual } from 'node:util';
import { type Dataset, LearnError, type Split } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import { arrayOf, expectFormat } from '../artifact-fields.js';
import { FitLoop, type Losses } from '../fit-loop.js';
import type { FitOptions } from '../model.js';
import { takeDatasetRows, takeMatrixRows } from '../take-rows.js';
import { Member } from './member.js';
import type { MemberSpec } from './members.js';
import { nest, nested } from './nested-artifact.js';
import { combinedWidth, stackPredictions } from './stack-predictions.js';

const CHECKPOINT = 'trainyard.ensemble.checkpoint';
const HELD_OUT = 'trainyard.ensemble.held-out';

/**
 * The fits of an ensemble, one after the other; each is one iteration. What each gave is kept in a journal, so that a run
 * which resumes from a checkpoint takes the fits it finds there instead of making them again.
 */
export class EnsembleRun {
  private readonly loop: FitLoop;
  private readonly journal: ModelArtifact[];
  private step = 0;
  private pending: Losses | undefined;

  /** Throws ABORTED, CHECKPOINT_MISMATCH, OPTION_UNSUPPORTED. */
  constructor(
    readonly train: Dataset,
    readonly options: FitOptions,
    private readonly params: Readonly<Record<string, unknown>>,
    /** The most fits there can be. */
    fits: number,
  ) {
    refuse(options);
    this.loop = new FitLoop(options, fits);
    this.journal = options.checkpoint?.resume ? this.resume(options.checkpoint.resume) : [];
  }

  /** Fits made so far. */
  get iterations(): number {
    return this.step;
  }

  /** Fits a member on the rows, or on all of them; `validated` says whether it may watch the validation rows. */
  async fit(spec: MemberSpec, data: Dataset = this.train, { validated = true } = {}): Promise<Member> {
    let fitted: Member | undefined;
    const artifact = await this.next(async (given) => {
      const { validation: _, earlyStopping: __, ...unwatched } = given;
      const { member, metrics } = await Member.fit(spec, data, validated ? given : unwatched, this.loop.breathe);
      fitted = member;
      return { losses: metrics, save: () => member.save() };
    });
    return fitted ?? Member.load(artifact!, data.x.cols);
  }

  /** Fits a member on the training rows of a split and predicts its test rows: row-major `n x width`. */
  async heldOut(spec: MemberSpec, { train, test }: Split): Promise<Float64Array> {
    let predicted: Float64Array | undefined;
    const artifact = await this.next(async (options) => {
      const { breathe } = this.loop;
      const { member, metrics } = await Member.fit(spec, takeDatasetRows(this.train, train), options, breathe);
      await breathe();
      const predictions = stackPredictions(member.predict(takeMatrixRows(this.train.x, test)));
      predicted = predictions;
      const save = () => ({ format: HELD_OUT, version: 1, manifest: {}, arrays: { predictions } });
      return { losses: metrics, save };
    });
    if (predicted) return predicted;
    const length = test.length * combinedWidth(this.train);
    return arrayOf(artifact!, 'predictions', Float64Array, length);
  }

  /** Reports the last fit together with the losses of the whole ensemble. */
  async finish(losses: Losses): Promise<void> {
    if (this.pending === undefined) return;
    await this.loop.after(this.step, losses, () => this.checkpoint());
  }

  /** Takes the next fit from the journal, or makes it. A fit is reported when the next one begins, the last by `finish`. */
  private async next(
    make: (options: FitOptions) => Promise<{ losses: Losses; save: () => ModelArtifact }>,
  ): Promise<ModelArtifact | undefined> {
    const { pending, options } = this;
    if (pending) await this.loop.after(this.step, pending, () => this.checkpoint());
    await this.loop.breathe();
    const known = this.journal[this.step];
    this.step++;
    if (known) return known;
    // Members neither report nor save by themselves: their iterations are not the ensemble's.
    const { onProgress: _, checkpoint, ...kept } = options;
    const { losses, save } = await make({ ...kept, seed: options.seed + this.step });
    const { trainLoss, validationLoss } = losses;
    this.pending = { trainLoss, ...(validationLoss === undefined ? {} : { validationLoss }) };
    if (checkpoint) this.journal.push(save());
    return undefined;
  }

  private checkpoint(): ModelArtifact {
    const manifest = { fit: this.describe(), done: this.journal.length };
    const parts = this.journal.map((entry, i) => [String(i), entry] as const);
    return nest({ format: CHECKPOINT, version: 1, manifest }, parts);
  }

  private resume(artifact: ModelArtifact): ModelArtifact[] {
    expectFormat(artifact, CHECKPOINT, 1);
    if (!isDeepStrictEqual(artifact.manifest.fit, this.describe())) {
      throw new LearnError(
        'CHECKPOINT_MISMATCH',
        'The checkpoint was made with other data, parameters or seed than this fit: start without it.',
      );
    }
    return Array.from({ length: artifact.manifest.done as number }, (_, i) => nested(artifact, String(i)));
  }

  /** What must be the same for a fit to go on from a checkpoint. */
  private describe(): Record<string, unknown> {
    const { x, task, classes } = this.train;
    const categorical = x.names.map((_, j) => x.categorical?.[j] ?? false);
    const data = { task, classes: [...(classes ?? [])], rows: x.rows, names: [...x.names], categorical };
    return { ...data, params: { ...this.params }, seed: this.options.seed };
  }
}

function refuse({ initial, objective }: FitOptions): void {
  const given = initial ? 'initial' : objective ? 'objective' : undefined;
  if (given === undefined) return;
  const words = `Ensembles cannot take the fit option "${given}": fit their members afresh, with their own losses.`;
  throw new LearnError('OPTION_UNSUPPORTED', words, { field: given });
}
