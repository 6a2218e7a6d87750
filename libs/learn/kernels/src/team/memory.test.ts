import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takeMemory } from './memory.js';

describe('memory for the kernels', () => {
  it('more than the machine has free is refused, with what is needed', (t) => {
    if (process.availableMemory === undefined) return t.skip('this Node.js does not tell');
    t.mock.method(process, 'availableMemory', () => 1e9);
    assert.throws(() => takeMemory(3e9), { name: 'RangeError', message: '3.0 GB needed, 1.0 GB free' });
    assert.equal(takeMemory(1 << 20).buffer.byteLength, 1 << 20);
  });
});
