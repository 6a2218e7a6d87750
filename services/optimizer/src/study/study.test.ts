import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OptimizeRequested, TrainRequested, TrialCompleted } from '@trainyard/contracts';
import { Played } from '@trainyard/flow/testing';
import { study } from './study.js';

const HOUR = 3_600_000;

const request = (changes: Partial<TrainRequested> = {}): TrainRequested => ({
  experiment: 'default',
  tags: {},
  dataset: { uri: 'file:///data.csv', target: 'y', features: [], exclude: [], targets: [] },
  task: 'binary',
  model: 'logistic',
  params: {},
  search: { strategy: 'random', trials: 6, objectives: ['log_loss'], parallelism: 2 },
  gates: [],
  seed: 7,
  ...changes,
});

function started(changes: Partial<TrainRequested> = {}) {
  const played = new Played(study, 'job-1');
  const data: OptimizeRequested = { studyId: 'job-1', jobId: 'job-1', request: request(changes) };
  played.tell({ type: 'OptimizeRequested', data }, 1000);
  return played;
}

const result = (number: number, value: number | null, changes: Partial<TrialCompleted> = {}) => ({
  type: 'TrialCompleted' as const,
  data: {
    trialId: `job-1-t${number}`,
    studyId: 'job-1',
    jobId: 'job-1',
    number,
    status: value === null ? 'failed' : 'completed',
    value,
    metrics: {},
    seconds: 1,
    ...changes,
  },
});

describe('a study', () => {
  it('starts with as many trials as may run at once, the first of them the defaults', () => {
    const played = started();
    assert.deepEqual(played.said('StudyStarted'), [
      {
        studyId: 'job-1',
        jobId: 'job-1',
        objective: 'log_loss',
        direction: 'minimize',
        trials: 6,
        models: ['logistic'],
      },
    ]);
    const trials = played.said('TrialRequested');
    assert.deepEqual(
      trials.map(({ trialId }) => trialId),
      ['job-1-t0', 'job-1-t1'],
    );
    assert.equal(trials[0]?.params.C, 1, 'the default of C');
    assert.notEqual(trials[1]?.params.C, trials[0]?.params.C);
    assert.deepEqual(
      played.announced.map(({ key }) => key),
      ['job-1', 'job-1-t0', 'job-1-t1'],
    );
  });

  it('is started once: the same request again changes nothing', () => {
    const played = started();
    const again = { studyId: 'job-1', jobId: 'job-1', request: request() };
    assert.deepEqual(played.tell({ type: 'OptimizeRequested', data: again }), []);
  });

  it('asks for the next trial with each result and ends with the best', () => {
    const played = started();
    const values = [0.5, 0.4, 0.6, 0.3, 0.45, 0.7];
    values.forEach((value, number) => void played.tell(result(number, value), 2000));
    assert.equal(played.said('TrialRequested').length, 6);
    assert.deepEqual(
      played.said('TrialRecorded').map(({ bestValue }) => bestValue),
      [0.5, 0.4, 0.4, 0.3, 0.3, 0.3],
    );
    const [completed] = played.said('OptimizeCompleted');
    assert.equal(completed?.number, 3);
    assert.equal(completed?.value, 0.3);
    assert.equal(completed?.trials, 6);
    assert.deepEqual(completed?.params, played.said('TrialRequested')[3]?.params);
    assert.equal(played.state?.status, 'completed');
  });

  it('tries the same parameters whatever the order of the answers', () => {
    const inOrder = started();
    const reversed = started();
    for (const number of [0, 1, 2, 3, 4, 5]) inOrder.tell(result(number, 1));
    for (const number of [1, 0, 3, 2, 5, 4]) reversed.tell(result(number, 1));
    const tried = (played: typeof inOrder) =>
      played.said('TrialRequested').map(({ number, params }) => [number, params]);
    assert.deepEqual(tried(inOrder), tried(reversed));
    assert.equal(inOrder.said('OptimizeCompleted')[0]?.number, 0);
    assert.equal(reversed.said('OptimizeCompleted')[0]?.number, 0, 'equal values: the lower number wins');
  });

  it('records a repeated, unknown or late result not at all', () => {
    const played = started();
    played.tell(result(0, 0.5));
    assert.deepEqual(played.tell(result(0, 0.1)), []);
    assert.deepEqual(played.tell(result(99, 0.1)), []);
    for (const number of [1, 2, 3, 4, 5]) played.tell(result(number, 0.6));
    assert.deepEqual(played.tell(result(5, 0.01)), []);
    assert.equal(played.said('OptimizeCompleted').length, 1);
  });

  it('counts failed trials, and fails with the first error when all fail', () => {
    const some = started();
    some.tell(result(0, null, { code: 'OUT_OF_MEMORY', message: 'too big' }));
    for (const number of [1, 2, 3, 4, 5]) some.tell(result(number, 0.5));
    assert.equal(some.said('OptimizeCompleted')[0]?.number, 1);
    const all = started();
    for (const number of [1, 0, 2, 3, 4, 5])
      all.tell(result(number, null, { code: `E${number}`, message: `no ${number}` }));
    assert.deepEqual(all.said('OptimizeFailed'), [
      { studyId: 'job-1', jobId: 'job-1', code: 'E0', message: 'every trial failed; the first said: no 0' },
    ]);
  });

  it('takes a value that is no number for a failure', () => {
    const played = started();
    played.tell(result(0, null, { status: 'completed', value: Number.NaN }));
    assert.equal(played.state?.trials[0]?.status, 'failed');
    assert.equal(played.state?.trials[0]?.code, 'OBJECTIVE_MISSING');
  });

  it('gives up trials that never answer and goes on', () => {
    const played = started();
    assert.equal(study.wakeAt?.(played.state as never), 1000 + HOUR);
    assert.deepEqual(played.tell({ type: 'Wake' }, 500), []);
    played.tell({ type: 'Wake' }, 1000 + HOUR);
    assert.deepEqual(
      played.said('TrialCancelRequested').map(({ trialId }) => trialId),
      ['job-1-t0', 'job-1-t1'],
    );
    assert.equal(played.state?.trials[0]?.code, 'TRIAL_TIMEOUT');
    assert.deepEqual(
      played.said('TrialRequested').map(({ number }) => number),
      [0, 1, 2, 3],
    );
    assert.deepEqual(played.tell(result(0, 0.1), 2 * HOUR), [], 'a late answer is refused');
  });

  it('ends at its time limit with what it has', () => {
    const search = { strategy: 'random', trials: 6, objectives: ['log_loss'], parallelism: 2, timeoutSeconds: 10 };
    const played = started({ search });
    played.tell(result(0, 0.5), 2000);
    assert.equal(study.wakeAt?.(played.state as never), 11_000);
    played.tell({ type: 'Wake' }, 11_000);
    assert.equal(played.said('OptimizeCompleted')[0]?.number, 0);
    assert.equal(played.said('TrialCancelRequested').length, 2);
    const none = started({ search });
    none.tell({ type: 'Wake' }, 11_000);
    assert.equal(none.said('OptimizeFailed')[0]?.code, 'TIMEOUT');
  });

  it('stops its trials when it is cancelled, before or after it started', () => {
    const played = started();
    const cancel = { type: 'OptimizeCancelRequested' as const, data: { studyId: 'job-1', reason: '' } };
    played.tell(cancel);
    assert.equal(played.said('TrialCancelRequested').length, 2);
    assert.deepEqual(played.tell(cancel), []);
    assert.deepEqual(played.tell(result(0, 0.5)), []);
    const early = new Played(study, 'job-1');
    early.tell(cancel);
    const data = { studyId: 'job-1', jobId: 'job-1', request: request() };
    assert.deepEqual(early.tell({ type: 'OptimizeRequested', data }), []);
    assert.deepEqual(early.announced, []);
  });

  it('tries each model of a list once when there is no search', () => {
    const played = started({ model: ['logistic', 'dummy'], search: null });
    assert.deepEqual(
      played.said('TrialRequested').map(({ model }) => model),
      ['logistic', 'dummy'],
    );
    played.tell(result(0, 0.9));
    played.tell(result(1, 0.5));
    assert.equal(played.said('OptimizeCompleted')[0]?.model, 'logistic', 'roc_auc is maximised');
  });

  it('holds what the user fixed', () => {
    const played = started({ params: { max_iter: 50 } });
    assert.ok(played.said('TrialRequested').every(({ params }) => params.max_iter === 50));
  });

  it('searches a grid to its end', () => {
    const space = { C: { type: 'categorical', choices: [0.1, 1, 10] } };
    const played = started({ search: { strategy: 'grid', trials: 20, objectives: [], space } });
    assert.deepEqual(
      played.said('TrialRequested').map(({ params }) => params.C),
      [0.1, 1, 10],
    );
    for (const number of [0, 1, 2]) played.tell(result(number, 0.5));
    assert.equal(played.state?.status, 'completed');
  });

  it('finds the direction when the task is still to be found', () => {
    const search = { strategy: 'random', trials: 1, objectives: [] };
    const played = started({ task: 'auto', model: 'logistic', search });
    assert.equal(played.said('TrialRequested')[0]?.objective, 'auto');
    played.tell(result(0, 0.4, { metrics: { log_loss: 0.4, accuracy: 0.9 } }));
    assert.equal(played.said('OptimizeCompleted')[0]?.objective, 'log_loss');
  });

  const refused: [string, Partial<TrainRequested>, string, RegExp][] = [
    ['an unknown strategy', { search: { strategy: 'tpe', trials: 5, objectives: [] } }, 'OPTION_UNSUPPORTED', /tpe/],
    [
      'a pruner',
      { search: { strategy: 'random', trials: 5, objectives: [], pruner: 'median' } },
      'OPTION_UNSUPPORTED',
      /search\.pruner/,
    ],
    [
      'two objectives',
      { search: { strategy: 'random', trials: 5, objectives: ['f1', 'log_loss'] } },
      'OPTION_UNSUPPORTED',
      /search\.objectives/,
    ],
    [
      'an unknown metric',
      { search: { strategy: 'random', trials: 5, objectives: ['nope'] } },
      'METRIC_UNKNOWN',
      /nope/,
    ],
    [
      'a metric of another task',
      { search: { strategy: 'random', trials: 5, objectives: ['rmse'] } },
      'METRIC_UNKNOWN',
      /rmse/,
    ],
    ['no trials', { search: { strategy: 'random', trials: 0, objectives: [] } }, 'PARAMETER_INVALID', /search\.trials/],
    ['too many', { search: { strategy: 'random', trials: 10_001, objectives: [] } }, 'PARAMETER_INVALID', /10000/],
    ['an unknown model', { model: ['logistc'] }, 'MODEL_UNKNOWN', /logistic/],
    ['a model of another task', { model: 'linear' }, 'TASK_UNSUPPORTED', /linear/],
    ['a task nothing does', { task: 'forecast' }, 'TASK_UNSUPPORTED', /forecast/],
    ['an unknown parameter', { params: { nope: 1 } }, 'PARAMETER_UNKNOWN', /nope/],
    [
      'an unknown dimension',
      { search: { strategy: 'random', trials: 5, objectives: [], space: { nope: { type: 'int', low: 1, high: 2 } } } },
      'PARAMETER_UNKNOWN',
      /nope/,
    ],
    [
      'a parameter both fixed and searched',
      {
        params: { C: 1 },
        search: { strategy: 'random', trials: 5, objectives: [], space: { C: { type: 'float', low: 1, high: 2 } } },
      },
      'PARAMETER_INVALID',
      /both/,
    ],
  ];
  for (const [what, changes, code, words] of refused) {
    it(`refuses ${what} in words`, () => {
      const played = started(changes);
      const [failed] = played.said('OptimizeFailed');
      assert.equal(failed?.code, code);
      assert.match(failed?.message ?? '', words);
      assert.deepEqual(played.said('TrialRequested'), []);
    });
  }
});
