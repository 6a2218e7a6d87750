import type { ServerResponse } from 'node:http';

const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing while this much waits is gone or hopeless. */
const MAX_BUFFERED_BYTES = 1 << 20;

/** One open answer of server-sent events (HTML standard, `text/event-stream`). */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;
  private ended = false;

  constructor(
    private readonly response: ServerResponse,
    onClose: () => void,
  ) {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.heartbeat = setInterval(() => this.write(':\n\n'), HEARTBEAT_MS);
    this.heartbeat.unref();
    response.once('close', () => {
      this.ended = true;
      clearInterval(this.heartbeat);
      onClose();
    });
  }

  send(event: string, data: object, id?: number): void {
    const line = id === undefined ? '' : `id: ${id}\n`;
    this.write(`${line}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    if (!this.ended) this.response.end();
    this.ended = true;
  }

  private write(text: string): void {
    if (this.ended) return;
    if (this.response.writableLength > MAX_BUFFERED_BYTES) this.response.destroy();
    else this.response.write(text);
  }
}
