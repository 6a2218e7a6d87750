import type { AlertCase } from './case.js';

/** `queue{...}` and `slots{...}` as two training processes tell them. */
const depth = (pool: string) => `trainyard_queue_depth{service="training",work="job",pool="${pool}",instance="a"}`;
const slots = (pool: string, instance = 'a') =>
  `trainyard_slots{service="training",pool="${pool}",instance="${instance}"}`;
const busy = (pool: string) => `trainyard_slots_busy{service="training",pool="${pool}",instance="a"}`;
const oldest = (instance: string) =>
  `trainyard_queue_oldest_seconds{service="training",work="job",pool="cpu",instance="${instance}"}`;
const GPU_USE = 'trainyard_gpu_utilization_ratio{service="training",gpu="0",instance="a"}';
const answered = 'trainyard_prediction_seconds_count{service="serving",model="m",version="1.0.0"}';
const failed = (status: string) =>
  `trainyard_prediction_failures_total{service="serving",model="m",version="1.0.0",status="${status}",code="C"}`;
const answeredWithin = (le: string) =>
  `trainyard_prediction_seconds_bucket{service="serving",model="m",version="1.0.0",le="${le}"}`;
const drift = (metric: string, instance: string) =>
  `trainyard_${metric}{service="serving",model="m",version="1.0.0",instance="${instance}"}`;
const outbox = (instance: string) => `trainyard_outbox_oldest_seconds{service="training",instance="${instance}"}`;
const dead = 'trainyard_dead_letters_total{service="training",topic="training.commands",code="BAD_MAGIC",instance="a"}';
const expired = 'trainyard_leases_expired_total{service="training",aggregate="TrainingJob",instance="a"}';
const lost = 'trainyard_leases_lost_total{service="training",aggregate="TrainingJob",instance="a"}';
const handled = (outcome: string) =>
  `trainyard_events_handled_total{service="registry",topic="training.events",type="JobAccepted",outcome="${outcome}"}`;
const disk = { available: 'trainyard_disk_available_bytes', size: 'trainyard_disk_size_bytes' };
const registryOn = '{service="registry",instance="a"}';

const queueCases: readonly AlertCase[] = [
  {
    alert: 'TrainyardWorkWaitsTooLong',
    when: 'a job waits for half an hour, told by two processes',
    series: { [oldest('a')]: '0+60x40', [oldest('b')]: '0+60x40' },
    minutes: 30,
    fires: [{ work: 'job', pool: 'cpu' }],
  },
  {
    alert: 'TrainyardWorkWaitsTooLong',
    when: 'jobs wait for ten minutes again and again',
    series: { [oldest('a')]: '0+60x10 0+60x10 0+60x10' },
    minutes: 30,
    fires: [],
  },
  {
    alert: 'TrainyardNoLiveWorker',
    when: 'a GPU job waits, and only the cpu pool has workers',
    series: { [depth('gpu')]: '2x30', [slots('cpu')]: '2x30' },
    minutes: 20,
    fires: [{ pool: 'gpu' }],
  },
  {
    alert: 'TrainyardNoLiveWorker',
    when: 'the only worker stops offering slots',
    series: { [depth('cpu')]: '1x30', [slots('cpu')]: '2x5 0x25' },
    minutes: 20,
    fires: [{ pool: 'cpu' }],
  },
  {
    alert: 'TrainyardNoLiveWorker',
    when: 'a pod comes up within ten minutes',
    series: { [depth('gpu')]: '2x30', [slots('gpu')]: '_x8 1x22' },
    minutes: 20,
    fires: [],
  },
  {
    alert: 'TrainyardNoLiveWorker',
    when: 'nothing waits and nobody works',
    series: { [depth('gpu')]: '0x30' },
    minutes: 20,
    fires: [],
  },
  {
    alert: 'TrainyardGpuIdle',
    when: 'a slot is free while jobs wait',
    series: { [depth('gpu')]: '3x30', [slots('gpu')]: '2x30', [busy('gpu')]: '1x30' },
    minutes: 20,
    fires: [{}],
  },
  {
    alert: 'TrainyardGpuIdle',
    when: 'the slots are busy and the GPU computes nothing',
    series: { [depth('gpu')]: '3x30', [slots('gpu')]: '1x30', [busy('gpu')]: '1x30', [GPU_USE]: '0.01x30' },
    minutes: 20,
    fires: [{}],
  },
  {
    alert: 'TrainyardGpuIdle',
    when: 'the GPU works while jobs wait',
    series: { [depth('gpu')]: '3x30', [slots('gpu')]: '1x30', [busy('gpu')]: '1x30', [GPU_USE]: '0.8x30' },
    minutes: 20,
    fires: [],
  },
  {
    alert: 'TrainyardGpuIdle',
    when: 'the GPU rests and nothing waits',
    series: { [depth('gpu')]: '0x30', [slots('gpu')]: '1x30', [busy('gpu')]: '0x30', [GPU_USE]: '0x30' },
    minutes: 20,
    fires: [],
  },
];

const eventCases: readonly AlertCase[] = [
  {
    alert: 'TrainyardOutboxStuck',
    when: 'Kafka is away and the oldest event ages',
    series: { [outbox('a')]: '0+60x20', [outbox('b')]: '0+60x20' },
    minutes: 10,
    fires: [{ service: 'training' }],
  },
  {
    alert: 'TrainyardOutboxStuck',
    when: 'a broker restarts within a minute',
    series: { [outbox('a')]: '0 0 30 50 0 0 0 0 0 0 0' },
    minutes: 10,
    fires: [],
  },
  {
    alert: 'TrainyardDeadLetters',
    when: 'the first dead letter ever makes a new series',
    series: { [dead]: '_x5 1x10' },
    minutes: 10,
    fires: [{ service: 'training', topic: 'training.commands', code: 'BAD_MAGIC' }],
  },
  {
    alert: 'TrainyardDeadLetters',
    when: 'another one comes after many',
    series: { [dead]: '7x30 8x10' },
    minutes: 35,
    fires: [{ service: 'training', topic: 'training.commands', code: 'BAD_MAGIC' }],
  },
  {
    alert: 'TrainyardDeadLetters',
    when: 'the last one came an hour ago',
    series: { [dead]: '_x5 1x90' },
    minutes: 80,
    fires: [],
  },
  {
    alert: 'TrainyardLeasesLost',
    when: 'two workers were killed',
    series: { [expired]: '_x5 2x30' },
    minutes: 15,
    fires: [{ service: 'training', aggregate: 'TrainingJob' }],
  },
  {
    alert: 'TrainyardLeasesLost',
    when: 'workers notice that they lost their leases, in a process that runs for long',
    series: { [lost]: '4x60 5+1x20' },
    minutes: 70,
    fires: [{ service: 'training', aggregate: 'TrainingJob' }],
  },
  {
    alert: 'TrainyardLeasesLost',
    when: 'one worker was lost with its machine',
    series: { [expired]: '0x20 1x20' },
    minutes: 25,
    fires: [],
  },
  {
    alert: 'TrainyardHandlersFail',
    when: 'the database is away and every message comes again',
    series: { [handled('retry')]: '0+60x20', [handled('done')]: '5x20' },
    minutes: 15,
    fires: [{ service: 'registry', topic: 'training.events' }],
  },
  {
    alert: 'TrainyardHandlersFail',
    when: 'a few tries fail while much is handled',
    series: { [handled('retry')]: '0 3 3 3 3 3 3 3 3 3 3 3 3 3 3 3', [handled('done')]: '0+600x20' },
    minutes: 15,
    fires: [],
  },
];

const servingCases: readonly AlertCase[] = [
  {
    alert: 'TrainyardServingErrors',
    when: 'one call in ten fails for a reason of the platform',
    series: { [answered]: '0+540x20', [failed('500')]: '0+60x20' },
    minutes: 15,
    fires: [{ model: 'm' }],
  },
  {
    alert: 'TrainyardServingErrors',
    when: 'the model answers nothing at all',
    series: { [failed('503')]: '0+60x20' },
    minutes: 15,
    fires: [{ model: 'm' }],
  },
  {
    alert: 'TrainyardServingErrors',
    when: 'callers send what the model does not know',
    series: { [answered]: '0+540x20', [failed('400')]: '0+60x20' },
    minutes: 15,
    fires: [],
  },
  {
    alert: 'TrainyardServingSlow',
    when: 'a twentieth of the calls takes a second',
    series: {
      [answeredWithin('0.1')]: '0+95x30',
      [answeredWithin('1')]: '0+100x30',
      [answeredWithin('+Inf')]: '0+100x30',
    },
    minutes: 25,
    fires: [{ model: 'm' }],
  },
  {
    alert: 'TrainyardServingSlow',
    when: 'all calls are quick',
    series: {
      [answeredWithin('0.1')]: '0+100x30',
      [answeredWithin('1')]: '0+100x30',
      [answeredWithin('+Inf')]: '0+100x30',
    },
    minutes: 25,
    fires: [],
  },
  {
    alert: 'TrainyardServingSlow',
    when: 'nobody calls',
    series: { [answeredWithin('0.1')]: '5x30', [answeredWithin('1')]: '9x30', [answeredWithin('+Inf')]: '9x30' },
    minutes: 25,
    fires: [],
  },
  {
    alert: 'TrainyardModelDrift',
    when: 'a feature moved, as one of two processes sees it',
    series: { [drift('drift_psi', 'a')]: '0.05x20 0.4x60', [drift('drift_psi', 'b')]: '0.1x80' },
    minutes: 60,
    fires: [{ model: 'm', version: '1.0.0' }],
  },
  {
    alert: 'TrainyardModelDrift',
    when: 'the features are as they were, and the answers are not',
    series: { [drift('drift_psi', 'a')]: '0.1x60', [drift('prediction_drift_psi', 'a')]: '0.3x60' },
    minutes: 45,
    fires: [{ model: 'm', version: '1.0.0' }],
  },
  {
    alert: 'TrainyardModelDrift',
    when: 'a burst of odd calls is over after twenty minutes',
    series: { [drift('drift_psi', 'a')]: '0.1x20 0.6x20 0.1x60', [drift('prediction_drift_psi', 'a')]: '0.1x100' },
    minutes: 45,
    fires: [],
  },
  {
    alert: 'TrainyardModelDrift',
    when: 'the old version drifted and a new one has taken over',
    series: {
      [drift('drift_psi', 'a')]: '0.6x40',
      'trainyard_drift_psi{service="serving",model="m",version="1.0.1",instance="a"}': '_x40 0.02x80',
    },
    minutes: 100,
    fires: [],
  },
];

const machineCases: readonly AlertCase[] = [
  {
    alert: 'TrainyardDiskFull',
    when: 'a disk fills up',
    series: { [disk.available + registryOn]: '100-5x30', [disk.size + registryOn]: '100x40' },
    minutes: 28,
    fires: [{ service: 'registry', instance: 'a' }],
  },
  {
    alert: 'TrainyardDiskFull',
    when: 'a fifth of the disk is left',
    series: { [disk.available + registryOn]: '20x30', [disk.size + registryOn]: '100x30' },
    minutes: 25,
    fires: [],
  },
];

export const alertCases: readonly AlertCase[] = [...queueCases, ...eventCases, ...servingCases, ...machineCases];
