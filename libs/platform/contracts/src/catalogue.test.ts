import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextOf, eventTypeOf, eventTypes, fullNameOf, kindOf, topicOf, topics } from './index.js';

test('commands, facts and telemetry have topics of their own', () => {
  assert.equal(topicOf('TrainRequested'), 'training.commands');
  assert.equal(topicOf('TrainCompleted'), 'training.events');
  assert.equal(topicOf('TrainProgressed'), 'training.telemetry');
  assert.equal(topicOf('PredictionLogged'), 'serving.telemetry');
  assert.equal(kindOf('UndeployRequested'), 'command');
  assert.equal(contextOf('OptimizeRequested'), 'tuning');
  assert.equal(fullNameOf('StageChanged'), 'io.trainyard.registry.StageChanged');
});

test('the catalogue names every topic once, and dead letters for all but telemetry', () => {
  const names = topics.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const type of eventTypes) {
    assert.ok(names.includes(topicOf(type)));
    assert.equal(names.includes(`${topicOf(type)}.dead`), kindOf(type) !== 'telemetry');
  }
  for (const { partitions } of topics) assert.ok(partitions >= 1);
});

test('an event is found by its full name, its bare name or another namespace', () => {
  for (const type of eventTypes) assert.equal(eventTypeOf(fullNameOf(type)), type);
  assert.equal(eventTypeOf('TrainRequested'), 'TrainRequested');
  assert.equal(eventTypeOf('com.example.TrainRequested'), 'TrainRequested');
  assert.equal(eventTypeOf('toString'), undefined);
  assert.equal(eventTypeOf(''), undefined);
});
