import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics, metricsOf } from './metrics.js';

test('counts what the flow reports, by service', async () => {
  const training = createMetrics('training').flow;
  const registry = createMetrics('registry').flow;
  training.handled('training.commands', 'TrainRequested', 'done', 0.004);
  training.handled('training.commands', 'TrainRequested', 'repeated', 0.001);
  registry.handled('training.events', 'TrainCompleted', 'dead', 0.2);
  registry.deadLetter('training.events', 'SCHEMA_UNKNOWN');
  training.conflict('TrainingJob');
  training.leaseLost('TrainingJob');
  training.published('TrainCompleted', 0.02);
  training.outboxPending(3);
  const { type, body } = await metricsOf('text/plain');
  assert.match(type, /^text\/plain/);
  for (const line of [
    'trainyard_events_handled_total{service="training",topic="training.commands",type="TrainRequested",outcome="done"} 1',
    'trainyard_events_handled_total{service="registry",topic="training.events",type="TrainCompleted",outcome="dead"} 1',
    'trainyard_event_handle_seconds_count{service="training",topic="training.commands",type="TrainRequested"} 2',
    'trainyard_dead_letters_total{service="registry",topic="training.events",code="SCHEMA_UNKNOWN"} 1',
    'trainyard_conflicts_total{service="training",aggregate="TrainingJob"} 1',
    'trainyard_leases_lost_total{service="training",aggregate="TrainingJob"} 1',
    'trainyard_events_published_total{service="training",type="TrainCompleted"} 1',
    'trainyard_outbox_age_seconds_bucket{le="0.025",service="training"} 1',
    'trainyard_outbox_pending{service="training"} 3',
  ]) {
    assert.ok(body.includes(`${line}\n`), line);
  }
  assert.match(body, /^process_resident_memory_bytes \d+/m);
});

test('names that senders make up cannot fill the memory', async () => {
  const { flow } = createMetrics('flooded');
  for (let i = 0; i < 1000; i += 1) flow.handled('t', `Made.Up.${i}`, 'dead', 0);
  const { body } = await metricsOf();
  const series = body.split('\n').filter((line) => line.startsWith('trainyard_events_handled_total{service="flooded"'));
  assert.ok(series.length <= 201, `${series.length} series`);
  assert.ok(series.some((line) => line.includes('type="other"')));
});
