import os from 'node:os';

/** The machine and its state in one line. */
export function describeMachine(): string {
  const model = os.cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memory = (os.totalmem() / 2 ** 30).toFixed(0);
  return `${os.availableParallelism()} cores of ${model}, ${memory} GiB memory, ${os.type()} ${os.release()}, Node ${process.version}`;
}

/** Load averages over 1, 5 and 15 minutes: above the number of cores, something else was running too. */
export function describeLoad(): string {
  return os
    .loadavg()
    .map((load) => load.toFixed(2))
    .join(', ');
}
