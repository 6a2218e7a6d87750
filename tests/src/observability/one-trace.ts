import assert from 'node:assert/strict';
import { eventually } from '../chaos/eventually.js';
import type { OtlpReceiver, ReceivedSpan } from './otlp-receiver.js';

/** What a caller sends along: the trace that everything has to belong to. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER_SPAN = 'b7ad6b7169203331';
export const TRACEPARENT = `00-${TRACE_ID}-${CALLER_SPAN}-01`;

/** From the REST call to the deployed model, who does what. */
const steps = [
  ['gateway', 'POST /api/v1/models/train'],
  ['training', 'handle TrainRequested'],
  ['training', 'work on job'],
  ['training', 'read'],
  ['training', 'prepare'],
  ['training', 'fit'],
  ['training', 'evaluate'],
  ['training', 'store'],
  ['evaluator', 'handle TrainCompleted'],
  ['evaluator', 'work on evaluation'],
  ['registry', 'handle EvaluationCompleted'],
  ['serving', 'handle DeploymentRequested'],
  ['serving', 'work on deployment'],
  ['training', 'handle DeploymentReady'],
  ['gateway', 'handle JobCompleted'],
] as const;

/**
 * Waits for the spans of all steps, and checks that they hang together: each is below another one of the same trace, or
 * below the caller's own span, which only the first call is.
 * @param processOf the name that the process of a service gives itself
 */
export async function assertOneTrace(
  receiver: OtlpReceiver,
  processOf: (service: string) => string,
): Promise<ReceivedSpan[]> {
  const missing = () => {
    const told = new Set(receiver.inTrace(TRACE_ID).map(({ process, name }) => `${process}: ${name}`));
    return steps.map(([service, name]) => `${processOf(service)}: ${name}`).filter((step) => !told.has(step));
  };
  await eventually('every step has its span', async () => {
    assert.deepEqual(missing(), []);
    return true;
  });
  const spans = receiver.inTrace(TRACE_ID);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === CALLER_SPAN);
  assert.deepEqual(
    roots.map(({ name }) => name),
    ['POST /api/v1/models/train'],
  );
  for (const { name, parentSpanId } of spans) {
    assert.ok(parentSpanId === CALLER_SPAN || ids.has(parentSpanId ?? ''), `${name} hangs in the air`);
  }
  assertPhases(spans);
  return spans;
}

/** What the clocks of two processes may differ by, in milliseconds. */
const CLOCKS = 50;
const phases = ['read', 'prepare', 'fit', 'evaluate', 'store'];

/** What the worker process did hangs below the attempt, one after the other, and is told of as that process's doing. */
function assertPhases(spans: readonly ReceivedSpan[]): void {
  const attempt = spans.find(({ name }) => name === 'work on job')!;
  const done = spans.filter(({ parentSpanId, name }) => parentSpanId === attempt.spanId && phases.includes(name));
  done.sort((a, b) => a.begin - b.begin);
  assert.deepEqual(
    done.map(({ name }) => name),
    phases,
  );
  const pids = new Set(
    done.map(({ attributes }) => attributes.find(({ key }) => key === 'process.pid')?.value.intValue),
  );
  assert.equal(pids.size, 1, 'one worker process');
  done.forEach(({ name, begin, end }, i) => {
    const next = done[i + 1]?.begin ?? attempt.end;
    const inTime = begin >= attempt.begin - CLOCKS && begin <= end && end <= next + CLOCKS;
    assert.ok(inTime, `${name} from ${begin} to ${end}, the next at ${next}`);
  });
}
