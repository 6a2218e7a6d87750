import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readEvents } from './event-stream.js';

it('reads events cut at any byte, and skips comments', async () => {
  const bytes = new TextEncoder().encode(': hello\n\nid: 1\ndata: {"a":"é"}\n\ndata: x\ndata: y\r\n\r\n');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const chunks = async function* () {
      yield bytes.subarray(0, cut);
      yield bytes.subarray(cut);
    };
    const events = [];
    for await (const event of readEvents(chunks())) events.push(event);
    assert.deepEqual(events, [{ id: '1', data: '{"a":"é"}' }, { data: 'x\ny' }]);
  }
});
