import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { BoundedLabels } from './bounded-labels.js';
import { watchDisk } from './disk-space.js';
import { flowRecorder } from './flow-recorder.js';
import { watchGpus } from './gpu-use.js';
import { httpRecorder } from './http-metrics.js';
import { platformMetrics } from './platform-metrics.js';
import { collect, metricsOf } from './registry.js';

const seriesOf = (body: string, start: string) => body.split('\n').filter((line) => line.startsWith(start));

test('counts what the flow reports, by service', async () => {
  const training = flowRecorder('training');
  const registry = flowRecorder('registry');
  training.handled('training.commands', 'TrainRequested', 'done', 0.004);
  training.handled('training.commands', 'TrainRequested', 'repeated', 0.001);
  training.lag('training.commands', 70);
  registry.handled('training.events', 'TrainCompleted', 'dead', 0.2);
  registry.deadLetter('training.events', 'SCHEMA_UNKNOWN');
  training.conflict('TrainingJob');
  training.leaseLost('TrainingJob');
  training.leaseExpired('TrainingJob');
  training.published('TrainCompleted', 0.02);
  training.outbox(3, 12.5);
  training.waited('job', 'cpu', 2);
  training.slots('cpu', 2, 1);
  training.worked('job', 'cpu', 'succeeded', 61);
  training.workerCpu(1.5);
  training.workerEnded('OUT_OF_MEMORY');
  const { type, body } = await metricsOf();
  assert.match(type, /^text\/plain/);
  for (const line of [
    'trainyard_events_handled_total{service="training",topic="training.commands",type="TrainRequested",outcome="done"} 1',
    'trainyard_events_handled_total{service="registry",topic="training.events",type="TrainCompleted",outcome="dead"} 1',
    'trainyard_event_handle_seconds_count{service="training",topic="training.commands",type="TrainRequested"} 2',
    'trainyard_event_lag_seconds_bucket{le="120",service="training",topic="training.commands"} 1',
    'trainyard_dead_letters_total{service="registry",topic="training.events",code="SCHEMA_UNKNOWN"} 1',
    'trainyard_conflicts_total{service="training",aggregate="TrainingJob"} 1',
    'trainyard_leases_lost_total{service="training",aggregate="TrainingJob"} 1',
    'trainyard_leases_expired_total{service="training",aggregate="TrainingJob"} 1',
    'trainyard_events_published_total{service="training",type="TrainCompleted"} 1',
    'trainyard_outbox_age_seconds_bucket{le="0.025",service="training"} 1',
    'trainyard_outbox_pending{service="training"} 3',
    'trainyard_outbox_oldest_seconds{service="training"} 12.5',
    'trainyard_queue_wait_seconds_sum{service="training",work="job",pool="cpu"} 2',
    'trainyard_slots_busy{service="training",pool="cpu"} 1',
    'trainyard_work_seconds_count{service="training",work="job",pool="cpu",outcome="succeeded"} 1',
    'trainyard_worker_cpu_seconds_total{service="training"} 1.5',
    'trainyard_worker_ended_total{service="training",code="OUT_OF_MEMORY"} 1',
  ]) {
    assert.ok(body.includes(`${line}\n`), line);
  }
  assert.match(body, /^process_resident_memory_bytes \d+/m);
});

test('names that senders and callers make up cannot fill the memory', async () => {
  const flow = flowRecorder('flooded');
  const answered = httpRecorder('flooded');
  for (let i = 0; i < 1000; i += 1) {
    flow.handled('t', `Made.Up.${i}`, 'dead', 0);
    answered({ method: `M${i}`, route: `/made/up/${i}`, status: 200, seconds: 0 });
  }
  const { body } = await metricsOf();
  for (const name of ['trainyard_events_handled_total', 'trainyard_http_request_seconds_count']) {
    const series = seriesOf(body, `${name}{service="flooded"`);
    assert.ok(series.length <= 201, `${series.length} series of ${name}`);
    assert.ok(series.some((line) => /(type|route)="other"/.test(line)));
  }
});

test('a name not used for long makes room for a new one, and its series go', () => {
  let now = 0;
  const forgotten: string[] = [];
  const names = new BoundedLabels({ most: 2, idleMs: 100, forgotten: (name) => forgotten.push(name), now: () => now });
  assert.deepEqual([names.of('a'), names.of('b'), names.of('c')], ['a', 'b', 'other']);
  now = 90;
  assert.equal(names.of('a'), 'a');
  now = 150;
  assert.deepEqual([names.of('c'), names.of('b')], ['c', 'other'], 'b was the one not used for 100 ms');
  assert.deepEqual(forgotten, ['b']);
});

test('both text formats can be asked for at the same time, each under its names', async () => {
  flowRecorder('both').deadLetter('t', 'CODE');
  const [text, open] = await Promise.all([metricsOf('prometheus'), metricsOf('openmetrics')]);
  const again = await metricsOf();
  assert.match(open.type, /^application\/openmetrics-text; version=1\.0\.0/);
  assert.match(open.body, /^# TYPE trainyard_dead_letters counter$/m);
  assert.match(open.body, /^trainyard_dead_letters_total\{service="both",topic="t",code="CODE"\} 1$/m);
  assert.ok(open.body.endsWith('# EOF\n'));
  for (const { body } of [text, again]) {
    assert.match(body, /^# TYPE trainyard_dead_letters_total counter$/m);
    assert.match(body, /^trainyard_dead_letters_total\{service="both"/m);
  }
});

test('what is measured on demand is measured at most once a second, and a failure leaves the rest readable', async () => {
  let asked = 0;
  const ending = [
    collect(() => void asked++),
    collect(async () => Promise.reject(new Error('the store is away'))),
    watchDisk('measured', tmpdir()),
  ];
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await metricsOf();
  const { body } = await metricsOf();
  for (const end of ending) end();
  assert.equal(asked, 1);
  assert.match(body, /^trainyard_disk_available_bytes\{service="measured"\} [1-9]/m);
});

test('reads what nvidia-smi tells, does without it, and forgets what it told when it no longer answers', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nvidia-'));
  const program = path.join(folder, 'nvidia-smi');
  writeFileSync(program, '#!/bin/sh\nprintf "0, 37, 1024, 81559\\n1, [N/A], 5, 81559\\nNo devices were found\\n"\n');
  chmodSync(program, 0o755);
  const ending = [watchGpus('gpus', program), watchGpus('none', path.join(folder, 'missing'))];
  const told = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return (await metricsOf()).body;
  };
  const body = await told();
  assert.match(body, /^trainyard_gpu_utilization_ratio\{service="gpus",gpu="0"\} 0\.37$/m);
  assert.match(body, /^trainyard_gpu_memory_used_bytes\{service="gpus",gpu="0"\} 1073741824$/m);
  // A card that is split tells its memory and not how busy it is.
  assert.match(body, /^trainyard_gpu_memory_used_bytes\{service="gpus",gpu="1"\} 5242880$/m);
  assert.doesNotMatch(body, /gpu_utilization_ratio\{service="gpus",gpu="1"/);
  assert.deepEqual(seriesOf(body, 'trainyard_gpu_utilization_ratio{service="none"'), []);
  writeFileSync(program, '#!/bin/sh\nexit 9\n');
  assert.deepEqual(seriesOf(await told(), 'trainyard_gpu_memory_used_bytes{service="gpus"'), []);
  for (const end of ending) end();
  rmSync(folder, { recursive: true });
});

test('every metric follows the naming rules', () => {
  assert.equal(new Set(platformMetrics.map(({ name }) => name)).size, platformMetrics.length);
  for (const { name, type, help, buckets } of platformMetrics) {
    assert.match(name, /^trainyard_[a-z][a-z_]*[a-z]$/);
    assert.equal(/_total$/.test(name), type === 'counter', name);
    assert.doesNotMatch(name, /_(ms|milliseconds|minutes|kb|mb|percent)(_|$)/, 'base units only');
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.equal(buckets !== undefined, type === 'histogram', name);
    assert.match(help, /\.$/, `a sentence: ${help}`);
  }
});
