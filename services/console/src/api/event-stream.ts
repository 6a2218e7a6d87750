import { authorization, errorOf } from './http';

export interface StreamEvent {
  readonly id?: string;
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events until the server ends the stream for good (an `end` from `onEvent`) or `signal` aborts.
 * A broken connection is opened again with `Last-Event-ID`. Written on fetch because EventSource can send no API key.
 */
export async function readEvents(
  path: string,
  signal: AbortSignal,
  onEvent: (event: StreamEvent) => 'more' | 'end',
): Promise<void> {
  let lastId: string | undefined;
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 10_000)) {
    try {
      const headers = {
        accept: 'text/event-stream',
        ...authorization(),
        ...(lastId ? { 'last-event-id': lastId } : {}),
      };
      const response = await fetch(path, { headers, signal });
      if (!response.ok || !response.body) throw errorOf(response.status, await response.text());
      for await (const event of parse(response.body)) {
        lastId = event.id ?? lastId;
        wait = 500;
        if (onEvent(event) === 'end') return;
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** The event-stream format of the HTML standard, without `retry`. */
async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function eventOf(block: string): StreamEvent | undefined {
  const data: string[] = [];
  let id: string | undefined;
  let event = 'message';
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^(\w+):? ?(.*)$/.exec(line) ?? [];
    if (field === 'data') data.push(value);
    if (field === 'id') id = value;
    if (field === 'event') event = value;
  }
  if (data.length === 0) return undefined;
  return { event, data: data.join('\n'), ...(id === undefined ? {} : { id }) };
}
