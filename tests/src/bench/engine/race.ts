import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PythonPeers } from '../../interop/python.js';
import { summarize } from '../report/statistics.js';
import type { Contest } from './contests.js';
import type { Job, Result } from './job.js';
import { syntheticData } from './synthetic.js';

const oursScript = fileURLToPath(new URL('./ours.js', import.meta.url));
const MOST_OUTPUT = 64 * 2 ** 20;

/** What a side needed and reached, by the median of its runs. */
export type Side = Omit<Result, 'scores'> & { readonly scores: Result['scores'] };

/** The medians of both sides, and the median of the ratios run by run. */
export interface Outcome {
  readonly contest: Contest;
  readonly ours: Side;
  readonly theirs: Side;
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** How the peer's threads wait for each other. Which is faster depends on the machine, so both are tried. */
const POLICIES = ['passive', 'active'] as const;
const OPENMP = ['xgboost', 'lightgbm'];

/** Runs both sides in turn, each run in a process of its own. The peer waits as it is fastest. */
export async function race(contest: Contest, peers: PythonPeers, threads: number, repeats: number): Promise<Outcome> {
  const { folder } = await syntheticData(contest.rows, contest.cols);
  const job = { ...contest.job, folder, threads };
  const ours: Result[] = [];
  const theirs: Result[] = [];
  let policy: (typeof POLICIES)[number] = 'passive';
  const timeOf = (result: Result) => (contest.compares === 'fit' ? result.fit : result.predict);
  for (let repeat = 0; repeat < repeats; repeat++) {
    const seed = 7 + repeat;
    ours.push(await runOurs({ ...job, ...contest.ours, seed }));
    let best = await runTheirs(peers, { ...job, ...contest.theirs, seed }, policy);
    if (repeat === 0 && threads > 1 && OPENMP.includes(contest.theirs.model)) {
      const other = await runTheirs(peers, { ...job, ...contest.theirs, seed }, 'active');
      if (timeOf(other) < timeOf(best)) [best, policy] = [other, 'active'];
    }
    theirs.push(best);
  }
  const ratios = ours.map((result, i) => timeOf(result) / timeOf(theirs[i]!));
  return { contest, ours: medians(ours), theirs: medians(theirs), ratio: summarize(ratios).p50, ratios };
}

export async function runOurs(job: Job): Promise<Result> {
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [oursScript, JSON.stringify(job)], { maxBuffer: MOST_OUTPUT });
  return JSON.parse(stdout) as Result;
}

export async function runTheirs(peers: PythonPeers, job: Job, policy: string = 'passive'): Promise<Result> {
  const output = await peers.run('peers.py', [JSON.stringify(job)], '', { OMP_WAIT_POLICY: policy });
  return JSON.parse(output) as Result;
}

function medians(results: readonly Result[]): Side {
  const median = (of: (result: Result) => number) => summarize(results.map(of)).p50;
  const first = results[0]!;
  const scores = Object.keys(first.scores).map((name) => [name, median((result) => result.scores[name]!)]);
  return {
    fit: median(({ fit }) => fit),
    cpu: median(({ cpu }) => cpu),
    peak: median(({ peak }) => peak),
    fitMemory: median(({ fitMemory }) => fitMemory),
    predict: median(({ predict }) => predict),
    ...(first.oneRowP50 === undefined ? {} : { oneRowP50: median(({ oneRowP50 }) => oneRowP50!) }),
    ...(first.oneRowP99 === undefined ? {} : { oneRowP99: median(({ oneRowP99 }) => oneRowP99!) }),
    scores: Object.fromEntries(scores),
  };
}
