import { currentTraceparent, type ExportedSpan, startSpan } from '@trainyard/telemetry';
import type { PhaseNote } from './attempt.js';

/** An attempt has six phases; one that tells of many more is not believed. */
const MOST_SPANS = 50;

/**
 * The phases of one attempt as spans below that of the attempt. The worker process tells when each begins and needs no
 * tracing of its own; the spans are kept here, so that the phase in which a process was killed has its span too.
 */
export class PhaseSpans {
  private readonly parent = currentTraceparent();
  private open: { readonly phase: string; readonly span: ExportedSpan } | undefined;
  private count = 0;

  /** Ends the phase before it. */
  enter({ phase, at: startedAt, pid }: PhaseNote): void {
    this.close({}, false, startedAt);
    if (++this.count > MOST_SPANS) return;
    const { parent } = this;
    const span = startSpan({ name: phase, parent, startedAt, attributes: { 'process.pid': pid } });
    this.open = span && { phase, span };
  }

  /** The attempt is done. */
  end(): void {
    this.close({}, false);
  }

  /** The attempt failed, in the phase that it was in. */
  fail(error: unknown): void {
    this.close({ 'error.type': String((error as { code?: string }).code ?? 'INTERNAL') }, true);
  }

  private close(attributes: Readonly<Record<string, string>>, failed: boolean, endedAt?: number): void {
    this.open?.span.end(this.open.phase, attributes, failed, endedAt);
    this.open = undefined;
  }
}
