export interface ServerSentEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads an event stream as a browser's EventSource does. */
export class EventReader {
  readonly #abort: AbortController;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = '';

  private constructor(response: Response, abort: AbortController) {
    this.#abort = abort;
    this.#chunks = (response.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  }

  static async open(url: string, lastEventId?: string): Promise<EventReader> {
    const abort = new AbortController();
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await fetch(url, { headers, signal: abort.signal });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    return new EventReader(response, abort);
  }

  /** All events up to and with the first that is wanted. */
  async until(wanted: (event: ServerSentEvent) => boolean): Promise<ServerSentEvent[]> {
    const events: ServerSentEvent[] = [];
    for await (const event of this.#events()) {
      events.push(event);
      if (wanted(event)) return events;
    }
    throw new Error(`the stream ended before that: ${JSON.stringify(events)}`);
  }

  /** All events until the server ends the stream. */
  async toEnd(): Promise<ServerSentEvent[]> {
    const events: ServerSentEvent[] = [];
    for await (const event of this.#events()) events.push(event);
    return events;
  }

  close(): void {
    this.#abort.abort();
  }

  async *#events(): AsyncGenerator<ServerSentEvent> {
    for (;;) {
      const end = this.#rest.indexOf('\n\n');
      if (end >= 0) {
        const event = parse(this.#rest.slice(0, end));
        this.#rest = this.#rest.slice(end + 2);
        if (event) yield event;
        continue;
      }
      const { value, done } = await this.#chunks.next();
      if (done) return;
      this.#rest += this.#decoder.decode(value, { stream: true });
    }
  }
}

/** Undefined for a comment. */
function parse(block: string): ServerSentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name) fields.set(name, `${fields.has(name) ? `${fields.get(name)}\n` : ''}${value}`);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const id = fields.get('id');
  return { ...(id === undefined ? {} : { id }), event: fields.get('event') ?? 'message', data: JSON.parse(data) };
}
