import type { AnyMessage } from '@trainyard/contracts';
import type { ServiceDefinition, Target } from '@trainyard/flow';
import { study } from './study/study.js';

/** What each message means to the optimizer's studies. */
export function route(message: AnyMessage): readonly Target[] {
  switch (message.type) {
    case 'OptimizeRequested':
    case 'OptimizeCancelRequested':
    case 'TrialCompleted':
      return [{ aggregate: study, id: message.data.studyId, command: message }];
    default:
      return [];
  }
}

/** The optimizer, as a list: what it keeps and what it hears. */
export function createOptimizerDefinition(): ServiceDefinition {
  return { name: 'optimizer', aggregates: [study], topics: ['tuning.commands', 'training.events'], route };
}
