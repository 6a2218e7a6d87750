import type { Task } from '@trainyard/data';
import { LearnError } from '@trainyard/data';
import { type InputDescription, type Pipeline, pipelineFromJSON } from '@trainyard/features';
import {
  decodeArtifact,
  encodeArtifact,
  expectFormat,
  findModel,
  type Model,
  type ModelArtifact,
} from '@trainyard/models';
import type { ReferenceProfile } from '../drift/reference-profile.js';
import type { SequencePlan } from '../train/plan-sequence.js';
import type { TargetKind } from '../train/prepare.js';

/** Everything that turns raw features into predictions: one file, no code inside. */
export interface Bundle {
  readonly modelName: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly task: Task;
  /** Absent when a task without a target was given none. */
  readonly target?: string;
  readonly targetKind: TargetKind;
  readonly classes?: readonly string[];
  /** Names of the values of a prediction, where there are several: target columns, or the steps of a forecast from 1. */
  readonly outputs?: readonly string[];
  /** Present where it predicts from windows of rows. */
  readonly sequence?: SequencePlan;
  /** What it was trained on, to see drift by; absent in bundles from before there was one. */
  readonly reference?: ReferenceProfile;
  readonly pipeline: Pipeline;
  readonly model: Model;
}

/** What is said of a bundle in its file's header, readable without loading the model. */
export interface BundleManifest extends Omit<Bundle, 'pipeline' | 'model'> {
  readonly inputs: readonly InputDescription[];
  readonly pipeline: object;
  readonly model: Pick<ModelArtifact, 'format' | 'version' | 'manifest'>;
}

const FORMAT = 'trainyard.bundle';

/** The bundle as one self-checking binary file; the same bundle always gives the same bytes. */
export function encodeBundle({ pipeline, model, ...about }: Bundle): Uint8Array {
  const { format, version, manifest, arrays } = model.save();
  const header: BundleManifest = {
    ...about,
    inputs: pipeline.describeInputs(),
    pipeline: pipeline.toJSON(),
    model: { format, version, manifest },
  };
  return encodeArtifact({ format: FORMAT, version: 1, manifest: { ...header }, arrays });
}

/** Reads what `encodeBundle` wrote. Throws ARTIFACT_INVALID, MODEL_UNKNOWN (a plug-in that is not registered here). */
export function decodeBundle(bytes: Uint8Array): Bundle {
  const artifact = decodeArtifact(bytes);
  expectFormat(artifact, FORMAT, 1);
  const { inputs: _, pipeline, model, ...about } = artifact.manifest as unknown as BundleManifest;
  if (typeof model?.format !== 'string' || typeof about.modelName !== 'string') {
    throw new LearnError('ARTIFACT_INVALID', 'The bundle does not say which model it holds: save or fetch it again.');
  }
  return {
    ...about,
    pipeline: pipelineFromJSON(pipeline),
    model: findModel(about.modelName).load({ ...model, arrays: artifact.arrays }),
  };
}
