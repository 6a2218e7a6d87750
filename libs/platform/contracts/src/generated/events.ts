// Written by generate.mjs from schemas/. Do not edit.

/** Fact: a version could not be served; the previous one still is. */
export interface DeploymentFailed {
  readonly deploymentId: string;
  readonly jobId?: string | null;
  readonly modelId: string;
  readonly version: string;
  readonly environment: string;
  readonly code: string;
  readonly message: string;
}

/** Fact: a version serves. */
export interface DeploymentReady {
  readonly deploymentId: string;
  readonly jobId?: string | null;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly environment: string;
  readonly previousVersion?: string | null;
  /** ms since 1970 */
  readonly readyAt: number;
}

/** Command: deploy a version. */
export interface DeploymentRequested {
  readonly deploymentId: string;
  readonly jobId?: string | null;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly ordinal: number;
  readonly artifact: string;
  readonly environment: string;
  readonly strategy: string;
  readonly percent?: number | null;
  /** ms since 1970 */
  readonly requestedAt: number;
}

/** What a sender gives for {@link DeploymentRequested}: fields with a default may be left out. */
export interface DeploymentRequestedInput {
  readonly deploymentId: string;
  readonly jobId?: string | null;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly ordinal: number;
  readonly artifact: string;
  readonly environment: string;
  /** default "replace" */
  readonly strategy?: string;
  readonly percent?: number | null;
  /** ms since 1970 */
  readonly requestedAt: number;
}

/** Fact: a model is no longer served. */
export interface DeploymentRetired {
  readonly deploymentId: string;
  readonly modelId: string;
  readonly environment: string;
}

/** Command: stop serving a model. */
export interface UndeployRequested {
  readonly modelId: string;
}

/** Command: evaluate a registered version, on other data when given. */
export interface EvaluateRequested {
  readonly evaluationId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly artifact: string;
  readonly holdout: string;
  readonly dataset?: DatasetReference | null;
  readonly gates: readonly Gate[];
}

/** What a sender gives for {@link EvaluateRequested}: fields with a default may be left out. */
export interface EvaluateRequestedInput {
  readonly evaluationId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly artifact: string;
  readonly holdout: string;
  readonly dataset?: DatasetReferenceInput | null;
  /** default [] */
  readonly gates?: readonly Gate[];
}

/** Fact: a candidate or version was evaluated. */
export interface EvaluationCompleted {
  readonly evaluationId: string;
  readonly jobId?: string | null;
  readonly modelId?: string | null;
  readonly version?: string | null;
  readonly candidate?: Candidate | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly gates: readonly GateResult[];
  readonly passed: boolean;
  /** digest of the full report */
  readonly report: string;
  /** ms since 1970 */
  readonly evaluatedAt: number;
}

/** What a sender gives for {@link EvaluationCompleted}: fields with a default may be left out. */
export interface EvaluationCompletedInput {
  readonly evaluationId: string;
  readonly jobId?: string | null;
  readonly modelId?: string | null;
  readonly version?: string | null;
  readonly candidate?: CandidateInput | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** default [] */
  readonly gates?: readonly GateResult[];
  readonly passed: boolean;
  /** digest of the full report */
  readonly report: string;
  /** ms since 1970 */
  readonly evaluatedAt: number;
}

/** Fact: an evaluation could not be done. */
export interface EvaluationFailed {
  readonly evaluationId: string;
  readonly jobId?: string | null;
  readonly code: string;
  readonly message: string;
}

/** Fact: a dataset was registered. */
export interface DatasetRegistered {
  readonly datasetId: string;
  readonly uri: string;
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly format: string;
  readonly bytes: number;
}

/** Fact: a model was deleted. */
export interface ModelDeleted {
  readonly modelId: string;
  readonly modelName: string;
  /** ms since 1970 */
  readonly deletedAt: number;
}

/** Fact: a model has a new version. */
export interface ModelVersionRegistered {
  readonly modelId: string;
  readonly modelName: string;
  /** semantic version */
  readonly version: string;
  /** 1, 2, 3, ... without gaps */
  readonly ordinal: number;
  readonly jobId: string;
  readonly task: string;
  readonly model: string;
  readonly artifact: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parent?: string | null;
  readonly changelog: string;
  readonly deploy?: Deploy | null;
  /** ms since 1970 */
  readonly registeredAt: number;
}

/** What a sender gives for {@link ModelVersionRegistered}: fields with a default may be left out. */
export interface ModelVersionRegisteredInput {
  readonly modelId: string;
  readonly modelName: string;
  /** semantic version */
  readonly version: string;
  /** 1, 2, 3, ... without gaps */
  readonly ordinal: number;
  readonly jobId: string;
  readonly task: string;
  readonly model: string;
  readonly artifact: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly parent?: string | null;
  readonly changelog: string;
  readonly deploy?: DeployInput | null;
  /** ms since 1970 */
  readonly registeredAt: number;
}

/** Fact: a candidate could not be registered. */
export interface RegistrationFailed {
  readonly jobId: string;
  readonly code: string;
  readonly message: string;
}

/** Command: move a version to a stage. */
export interface StageChangeRequested {
  readonly modelId: string;
  readonly version: string;
  /** Development, Staging, Production, Deprecated or Archived */
  readonly stage: string;
  readonly reason: string;
}

/** What a sender gives for {@link StageChangeRequested}: fields with a default may be left out. */
export interface StageChangeRequestedInput {
  readonly modelId: string;
  readonly version: string;
  /** Development, Staging, Production, Deprecated or Archived */
  readonly stage: string;
  /** default "" */
  readonly reason?: string;
}

/** Fact: a version moved to a stage. */
export interface StageChanged {
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** ms since 1970 */
  readonly changedAt: number;
}

/** Fact: a file was predicted. */
export interface BatchPredictCompleted {
  readonly batchId: string;
  /** digest of the output */
  readonly result: string;
  readonly rows: number;
  readonly seconds: number;
}

/** Fact: a file could not be predicted. */
export interface BatchPredictFailed {
  readonly batchId: string;
  readonly code: string;
  readonly message: string;
}

/** Command: predict a file. */
export interface BatchPredictRequested {
  readonly batchId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly artifact: string;
  readonly input: DatasetReference;
  /** csv, jsonl or parquet */
  readonly outputFormat: string;
}

/** What a sender gives for {@link BatchPredictRequested}: fields with a default may be left out. */
export interface BatchPredictRequestedInput {
  readonly batchId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly artifact: string;
  readonly input: DatasetReferenceInput;
  /** csv, jsonl or parquet; default "csv" */
  readonly outputFormat?: string;
}

/** Telemetry: a prediction was answered. */
export interface PredictionLogged {
  readonly modelId: string;
  readonly version: string;
  readonly instances: number;
  readonly milliseconds: number;
  /** one instance, throttled */
  readonly sample: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly prediction?: number | string | null;
  /** ms since 1970 */
  readonly at: number;
}

/** What a sender gives for {@link PredictionLogged}: fields with a default may be left out. */
export interface PredictionLoggedInput {
  readonly modelId: string;
  readonly version: string;
  readonly instances: number;
  readonly milliseconds: number;
  /** one instance, throttled; default {} */
  readonly sample?: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly prediction?: number | string | null;
  /** ms since 1970 */
  readonly at: number;
}

/** Fact: an attempt failed and the job is tried again. */
export interface AttemptFailed {
  readonly jobId: string;
  readonly attempt: number;
  readonly code: string;
  readonly message: string;
  /** ms since 1970 */
  readonly retryAt: number;
}

/** Command: cancel a job. */
export interface CancelRequested {
  readonly jobId: string;
  readonly reason: string;
}

/** What a sender gives for {@link CancelRequested}: fields with a default may be left out. */
export interface CancelRequestedInput {
  readonly jobId: string;
  /** default "" */
  readonly reason?: string;
}

/** Fact: a job was accepted and waits. */
export interface JobAccepted {
  readonly jobId: string;
  readonly name: string;
  /** queued or tuning */
  readonly stage: string;
  readonly request: TrainRequested;
  /** ms since 1970 */
  readonly acceptedAt: number;
}

/** What a sender gives for {@link JobAccepted}: fields with a default may be left out. */
export interface JobAcceptedInput {
  readonly jobId: string;
  readonly name: string;
  /** queued or tuning */
  readonly stage: string;
  readonly request: TrainRequestedInput;
  /** ms since 1970 */
  readonly acceptedAt: number;
}

/** Fact: a job was cancelled. */
export interface JobCancelled {
  readonly jobId: string;
  readonly reason: string;
  /** ms since 1970 */
  readonly cancelledAt: number;
}

/** Fact: a job ended well. */
export interface JobCompleted {
  readonly jobId: string;
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly task: string;
  readonly model: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly environment?: string | null;
  /** ms since 1970 */
  readonly completedAt: number;
}

/** Fact: a job's version is registered and awaits its deployment. */
export interface JobDeploying {
  readonly jobId: string;
  readonly modelId: string;
  readonly version: string;
}

/** Fact: a job ended with an error. */
export interface JobFailed {
  readonly jobId: string;
  readonly code: string;
  readonly message: string;
  readonly stage: string;
  /** ms since 1970 */
  readonly failedAt: number;
}

/** Fact: a tuned job waits for its final training. */
export interface JobQueued {
  readonly jobId: string;
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
}

/** Fact: training ended with a candidate. */
export interface TrainCompleted {
  readonly jobId: string;
  readonly candidate: Candidate;
}

/** What a sender gives for {@link TrainCompleted}: fields with a default may be left out. */
export interface TrainCompletedInput {
  readonly jobId: string;
  readonly candidate: CandidateInput;
}

/** Telemetry: how far an attempt is. */
export interface TrainProgressed {
  readonly jobId: string;
  readonly attempt: number;
  /** 0 to 1 */
  readonly progress: number;
  readonly iteration: number;
  readonly iterations: number;
  readonly trainLoss?: number | null;
  readonly validationLoss?: number | null;
  readonly message?: string | null;
  /** ms since 1970 */
  readonly at: number;
}

/** Command: train a model. */
export interface TrainRequested {
  /** made by the sender or the gateway; the same id again changes nothing */
  readonly jobId?: string | null;
  /** the model's name in the registry; from the dataset and target when absent */
  readonly name?: string | null;
  readonly experiment: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly dataset: DatasetReference;
  /** auto, binary, multiclass, regression, forecast, clustering, anomaly or trajectory */
  readonly task: string;
  /** a model name, auto, or a list of names */
  readonly model: string | readonly string[];
  /** the model's own hyperparameters */
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly preprocessing?: Preprocessing | null;
  readonly validation?: Validation | null;
  readonly search?: Search | null;
  readonly horizon?: number | null;
  readonly seqLen?: number | null;
  readonly symbol?: string | null;
  readonly gates: readonly Gate[];
  readonly deploy?: Deploy | null;
  readonly resources?: Resources | null;
  readonly seed: number;
  readonly earlyStopping?: EarlyStopping | null;
}

/** What a sender gives for {@link TrainRequested}: fields with a default may be left out. */
export interface TrainRequestedInput {
  /** made by the sender or the gateway; the same id again changes nothing */
  readonly jobId?: string | null;
  /** the model's name in the registry; from the dataset and target when absent */
  readonly name?: string | null;
  /** default "default" */
  readonly experiment?: string;
  /** default {} */
  readonly tags?: Readonly<Record<string, string>>;
  readonly dataset: DatasetReferenceInput;
  /** auto, binary, multiclass, regression, forecast, clustering, anomaly or trajectory; default "auto" */
  readonly task?: string;
  /** a model name, auto, or a list of names; default "auto" */
  readonly model?: string | readonly string[];
  /** the model's own hyperparameters; default {} */
  readonly params?: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly preprocessing?: Preprocessing | null;
  readonly validation?: ValidationInput | null;
  readonly search?: SearchInput | null;
  readonly horizon?: number | null;
  readonly seqLen?: number | null;
  readonly symbol?: string | null;
  /** default [] */
  readonly gates?: readonly Gate[];
  readonly deploy?: DeployInput | null;
  readonly resources?: ResourcesInput | null;
  /** default 7 */
  readonly seed?: number;
  readonly earlyStopping?: EarlyStopping | null;
}

/** Fact: an attempt started. */
export interface TrainStarted {
  readonly jobId: string;
  readonly attempt: number;
  readonly worker: string;
  /** ms since 1970 */
  readonly startedAt: number;
}

/** Command: stop a trial nobody waits for. */
export interface TrialCancelRequested {
  readonly trialId: string;
  readonly studyId: string;
}

/** Fact: a trial ended. */
export interface TrialCompleted {
  readonly trialId: string;
  readonly studyId: string;
  readonly jobId: string;
  readonly number: number;
  /** completed or failed */
  readonly status: string;
  readonly value?: number | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly code?: string | null;
  readonly message?: string | null;
}

/** What a sender gives for {@link TrialCompleted}: fields with a default may be left out. */
export interface TrialCompletedInput {
  readonly trialId: string;
  readonly studyId: string;
  readonly jobId: string;
  readonly number: number;
  /** completed or failed */
  readonly status: string;
  readonly value?: number | null;
  /** default {} */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly code?: string | null;
  readonly message?: string | null;
}

/** Command: train one trial of a study. */
export interface TrialRequested {
  readonly trialId: string;
  readonly studyId: string;
  readonly jobId: string;
  readonly number: number;
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly objective: string;
  readonly request: TrainRequested;
}

/** What a sender gives for {@link TrialRequested}: fields with a default may be left out. */
export interface TrialRequestedInput {
  readonly trialId: string;
  readonly studyId: string;
  readonly jobId: string;
  readonly number: number;
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly objective: string;
  readonly request: TrainRequestedInput;
}

/** Command: stop a study. */
export interface OptimizeCancelRequested {
  readonly studyId: string;
  readonly reason: string;
}

/** What a sender gives for {@link OptimizeCancelRequested}: fields with a default may be left out. */
export interface OptimizeCancelRequestedInput {
  readonly studyId: string;
  /** default "" */
  readonly reason?: string;
}

/** Fact: a study found its best trial. */
export interface OptimizeCompleted {
  readonly studyId: string;
  readonly jobId: string;
  readonly objective: string;
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly value: number;
  readonly number: number;
  readonly trials: number;
}

/** Fact: a study ended without a result. */
export interface OptimizeFailed {
  readonly studyId: string;
  readonly jobId: string;
  readonly code: string;
  readonly message: string;
}

/** Command: search hyperparameters. */
export interface OptimizeRequested {
  readonly studyId: string;
  readonly jobId: string;
  readonly request: TrainRequested;
}

/** What a sender gives for {@link OptimizeRequested}: fields with a default may be left out. */
export interface OptimizeRequestedInput {
  readonly studyId: string;
  readonly jobId: string;
  readonly request: TrainRequestedInput;
}

/** Fact: a study started. */
export interface StudyStarted {
  readonly studyId: string;
  readonly jobId: string;
  readonly objective: string;
  readonly direction: string;
  readonly trials: number;
  readonly models: readonly string[];
}

/** Fact: a study has a trial's result. */
export interface TrialRecorded {
  readonly studyId: string;
  readonly jobId: string;
  readonly number: number;
  readonly status: string;
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly value?: number | null;
  readonly finished: number;
  readonly trials: number;
  readonly bestValue?: number | null;
  readonly message?: string | null;
}

/** A trained model on its way to the registry. */
export interface Candidate {
  readonly jobId: string;
  readonly attempt: number;
  /** the model's name in the registry */
  readonly name: string;
  readonly experiment: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly task: string;
  /** the algorithm */
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly target?: string | null;
  readonly features: readonly string[];
  readonly classes: readonly string[];
  readonly dataset: DatasetSnapshot;
  /** digest of the model bundle */
  readonly artifact: string;
  /** digest of the held-out predictions */
  readonly holdout: string;
  /** digest of the training report */
  readonly report: string;
  readonly trainingMetrics: Readonly<Record<string, number>>;
  readonly trainingSeconds: number;
  readonly seed: number;
  readonly codeVersion: string;
  readonly warnings: readonly string[];
  readonly gates: readonly Gate[];
  readonly deploy?: Deploy | null;
}

/** What a sender gives for {@link Candidate}: fields with a default may be left out. */
export interface CandidateInput {
  readonly jobId: string;
  readonly attempt: number;
  /** the model's name in the registry */
  readonly name: string;
  readonly experiment: string;
  /** default {} */
  readonly tags?: Readonly<Record<string, string>>;
  readonly task: string;
  /** the algorithm */
  readonly model: string;
  readonly params: Readonly<Record<string, boolean | number | string | readonly (boolean | number | string | null)[] | null>>;
  readonly target?: string | null;
  /** default [] */
  readonly features?: readonly string[];
  /** default [] */
  readonly classes?: readonly string[];
  readonly dataset: DatasetSnapshot;
  /** digest of the model bundle */
  readonly artifact: string;
  /** digest of the held-out predictions */
  readonly holdout: string;
  /** digest of the training report */
  readonly report: string;
  /** default {} */
  readonly trainingMetrics?: Readonly<Record<string, number>>;
  readonly trainingSeconds: number;
  readonly seed: number;
  readonly codeVersion: string;
  /** default [] */
  readonly warnings?: readonly string[];
  /** default [] */
  readonly gates?: readonly Gate[];
  readonly deploy?: DeployInput | null;
}

/** Where the rows are and what their columns mean. */
export interface DatasetReference {
  /** file://, dataset://, http(s):// or s3:// */
  readonly uri: string;
  /** csv, parquet, jsonl or arrow; guessed when absent */
  readonly format?: string | null;
  readonly target?: string | null;
  readonly time?: string | null;
  readonly group?: string | null;
  readonly weight?: string | null;
  readonly scenario?: string | null;
  /** the columns to learn from; all when empty */
  readonly features: readonly string[];
  /** columns never to learn from */
  readonly exclude: readonly string[];
  /** several columns to predict at once; instead of target */
  readonly targets: readonly string[];
}

/** What a sender gives for {@link DatasetReference}: fields with a default may be left out. */
export interface DatasetReferenceInput {
  /** file://, dataset://, http(s):// or s3:// */
  readonly uri: string;
  /** csv, parquet, jsonl or arrow; guessed when absent */
  readonly format?: string | null;
  readonly target?: string | null;
  readonly time?: string | null;
  readonly group?: string | null;
  readonly weight?: string | null;
  readonly scenario?: string | null;
  /** the columns to learn from; all when empty; default [] */
  readonly features?: readonly string[];
  /** columns never to learn from; default [] */
  readonly exclude?: readonly string[];
  /** several columns to predict at once; instead of target; default [] */
  readonly targets?: readonly string[];
}

/** The exact bytes a model was trained on. */
export interface DatasetSnapshot {
  /** sha256 of the file */
  readonly hash: string;
  /** dataset://<hash> */
  readonly uri: string;
  /** the uri that was asked for */
  readonly source: string;
  readonly format: string;
  readonly rows: number;
  readonly columns: number;
}

/** Where and how a new version is deployed. */
export interface Deploy {
  /** staging or production */
  readonly environment: string;
  /** replace, canary, ab or shadow */
  readonly strategy: string;
  readonly percent?: number | null;
}

/** What a sender gives for {@link Deploy}: fields with a default may be left out. */
export interface DeployInput {
  /** staging or production */
  readonly environment: string;
  /** replace, canary, ab or shadow; default "replace" */
  readonly strategy?: string;
  readonly percent?: number | null;
}

/** One dimension of a search space. */
export interface Dimension {
  /** int, float or categorical */
  readonly type: string;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly log?: boolean | null;
  readonly step?: number | null;
  readonly choices?: readonly (boolean | number | string | null)[] | null;
}

/** When to stop fitting. */
export interface EarlyStopping {
  readonly rounds: number;
}

/** A condition a candidate must meet to be registered. */
export interface Gate {
  readonly metric: string;
  readonly min?: number | null;
  readonly max?: number | null;
  /** production */
  readonly betterThan?: string | null;
  readonly alpha?: number | null;
}

/** Whether one gate was met. */
export interface GateResult {
  readonly metric: string;
  readonly value?: number | null;
  readonly passed: boolean;
  readonly reason: string;
}

/** How features are prepared. */
export interface Preprocessing {
  /** none, standard, minmax or robust */
  readonly scaling?: string | null;
  /** ordinal or onehot */
  readonly encoding?: string | null;
  /** none, mean, median or constant */
  readonly imputation?: string | null;
  readonly create?: readonly string[] | null;
  readonly select?: Selection | null;
}

/** What an attempt may use. */
export interface Resources {
  /** cpu or gpu */
  readonly pool: string;
  readonly memoryMb?: number | null;
  readonly timeoutSeconds?: number | null;
  readonly threads?: number | null;
}

/** What a sender gives for {@link Resources}: fields with a default may be left out. */
export interface ResourcesInput {
  /** cpu or gpu; default "cpu" */
  readonly pool?: string;
  readonly memoryMb?: number | null;
  readonly timeoutSeconds?: number | null;
  readonly threads?: number | null;
}

/** How hyperparameters are searched. */
export interface Search {
  /** grid, random, tpe, gp, ... */
  readonly strategy: string;
  /** the model's default space when absent */
  readonly space?: Readonly<Record<string, Dimension>> | null;
  readonly trials: number;
  readonly timeoutSeconds?: number | null;
  /** metrics; the task's default when empty */
  readonly objectives: readonly string[];
  readonly pruner?: string | null;
  readonly parallelism?: number | null;
}

/** What a sender gives for {@link Search}: fields with a default may be left out. */
export interface SearchInput {
  /** grid, random, tpe, gp, ...; default "random" */
  readonly strategy?: string;
  /** the model's default space when absent */
  readonly space?: Readonly<Record<string, Dimension>> | null;
  /** default 20 */
  readonly trials?: number;
  readonly timeoutSeconds?: number | null;
  /** metrics; the task's default when empty; default [] */
  readonly objectives?: readonly string[];
  readonly pruner?: string | null;
  readonly parallelism?: number | null;
}

/** Feature selection. */
export interface Selection {
  /** selectkbest, rfe or lasso */
  readonly method: string;
  readonly nFeatures?: number | null;
}

/** How the model is validated. */
export interface Validation {
  readonly testSize: number;
  readonly validationSize: number;
  /** auto, holdout, kfold, stratified, group, time_series, purged, walk_forward or monte_carlo */
  readonly strategy: string;
  readonly folds?: number | null;
  readonly shuffle?: boolean | null;
  readonly gap?: number | null;
  readonly embargo?: number | null;
}

/** What a sender gives for {@link Validation}: fields with a default may be left out. */
export interface ValidationInput {
  /** default 0.2 */
  readonly testSize?: number;
  /** default 0.2 */
  readonly validationSize?: number;
  /** auto, holdout, kfold, stratified, group, time_series, purged, walk_forward or monte_carlo; default "auto" */
  readonly strategy?: string;
  readonly folds?: number | null;
  readonly shuffle?: boolean | null;
  readonly gap?: number | null;
  readonly embargo?: number | null;
}

/** The decoded data of each event. */
export interface EventData {
  readonly DeploymentFailed: DeploymentFailed;
  readonly DeploymentReady: DeploymentReady;
  readonly DeploymentRequested: DeploymentRequested;
  readonly DeploymentRetired: DeploymentRetired;
  readonly UndeployRequested: UndeployRequested;
  readonly EvaluateRequested: EvaluateRequested;
  readonly EvaluationCompleted: EvaluationCompleted;
  readonly EvaluationFailed: EvaluationFailed;
  readonly DatasetRegistered: DatasetRegistered;
  readonly ModelDeleted: ModelDeleted;
  readonly ModelVersionRegistered: ModelVersionRegistered;
  readonly RegistrationFailed: RegistrationFailed;
  readonly StageChanged: StageChanged;
  readonly StageChangeRequested: StageChangeRequested;
  readonly BatchPredictCompleted: BatchPredictCompleted;
  readonly BatchPredictFailed: BatchPredictFailed;
  readonly BatchPredictRequested: BatchPredictRequested;
  readonly PredictionLogged: PredictionLogged;
  readonly AttemptFailed: AttemptFailed;
  readonly CancelRequested: CancelRequested;
  readonly JobAccepted: JobAccepted;
  readonly JobCancelled: JobCancelled;
  readonly JobCompleted: JobCompleted;
  readonly JobDeploying: JobDeploying;
  readonly JobFailed: JobFailed;
  readonly JobQueued: JobQueued;
  readonly TrainCompleted: TrainCompleted;
  readonly TrainProgressed: TrainProgressed;
  readonly TrainRequested: TrainRequested;
  readonly TrainStarted: TrainStarted;
  readonly TrialCancelRequested: TrialCancelRequested;
  readonly TrialCompleted: TrialCompleted;
  readonly TrialRequested: TrialRequested;
  readonly OptimizeCancelRequested: OptimizeCancelRequested;
  readonly OptimizeCompleted: OptimizeCompleted;
  readonly OptimizeFailed: OptimizeFailed;
  readonly OptimizeRequested: OptimizeRequested;
  readonly StudyStarted: StudyStarted;
  readonly TrialRecorded: TrialRecorded;
}

/** What a sender gives for each event: fields with a default may be left out. */
export interface EventInput {
  readonly DeploymentFailed: DeploymentFailed;
  readonly DeploymentReady: DeploymentReady;
  readonly DeploymentRequested: DeploymentRequestedInput;
  readonly DeploymentRetired: DeploymentRetired;
  readonly UndeployRequested: UndeployRequested;
  readonly EvaluateRequested: EvaluateRequestedInput;
  readonly EvaluationCompleted: EvaluationCompletedInput;
  readonly EvaluationFailed: EvaluationFailed;
  readonly DatasetRegistered: DatasetRegistered;
  readonly ModelDeleted: ModelDeleted;
  readonly ModelVersionRegistered: ModelVersionRegisteredInput;
  readonly RegistrationFailed: RegistrationFailed;
  readonly StageChanged: StageChanged;
  readonly StageChangeRequested: StageChangeRequestedInput;
  readonly BatchPredictCompleted: BatchPredictCompleted;
  readonly BatchPredictFailed: BatchPredictFailed;
  readonly BatchPredictRequested: BatchPredictRequestedInput;
  readonly PredictionLogged: PredictionLoggedInput;
  readonly AttemptFailed: AttemptFailed;
  readonly CancelRequested: CancelRequestedInput;
  readonly JobAccepted: JobAcceptedInput;
  readonly JobCancelled: JobCancelled;
  readonly JobCompleted: JobCompleted;
  readonly JobDeploying: JobDeploying;
  readonly JobFailed: JobFailed;
  readonly JobQueued: JobQueued;
  readonly TrainCompleted: TrainCompletedInput;
  readonly TrainProgressed: TrainProgressed;
  readonly TrainRequested: TrainRequestedInput;
  readonly TrainStarted: TrainStarted;
  readonly TrialCancelRequested: TrialCancelRequested;
  readonly TrialCompleted: TrialCompletedInput;
  readonly TrialRequested: TrialRequestedInput;
  readonly OptimizeCancelRequested: OptimizeCancelRequestedInput;
  readonly OptimizeCompleted: OptimizeCompleted;
  readonly OptimizeFailed: OptimizeFailed;
  readonly OptimizeRequested: OptimizeRequestedInput;
  readonly StudyStarted: StudyStarted;
  readonly TrialRecorded: TrialRecorded;
}

export type EventType = keyof EventData;

export type EventContext = 'deployment' | 'evaluation' | 'registry' | 'serving' | 'training' | 'tuning';

/** Commands ask, facts tell, telemetry may be lost. */
export type EventKind = 'command' | 'fact' | 'telemetry';

export const eventCatalogue: { readonly [T in EventType]: { readonly context: EventContext; readonly kind: EventKind } } = {
  DeploymentFailed: { context: 'deployment', kind: 'fact' },
  DeploymentReady: { context: 'deployment', kind: 'fact' },
  DeploymentRequested: { context: 'deployment', kind: 'command' },
  DeploymentRetired: { context: 'deployment', kind: 'fact' },
  UndeployRequested: { context: 'deployment', kind: 'command' },
  EvaluateRequested: { context: 'evaluation', kind: 'command' },
  EvaluationCompleted: { context: 'evaluation', kind: 'fact' },
  EvaluationFailed: { context: 'evaluation', kind: 'fact' },
  DatasetRegistered: { context: 'registry', kind: 'fact' },
  ModelDeleted: { context: 'registry', kind: 'fact' },
  ModelVersionRegistered: { context: 'registry', kind: 'fact' },
  RegistrationFailed: { context: 'registry', kind: 'fact' },
  StageChanged: { context: 'registry', kind: 'fact' },
  StageChangeRequested: { context: 'registry', kind: 'command' },
  BatchPredictCompleted: { context: 'serving', kind: 'fact' },
  BatchPredictFailed: { context: 'serving', kind: 'fact' },
  BatchPredictRequested: { context: 'serving', kind: 'command' },
  PredictionLogged: { context: 'serving', kind: 'telemetry' },
  AttemptFailed: { context: 'training', kind: 'fact' },
  CancelRequested: { context: 'training', kind: 'command' },
  JobAccepted: { context: 'training', kind: 'fact' },
  JobCancelled: { context: 'training', kind: 'fact' },
  JobCompleted: { context: 'training', kind: 'fact' },
  JobDeploying: { context: 'training', kind: 'fact' },
  JobFailed: { context: 'training', kind: 'fact' },
  JobQueued: { context: 'training', kind: 'fact' },
  TrainCompleted: { context: 'training', kind: 'fact' },
  TrainProgressed: { context: 'training', kind: 'telemetry' },
  TrainRequested: { context: 'training', kind: 'command' },
  TrainStarted: { context: 'training', kind: 'fact' },
  TrialCancelRequested: { context: 'training', kind: 'command' },
  TrialCompleted: { context: 'training', kind: 'fact' },
  TrialRequested: { context: 'training', kind: 'command' },
  OptimizeCancelRequested: { context: 'tuning', kind: 'command' },
  OptimizeCompleted: { context: 'tuning', kind: 'fact' },
  OptimizeFailed: { context: 'tuning', kind: 'fact' },
  OptimizeRequested: { context: 'tuning', kind: 'command' },
  StudyStarted: { context: 'tuning', kind: 'fact' },
  TrialRecorded: { context: 'tuning', kind: 'fact' },
};
