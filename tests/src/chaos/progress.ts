import { builtinSchemas, EventCodec, type EventData } from '@trainyard/contracts';
import type { TopicLog } from './topic-log.js';

export const codec = new EventCodec(builtinSchemas());

/** What a job's attempt reported of its iterations, in the order it was published. */
export async function iterationsOf(log: TopicLog, jobId: string, attempt: number): Promise<number[]> {
  const reports = await Promise.all(log.events('TrainProgressed', jobId).map((delivery) => codec.decode(delivery)));
  return reports
    .map(({ data }) => data as EventData['TrainProgressed'])
    .filter((report) => report.attempt === attempt && report.iteration > 0)
    .map(({ iteration }) => iteration);
}
