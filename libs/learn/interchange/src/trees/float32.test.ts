import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float32Text, nextDown, nextUp, roundDown } from './float32.js';

const LARGEST = 3.4028234663852886e38;

test('neighbours of a float32', () => {
  assert.equal(nextUp(1), 1 + 2 ** -23);
  assert.equal(nextDown(1), 1 - 2 ** -24);
  assert.equal(nextUp(0), 2 ** -149);
  assert.equal(nextUp(-0), 2 ** -149);
  assert.equal(nextDown(0), -(2 ** -149));
  assert.equal(nextUp(-1), -1 + 2 ** -24);
  assert.equal(nextUp(Number.NEGATIVE_INFINITY), -LARGEST);
  assert.equal(nextDown(-LARGEST), Number.NEGATIVE_INFINITY);
});

test('the largest float32 that is not above', () => {
  assert.equal(roundDown(0.1), nextDown(Math.fround(0.1)));
  assert.equal(roundDown(0.3), Math.fround(0.3) > 0.3 ? nextDown(Math.fround(0.3)) : Math.fround(0.3));
  assert.equal(roundDown(-1e300), Number.NEGATIVE_INFINITY);
  assert.equal(roundDown(1e300), LARGEST);
  assert.equal(roundDown(2), 2);
});

test('the text of a float32 reads back as it was and is never an integer', () => {
  for (const value of [0, 1, -2, 0.1, 1 / 3, 2 ** -149, LARGEST, 123456.789, -1e-20]) {
    const text = float32Text(value);
    assert.equal(Math.fround(Number(text)), Math.fround(value));
    assert.match(text, /E/);
  }
  assert.equal(float32Text(0.1), '1E-1');
});
