/** One server-sent event, with the moment it was received (ms since 1970). */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
  readonly receivedAt: number;
}

/** Reads a stream of server-sent events until it ends (HTML standard, as far as the gateway uses it). */
export async function* readEvents(url: string): AsyncGenerator<ReceivedEvent> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const receivedAt = Date.now();
    const blocks = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      const data = field('data');
      if (data) yield { event: field('event') ?? 'message', data: JSON.parse(data), receivedAt };
    }
  }
}
