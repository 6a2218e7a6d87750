import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Candidate, EvaluationCompleted } from '@trainyard/contracts';
import { evaluatedOf, Played } from '@trainyard/flow/testing';
import { modelIdOf } from './identity.js';
import { model } from './model.js';
import { livingVersions, type ModelState } from './state.js';

const modelId = modelIdOf('late-flights');

const play = () => new Played(model, modelId);
const evaluated = (changes: Partial<Candidate> = {}, result: Partial<EvaluationCompleted> = {}) => ({
  type: 'EvaluationCompleted' as const,
  data: evaluatedOf(changes, result),
});
const ready = (version: string, environment = 'production') => ({
  type: 'DeploymentReady' as const,
  data: { deploymentId: 'd', modelId, modelName: 'late-flights', version, environment, readyAt: 9 },
});
const stage = (version: string, to: string, reason = 'because') => ({
  type: 'StageChangeRequested' as const,
  data: { modelId, version, stage: to, reason },
});
const stagesOf = ({ state }: { state: ModelState | undefined }) =>
  Object.fromEntries(livingVersions(state).map(({ version, stage: held }) => [version, held]));
const deploy = { environment: 'production', strategy: 'replace' };

describe('a model', () => {
  it('registers the first candidate as 1.0.0, under the key of its job', () => {
    const played = play();
    played.tell(evaluated(), 42);
    const [registered] = played.said('ModelVersionRegistered');
    assert.equal(registered?.version, '1.0.0');
    assert.equal(registered?.ordinal, 1);
    assert.equal(registered?.task, 'binary');
    assert.equal(registered?.parent, null);
    assert.equal(
      registered?.changelog,
      'First version: lightgbm on flights.csv (1,000 rows). Metrics: log_loss 0.4, accuracy 0.8.',
    );
    assert.equal(played.announced[0]?.key, 'job-1');
    assert.equal(played.announced.length, 1, 'nothing is deployed unasked');
  });

  it('registers a job once, and nothing that did not meet its gates', () => {
    const played = play();
    played.tell(evaluated());
    assert.deepEqual(played.tell(evaluated()), []);
    assert.deepEqual(played.tell(evaluated({ jobId: 'job-2' }, { passed: false })), []);
    assert.deepEqual(played.tell(evaluated({ jobId: 'job-3' }, { candidate: null })), []);
    assert.equal(played.state?.versions.length, 1);
  });

  const sizes: [string, Partial<Candidate>, string, RegExp][] = [
    ['a new feature', { features: ['distance', 'carrier', 'hour'] }, '2.0.0', /^Major .*features added: hour/],
    ['another class', { classes: ['no', 'yes', 'maybe'] }, '2.0.0', /classes added: maybe/],
    ['another target', { target: 'delay' }, '2.0.0', /target late -> delay/],
    ['another algorithm', { model: 'logistic', params: {} }, '1.1.0', /^Minor .*algorithm lightgbm -> logistic/],
    ['another parameter', { params: { learning_rate: 0.05, num_leaves: 31 } }, '1.1.0', /learning_rate 0.1 -> 0.05/],
    ['another seed', { seed: 8 }, '1.0.1', /^Patch .*seed 7 -> 8/],
    ['other code', { codeVersion: '0.2.0' }, '1.0.1', /code 0.1.0 -> 0.2.0/],
    ['nothing', {}, '1.0.1', /trained again, nothing changed/],
  ];
  for (const [what, changes, version, changelog] of sizes) {
    it(`numbers a version with ${what} ${version}`, () => {
      const played = play();
      played.tell(evaluated());
      played.tell(evaluated({ jobId: 'job-2', ...changes }, { metrics: { log_loss: 0.3 } }));
      const registered = played.said('ModelVersionRegistered')[1];
      assert.equal(registered?.version, version);
      assert.equal(registered?.parent, '1.0.0');
      assert.match(registered?.changelog ?? '', changelog);
      assert.match(registered?.changelog ?? '', /log_loss 0.4 -> 0.3 \(-0.1\)/);
    });
  }

  it('numbers a version with other data 1.1.0 and says how many rows', () => {
    const played = play();
    played.tell(evaluated());
    const { dataset } = evaluatedOf().candidate as Candidate;
    played.tell(evaluated({ jobId: 'job-2', dataset: { ...dataset, hash: 'f'.repeat(64), rows: 2000 } }));
    assert.equal(played.said('ModelVersionRegistered')[1]?.version, '1.1.0');
    assert.match(played.said('ModelVersionRegistered')[1]?.changelog ?? '', /flights.csv, 1,000 -> 2,000 rows/);
  });

  it('takes the version in production for the parent, and never gives a number twice', () => {
    const played = play();
    played.tell(evaluated());
    played.tell(ready('1.0.0'));
    played.tell(evaluated({ jobId: 'job-2', model: 'logistic' }));
    played.tell(evaluated({ jobId: 'job-3', model: 'dummy' }));
    const registered = played
      .said('ModelVersionRegistered')
      .map(({ version, parent, ordinal }) => [version, parent, ordinal]);
    assert.deepEqual(registered, [
      ['1.0.0', null, 1],
      ['1.1.0', '1.0.0', 2],
      ['1.2.0', '1.0.0', 3],
    ]);
  });

  it('asks for the deployment that the candidate wants, and moves the stage when serving has it', () => {
    const played = play();
    played.tell(evaluated({ deploy }));
    const [requested] = played.said('DeploymentRequested');
    assert.equal(requested?.jobId, 'job-1');
    assert.equal(requested?.artifact, 'b'.repeat(64));
    assert.deepEqual(stagesOf(played), { '1.0.0': 'Development' });
    played.tell(ready('1.0.0'));
    assert.deepEqual(stagesOf(played), { '1.0.0': 'Production' });
    assert.deepEqual(played.tell(ready('1.0.0')), []);
    played.tell(evaluated({ jobId: 'job-2', deploy }));
    played.tell(ready('1.0.1'));
    assert.deepEqual(stagesOf(played), { '1.0.0': 'Archived', '1.0.1': 'Production' });
    assert.deepEqual(
      played.said('StageChanged').map(({ version, from, to }) => [version, from, to]),
      [
        ['1.0.0', 'Development', 'Production'],
        ['1.0.0', 'Production', 'Archived'],
        ['1.0.1', 'Development', 'Production'],
      ],
    );
  });

  it('refuses a strategy it does not have, once, and registers nothing', () => {
    const played = play();
    const canary = evaluated({ deploy: { environment: 'production', strategy: 'canary', percent: 10 } });
    played.tell(canary);
    assert.deepEqual(played.tell(canary), []);
    const [failed] = played.said('RegistrationFailed');
    assert.equal(failed?.code, 'OPTION_UNSUPPORTED');
    assert.match(failed?.message ?? '', /deploy\.strategy "canary"/);
    assert.equal(played.announced.length, 1);
    assert.equal(played.announced[0]?.key, 'job-1');
    assert.deepEqual(livingVersions(played.state), []);
    assert.equal(model.index(played.state as ModelState).listed, false);
    played.tell(evaluated({ jobId: 'job-2', deploy: { environment: 'moon', strategy: 'replace' } }));
    assert.match(played.said('RegistrationFailed')[1]?.message ?? '', /deploy\.environment is "moon"/);
  });

  it('rolls back: an older version moves to Production and is deployed again', () => {
    const played = play();
    played.tell(evaluated({ deploy }));
    played.tell(ready('1.0.0'));
    played.tell(evaluated({ jobId: 'job-2', deploy }));
    played.tell(ready('1.0.1'));
    played.tell(stage('1.0.0', 'Production', 'the new one is worse'), 77);
    assert.deepEqual(stagesOf(played), { '1.0.0': 'Production', '1.0.1': 'Archived' });
    const deployments = played.said('DeploymentRequested');
    assert.equal(deployments.length, 3);
    assert.equal(deployments[2]?.version, '1.0.0');
    assert.equal(new Set(deployments.map(({ deploymentId }) => deploymentId)).size, 3);
    assert.deepEqual(played.state?.versions[0]?.moves.at(-1), {
      from: 'Archived',
      to: 'Production',
      reason: 'the new one is worse',
      at: 77,
    });
  });

  it('stops serving when the last deployed version leaves its stage', () => {
    const played = play();
    played.tell(evaluated({ deploy }));
    played.tell(ready('1.0.0'));
    played.tell(stage('1.0.0', 'Deprecated'));
    assert.equal(played.said('UndeployRequested').length, 1);
    assert.deepEqual(played.tell(stage('1.0.0', 'Deprecated')), [], 'a stage it has already');
  });

  it('refuses stages and versions that do not exist', () => {
    const played = play();
    assert.throws(() => played.tell(stage('1.0.0', 'Production')), { code: 'MODEL_NOT_FOUND' });
    played.tell(evaluated());
    assert.throws(() => played.tell(stage('1.0.0', 'Gone')), { code: 'STAGE_INVALID' });
    assert.throws(() => played.tell(stage('9.0.0', 'Production')), { code: 'VERSION_NOT_FOUND' });
  });

  it('keeps why a deployment failed until one succeeds', () => {
    const played = play();
    played.tell(evaluated({ deploy }));
    const data = { deploymentId: 'd', modelId, version: '1.0.0', environment: 'production', code: 'X', message: 'no' };
    played.tell({ type: 'DeploymentFailed', data });
    assert.equal(played.state?.versions[0]?.deploymentFailure?.message, 'no');
    played.tell(ready('1.0.0'));
    assert.equal(played.state?.versions[0]?.deploymentFailure, undefined);
  });

  it('is deleted whole, refuses what comes late, and starts again with new numbers', () => {
    const played = play();
    played.tell(evaluated({ deploy }));
    played.tell({ type: 'Delete' }, 50);
    assert.equal(played.said('ModelDeleted')[0]?.deletedAt, 50);
    assert.equal(played.said('UndeployRequested').length, 1);
    assert.deepEqual(played.tell(ready('1.0.0')), []);
    assert.deepEqual(played.tell(evaluated({ deploy })), [], 'a repeated job stays deleted');
    assert.throws(() => played.tell({ type: 'Delete' }), { code: 'MODEL_NOT_FOUND' });
    played.tell(evaluated({ jobId: 'job-2' }));
    assert.deepEqual(stagesOf(played), { '2.0.0': 'Development' });
    assert.equal(played.said('ModelVersionRegistered')[1]?.ordinal, 2);
  });
});
