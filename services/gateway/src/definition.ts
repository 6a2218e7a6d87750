import type { AnyMessage, Message } from '@trainyard/contracts';
import type { ServiceDefinition, Target } from '@trainyard/flow';
import { jobView } from './job/job-view.js';
import type { ProgressTable } from './stream/progress-table.js';
import { submission } from './submission/submission.js';

/** The gateway: hands requests on, follows what becomes of jobs, and hears how far running ones are. */
export function createGatewayDefinition(progress: Pick<ProgressTable, 'hear'>): ServiceDefinition {
  return {
    name: 'gateway',
    aggregates: [jobView, submission],
    topics: ['training.events', 'tuning.events', 'evaluation.events'],
    route,
    broadcasts: {
      topics: ['training.telemetry'],
      hear: (message) => {
        if (message.type === 'TrainProgressed') progress.hear((message as Message<'TrainProgressed'>).data);
      },
    },
  };
}

/** Which job a message is about. */
function route(message: AnyMessage): Target[] {
  switch (message.type) {
    case 'JobAccepted':
    case 'JobQueued':
    case 'TrainStarted':
    case 'AttemptFailed':
    case 'TrainCompleted':
    case 'JobDeploying':
    case 'JobCompleted':
    case 'JobFailed':
    case 'JobCancelled':
    case 'StudyStarted':
    case 'TrialRecorded':
    case 'OptimizeCompleted':
    case 'EvaluationCompleted': {
      const { jobId } = message.data;
      const command = { type: message.type, data: message.data } as Target['command'];
      return jobId ? [{ aggregate: jobView, id: jobId, command }] : [];
    }
    default:
      return [];
  }
}
