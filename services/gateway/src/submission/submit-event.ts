import { EventError, type EventType, eventTypeOf, fullNameOf, kindOf } from '@trainyard/contracts';
import type { Announcement, Flow } from '@trainyard/flow';
import { Problem } from '@trainyard/service';
import { submit } from '../endpoints/train.js';
import { jobView } from '../job/job-view.js';
import { trainRequest } from '../job/train-request.js';
import type { CloudEvent } from './cloud-event.js';
import { submission, submissionId } from './submission.js';

/** The commands that users may send, and the field that orders each: others are between the services. */
const KEYS: Partial<Record<EventType, string>> = {
  TrainRequested: 'jobId',
  CancelRequested: 'jobId',
  OptimizeRequested: 'jobId',
  OptimizeCancelRequested: 'studyId',
  EvaluateRequested: 'modelId',
  StageChangeRequested: 'modelId',
  DeploymentRequested: 'modelId',
  UndeployRequested: 'modelId',
  BatchPredictRequested: 'batchId',
};

export interface Submitted {
  readonly id: string;
  readonly type: string;
  readonly jobId?: string;
}

/**
 * Hands one command on, once for its source and id.
 * @throws Problem EVENT_UNKNOWN, EVENT_NOT_ALLOWED or EVENT_INVALID; what `submit` and a cancellation throw
 */
export async function submitEvent(flow: Flow, event: CloudEvent): Promise<Submitted> {
  const type = allowedType(event.type);
  const identity = `${event.source}|${event.id}`;
  if (type === 'TrainRequested') {
    const { jobId } = await submit(flow, trainRequest.parse(event.data), identity);
    return { id: event.id, type: fullNameOf(type), jobId };
  }
  if (type === 'CancelRequested' && (await flow.load(jobView, String(event.data.jobId)))) {
    const jobId = String(event.data.jobId);
    await flow.handle(jobView, jobId, { type: 'Cancel', reason: String(event.data.reason ?? 'asked for by an event') });
    return { id: event.id, type: fullNameOf(type), jobId };
  }
  const announcement = await announcementOf(flow, type, event);
  await flow.handle(submission, submissionId(identity), { type: 'Submit', announcement });
  return { id: event.id, type: fullNameOf(type) };
}

function allowedType(name: string): EventType {
  const type = eventTypeOf(name);
  const allowed = Object.keys(KEYS).join(', ');
  if (!type) throw new Problem(400, 'EVENT_UNKNOWN', `there is no event "${name}"; send one of ${allowed}`);
  if (KEYS[type]) return type;
  const what =
    kindOf(type) === 'command' ? 'a command between the services' : 'a fact, which only its service may tell';
  throw new Problem(403, 'EVENT_NOT_ALLOWED', `${type} is ${what}; send one of ${allowed}`);
}

/** Encodes it once, so that what is stored can be published for certain. */
async function announcementOf(flow: Flow, type: EventType, { id, source, data }: CloudEvent): Promise<Announcement> {
  const key = String(data[KEYS[type] as string] ?? '');
  const announcement = { type, key, data } as unknown as Announcement;
  try {
    await flow.ports.codec.encode({ ...announcement, id, source, time: flow.ports.clock.now() } as never);
  } catch (error) {
    if (!(error instanceof EventError)) throw error;
    throw new Problem(400, 'EVENT_INVALID', error.message, { field: error.field });
  }
  return announcement;
}
