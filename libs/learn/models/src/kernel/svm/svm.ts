import { type Dataset, LearnError, type Matrix } from '@trainyard/data';
import type { ModelArtifact } from '../../artifact.js';
import { checkColumns, checkDataset, checkFiniteMatrix } from '../../check-input.js';
import { defineModel } from '../../definition.js';
import type { FitOptions, Model, Predictions, TrainingMetrics } from '../../model.js';
import { ClassDecision } from './class-decision.js';
import { subtractCentre } from './kernel-function.js';
import { checkSvmParams, type SvmParams, svmParameters } from './parameters.js';
import { RANDOM_FEATURES, RandomFeaturesMachine } from './random-features.js';
import { DecisionFunctions } from './support-vectors.js';
import { type FittedSvm, readSvm, writeSvm } from './svm-artifact.js';
import { SvmRun } from './svm-run.js';

/** Rows predicted at once: their decisions stay small. */
const BLOCK = 1024;

/**
 * Support vector machines: C-SVC, one machine for each pair of classes, and epsilon-SVR, solved exactly by SMO to the
 * tolerance of libsvm (Chang and Lin, "LIBSVM: a library for support vector machines", 2011), so the parameters mean what
 * they mean in scikit-learn's SVC and SVR. Time grows with the square of the rows and more: beyond some 50,000 rows consider `approximation`, which is never chosen silently. The optimum is unique, so early
 * stopping has no effect. Wants finite, scaled features.
 */
class SupportVectorMachine implements Model {
  private decisions: DecisionFunctions | undefined;

  constructor(
    private readonly params: SvmParams,
    private fitted?: FittedSvm,
  ) {}

  async fit(train: Dataset, options: FitOptions): Promise<TrainingMetrics> {
    const started = performance.now();
    checkDataset(train);
    checkFiniteMatrix(train.x);
    if (options.initial !== undefined) {
      throw new LearnError(
        'OPTION_UNSUPPORTED',
        'An SVM cannot continue another model: fit it afresh, without `initial`.',
        {
          field: 'initial',
        },
      );
    }
    const { machine, sigmoids, present, metrics } = await new SvmRun(train, this.params, options).finish();
    const classes = train.classes === undefined || train.task === 'regression' ? {} : { classes: train.classes };
    this.decisions = undefined;
    this.fitted = { names: train.x.names, ...classes, present, machine, ...(sigmoids ? { sigmoids } : {}) };
    return { ...metrics, seconds: (performance.now() - started) / 1000 };
  }

  predict(x: Matrix): Predictions {
    const { names, machine, classes } = this.mustBeFitted();
    checkColumns(x, names.length);
    checkFiniteMatrix(x);
    this.decisions ??= new DecisionFunctions(machine);
    const values = new Float64Array(x.rows);
    const k = classes?.length ?? 0;
    const probabilities = new Float64Array(x.rows * k);
    const centred = new Float32Array(Math.min(BLOCK, x.rows) * x.cols);
    for (let first = 0; first < x.rows; first += BLOCK) {
      const n = Math.min(BLOCK, x.rows - first);
      subtractCentre(x.data.subarray(first * x.cols), n, machine.centre, centred);
      const decisions = this.decisions.decide(centred, n);
      if (k === 0) values.set(decisions, first);
      else this.classify(decisions, n, values.subarray(first), probabilities.subarray(first * k));
    }
    return k === 0 ? { values } : { values, probabilities, classes: k };
  }

  private classify(decisions: Float64Array, n: number, values: Float64Array, probabilities: Float64Array): void {
    const { classes, present, machine, sigmoids } = this.mustBeFitted();
    const decision = new ClassDecision(present.length, sigmoids, this.params.break_ties);
    const pairs = machine.intercepts.length;
    for (let i = 0; i < n; i++) {
      values[i] = present[decision.decide(decisions, i * pairs)]!;
      for (let c = 0; c < present.length; c++) {
        probabilities[i * classes!.length + present[c]!] = decision.probabilities[c]!;
      }
    }
  }

  save(): ModelArtifact {
    return writeSvm(this.mustBeFitted(), this.params);
  }

  static load(artifact: ModelArtifact): SupportVectorMachine {
    const { params, fitted } = readSvm(artifact);
    return new SupportVectorMachine(params, fitted);
  }

  private mustBeFitted(): FittedSvm {
    if (this.fitted === undefined) throw new Error('the model is not fitted: call fit first');
    return this.fitted;
  }
}

export const svm = defineModel<SvmParams>({
  name: 'svm',
  family: 'kernel',
  input: '2d',
  tasks: ['binary', 'multiclass', 'regression'],
  preprocessing: { categories: 'onehot', acceptsMissing: false, scaling: 'standard' },
  onRequest: true,
  params: svmParameters,
  space: {
    C: { type: 'float', low: 1e-2, high: 1e3, log: true },
    gamma: { type: 'float', low: 1e-5, high: 10, log: true },
    epsilon: { type: 'float', low: 1e-3, high: 1, log: true },
  },
  create: (params) => {
    checkSvmParams(params);
    return params.approximation === 'none' ? new SupportVectorMachine(params) : new RandomFeaturesMachine(params);
  },
  load: (artifact) =>
    artifact.format === RANDOM_FEATURES ? RandomFeaturesMachine.load(artifact) : SupportVectorMachine.load(artifact),
});
