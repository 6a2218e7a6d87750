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
  return spans;
}
