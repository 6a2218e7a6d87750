import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../artifact.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../model.js';
import { findModel } from '../registry.js';
import { MemberInput } from './member-input.js';
import type { MemberSpec } from './members.js';
import { nest, nested } from './nested-artifact.js';

/** A fitted model of an ensemble, with the preparation of its input. */
export class Member {
  private constructor(
    readonly name: string,
    /** Its name in the registry. */
    readonly model: string,
    private readonly input: MemberInput,
    readonly fitted: Model,
  ) {}

  /** Fits a member on rows of its own, calling `breathe` between the steps before. Throws what its fit throws. */
  static async fit(
    { name, definition, params }: MemberSpec,
    data: Dataset,
    options: FitOptions,
    breathe: () => Promise<void>,
  ): Promise<{ member: Member; metrics: TrainingMetrics }> {
    await breathe();
    const input = MemberInput.fit(data.x, definition.preprocessing);
    await breathe();
    const prepared = { ...data, x: input.apply(data.x) };
    await breathe();
    const { validation } = options;
    const watched = validation ? { validation: { ...validation, x: input.apply(validation.x) } } : {};
    const fitted = definition.create(params, data.task);
    const metrics = await fitted.fit(prepared, { ...options, ...watched });
    return { member: new Member(name, definition.name, input, fitted), metrics };
  }

  predict(x: Matrix): Predictions {
    return this.fitted.predict(this.input.apply(x));
  }

  /** Share of each original column in this member's gain; all 0 when it tells none. */
  importance(columns: number): Float64Array {
    const gain = this.fitted.importance?.().gain;
    if (gain === undefined) return new Float64Array(columns);
    const folded = this.input.fold(gain);
    const total = folded.reduce((sum, value) => sum + value, 0);
    return total > 0 ? folded.map((value) => value / total) : folded;
  }

  save(): ModelArtifact {
    const { name, model } = this;
    return nest({ format: 'trainyard.member', version: 1, manifest: { name, model } }, [
      ['input', { format: 'trainyard.member-input', version: 1, manifest: {}, arrays: this.input.arrays() }],
      ['model', this.fitted.save()],
    ]);
  }

  /** Throws ARTIFACT_INVALID, also when the ensemble's columns are not this member's. */
  static load(artifact: ModelArtifact, columns: number): Member {
    const { name, model } = artifact.manifest as { name: string; model: string };
    const input = MemberInput.load(nested(artifact, 'input'));
    if (input.width !== columns) {
      throw new LearnError('ARTIFACT_INVALID', `Member "${name}" takes ${input.width} columns, not ${columns}.`);
    }
    return new Member(name, model, input, findModel(model).load(nested(artifact, 'model')));
  }
}
