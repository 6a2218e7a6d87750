import type { ServerResponse } from 'node:http';
import type { TrainProgressed } from '@trainyard/contracts';
import type { AggregateRecord, Flow } from '@trainyard/flow';
import { Problem } from '@trainyard/service';
import { progressFields, progressOf } from '../job/answer.js';
import { jobView } from '../job/job-view.js';
import { ended, type JobViewState } from '../job/state.js';
import { EventStream } from './event-stream.js';
import type { ProgressTable } from './progress-table.js';

const POLL_MS = 200;
const POLL_PAGE = 100;
/** Progress of one job is pushed at most this often; the latest is never left unsaid. */
const PUSH_EVERY_MS = 100;

interface Following {
  readonly stream: EventStream;
  /** The last notice that was sent. */
  seq: number;
}

interface Followed {
  readonly followers: Set<Following>;
  state: JobViewState;
  pushedAt: number;
  push?: NodeJS.Timeout;
}

/** The open event streams of this process: told at once of what this process stored, within the poll of what others did. */
export class JobStreams {
  private readonly jobs = new Map<string, Followed>();
  private readonly stopping = new AbortController();
  private readonly unlisten: (() => void)[] = [];
  private polling: Promise<void> | undefined;
  private count = 0;

  constructor(
    private readonly flow: Flow,
    private readonly progress: ProgressTable,
    private readonly maxStreams: number,
  ) {}

  start(): void {
    this.unlisten.push(
      this.flow.onCommit((aggregate, record) => {
        if (aggregate.name === jobView.name) this.tell((record as AggregateRecord<JobViewState>).state);
      }),
      this.progress.onProgress((progress) => this.schedule(progress)),
    );
    this.polling = this.poll();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const unlisten of this.unlisten) unlisten();
    for (const { followers } of this.jobs.values()) for (const { stream } of followers) stream.end();
    await this.polling;
  }

  /**
   * Answers with what happened after notice `after`, then with what happens, until the job has ended.
   * @throws Problem TOO_MANY_STREAMS
   */
  open(state: JobViewState, response: ServerResponse, after: number): void {
    if (this.count >= this.maxStreams) {
      const detail = `${this.count} event streams are open, which is the limit; close some, or poll the job instead`;
      throw new Problem(503, 'TOO_MANY_STREAMS', detail);
    }
    this.count++;
    const { jobId } = state;
    const followed = this.jobs.get(jobId) ?? { followers: new Set<Following>(), state, pushedAt: 0 };
    this.jobs.set(jobId, followed);
    const stream = new EventStream(response, () => this.close(jobId, following));
    const following: Following = { stream, seq: after };
    followed.followers.add(following);
    this.tell(state);
    const progress = this.progress.get(jobId);
    if (progress && followed.state.stage === 'running') this.sendProgress(progress, [following], followed.state);
  }

  private close(jobId: string, following: Following): void {
    this.count--;
    const followed = this.jobs.get(jobId);
    followed?.followers.delete(following);
    if (followed?.followers.size !== 0) return;
    clearTimeout(followed.push);
    this.jobs.delete(jobId);
  }

  /** Sends every follower the notices it has not had; ends the streams of an ended job. */
  private tell(state: JobViewState): void {
    const followed = this.jobs.get(state.jobId);
    if (!followed) return;
    if (state.seq > followed.state.seq) followed.state = state;
    const { history, stage } = followed.state;
    for (const following of followed.followers) {
      for (const { seq, event, data } of history) {
        if (seq <= following.seq) continue;
        following.stream.send(event, { jobId: state.jobId, ...data }, seq);
        following.seq = seq;
      }
      if (ended.has(stage)) following.stream.end();
    }
  }

  /** Pushes now when nothing was pushed lately, else the latest as soon as it may. */
  private schedule({ jobId }: TrainProgressed): void {
    const followed = this.jobs.get(jobId);
    if (!followed || followed.push) return;
    const push = () => {
      followed.push = undefined;
      followed.pushedAt = Date.now();
      const latest = this.progress.get(jobId);
      if (latest && !ended.has(followed.state.stage)) this.sendProgress(latest, followed.followers, followed.state);
    };
    const wait = followed.pushedAt + PUSH_EVERY_MS - Date.now();
    if (wait <= 0) push();
    else followed.push = setTimeout(push, wait);
  }

  private sendProgress(latest: TrainProgressed, followers: Iterable<Following>, state: JobViewState): void {
    const { jobId, attempt } = latest;
    const progress = progressOf({ ...state, stage: 'running' }, latest);
    const data = { jobId, attempts: attempt, progress, ...progressFields(latest) };
    for (const { stream } of followers) stream.send('progress', data);
  }

  private async poll(): Promise<void> {
    const { clock, log } = this.flow.ports;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(POLL_MS, this.stopping.signal);
      try {
        const ids = [...this.jobs.keys()];
        for (let i = 0; i < ids.length && !this.stopping.signal.aborted; i += POLL_PAGE) {
          const where = { id: { in: ids.slice(i, i + POLL_PAGE) } };
          const found = await this.flow.find<JobViewState>(jobView, { where, limit: POLL_PAGE });
          for (const { state } of found) this.tell(state);
        }
      } catch (error) {
        log.warn({ error }, 'looking for news of jobs failed');
      }
    }
  }
}
