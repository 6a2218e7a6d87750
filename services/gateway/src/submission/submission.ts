import { createHash } from 'node:crypto';
import type { Aggregate, Announcement, Wake } from '@trainyard/flow';

/** A command that somebody sent over HTTP, kept so that it is published once however often it is sent. */
export interface SubmissionState {
  readonly announcement: Announcement;
  readonly submittedAt: number;
}

export type SubmissionCommand = { readonly type: 'Submit'; readonly announcement: Announcement };

interface Submitted extends SubmissionState {
  readonly type: 'Submitted';
}

/** Its id is made from the event's source and id. */
export const submission: Aggregate<SubmissionState, SubmissionCommand, Submitted> = {
  name: 'Submission',
  fields: { submittedAt: 'number' },
  indexes: [['submittedAt']],
  decide,
  evolve: (_state, { announcement, submittedAt }) => ({ announcement, submittedAt }),
  announce: ({ announcement }) => [announcement],
  index: ({ submittedAt }) => ({ submittedAt }),
};

function decide(
  state: SubmissionState | undefined,
  command: SubmissionCommand | Wake,
  { now }: { now: number },
): Submitted[] {
  if (state || command.type === 'Wake') return [];
  return [{ type: 'Submitted', announcement: command.announcement, submittedAt: now }];
}

/** The same for a repeated command. */
export function submissionId(identity: string): string {
  return createHash('sha256').update(identity).digest('hex');
}
