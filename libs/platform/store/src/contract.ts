import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { StoreError } from './errors.js';
import type { CollectionSchema, IndexValue, Query, Store, StoredDocument } from './store.js';

const jobs: CollectionSchema = {
  name: 'contract_jobs',
  fields: { status: 'string', priority: 'number', urgent: 'boolean', order: 'string' },
  indexes: [['status', 'priority'], ['order']],
};

function job(id: string, index: Record<string, IndexValue> = {}, body: unknown = { id }, revision = 1): StoredDocument {
  return { id, revision, index, body };
}

function failsWith(code: string): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code;
}

/**
 * What every adapter of the store promises, as node:test tests.
 * @param create a new store on an empty database; the suite opens and closes it
 */
export function storeContract(name: string, create: () => Promise<Store>): void {
  describe(`store contract: ${name}`, () => {
    let store: Store;
    before(async () => {
      store = await create();
      await store.open([jobs]);
      await clear(store);
    });
    after(() => store?.close());

    singleDocuments(() => store);
    queries(() => store);
    concurrency(() => store);
    mistakes(() => store);

    test('open is idempotent, keeps the documents and adds a field', async () => {
      await store.insert('contract_jobs', job('kept', { status: 'kept' }));
      await store.open([jobs]);
      await store.open([
        { ...jobs, fields: { ...jobs.fields, added: 'string' }, indexes: [...jobs.indexes, ['added']] },
      ]);
      assert.equal((await store.get('contract_jobs', 'kept'))?.index.added, null);
      assert.deepEqual(
        (await store.find('contract_jobs', { where: { added: null, status: 'kept' }, limit: 9 })).map(({ id }) => id),
        ['kept'],
      );
      await store.open([jobs]);
    });

    test('ping', () => store.ping());
  });
}

async function clear(store: Store): Promise<void> {
  for (const { id, revision } of await store.find('contract_jobs', { limit: 100_000 })) {
    await store.remove('contract_jobs', id, revision);
  }
}

function singleDocuments(store: () => Store): void {
  test('gives back what was inserted, with missing index fields as null', async () => {
    const body = {
      text: 'Zürich 東京 🚂',
      empty: {},
      none: null,
      list: [1, 2.5, -1e-300, 9007199254740991, [], { deep: { deeper: [true, false] } }],
      'a.b': 1,
      $set: { $x: 2 },
      '': 'empty key',
    };
    assert.equal(await store().insert('contract_jobs', job('whole', { status: 'queued', urgent: false }, body)), true);
    assert.deepEqual(await store().get('contract_jobs', 'whole'), {
      id: 'whole',
      revision: 1,
      index: { status: 'queued', priority: null, urgent: false, order: null },
      body,
    });
    assert.equal(await store().get('contract_jobs', 'nobody'), undefined);
  });

  test('keeps a body of any JSON type and of a megabyte', async () => {
    for (const [i, body] of [null, 0, false, 'text', [], ['x'.repeat(1 << 20)]].entries()) {
      await store().insert('contract_jobs', job(`body-${i}`, {}, body));
      assert.deepEqual((await store().get('contract_jobs', `body-${i}`))?.body, body);
    }
  });

  test('copies deeply in and out', async () => {
    const body = { list: [1] };
    await store().insert('contract_jobs', job('copied', {}, body));
    body.list.push(2);
    const out = await store().get('contract_jobs', 'copied');
    (out!.body as typeof body).list.push(3);
    assert.deepEqual((await store().get('contract_jobs', 'copied'))?.body, { list: [1] });
  });

  test('a second insert with the same id changes nothing', async () => {
    assert.equal(await store().insert('contract_jobs', job('once', {}, 'first')), true);
    assert.equal(await store().insert('contract_jobs', job('once', {}, 'second')), false);
    assert.equal((await store().get('contract_jobs', 'once'))?.body, 'first');
  });

  test('replaces and removes only at the expected revision', async () => {
    await store().insert('contract_jobs', job('cas', { status: 'a', priority: 1 }, 'one'));
    assert.equal(await store().replace('contract_jobs', job('cas', { status: 'b' }, 'two', 2), 1), true);
    assert.equal(await store().replace('contract_jobs', job('cas', { status: 'c' }, 'late', 2), 1), false);
    assert.equal(await store().replace('contract_jobs', job('gone', {}, 'x', 2), 1), false);
    const now = await store().get('contract_jobs', 'cas');
    assert.deepEqual([now?.revision, now?.body, now?.index.status, now?.index.priority], [2, 'two', 'b', null]);
    assert.equal(await store().remove('contract_jobs', 'cas', 1), false);
    assert.equal(await store().remove('contract_jobs', 'cas', 2), true);
    assert.equal(await store().remove('contract_jobs', 'cas', 2), false);
    assert.equal(await store().get('contract_jobs', 'cas'), undefined);
  });
}

function queries(store: () => Store): void {
  const find = async (query: Query) => (await store().find('contract_jobs', query)).map(({ id }) => id);

  test('finds by value, set, range, null and id, in order and in pages', async () => {
    await clear(store());
    const rows: [string, Record<string, IndexValue>][] = [
      ['a', { status: 'queued', priority: 3, urgent: true, order: '2026-01-03' }],
      ['b', { status: 'queued', priority: 1, urgent: false, order: '2026-01-01' }],
      ['c', { status: 'running', priority: 2.5, urgent: true, order: '2026-01-02' }],
      ['d', { status: 'done' }],
      ['e', { status: 'queued', priority: 1, urgent: false }],
    ];
    for (const [id, index] of rows) await store().insert('contract_jobs', job(id, index));
    assert.deepEqual(await find({ limit: 10 }), ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(await find({ where: { status: 'queued' }, limit: 10 }), ['a', 'b', 'e']);
    assert.deepEqual(await find({ where: { status: { in: ['done', 'running'] } }, limit: 10 }), ['c', 'd']);
    assert.deepEqual(await find({ where: { status: { in: [] } }, limit: 10 }), []);
    assert.deepEqual(await find({ where: { priority: null }, limit: 10 }), ['d']);
    assert.deepEqual(await find({ where: { priority: { in: [null, 3] } }, limit: 10 }), ['a', 'd']);
    assert.deepEqual(await find({ where: { urgent: true }, limit: 10 }), ['a', 'c']);
    assert.deepEqual(await find({ where: { priority: { gt: 1, lte: 3 } }, limit: 10 }), ['a', 'c']);
    assert.deepEqual(await find({ where: { priority: { lt: 2 } }, limit: 10 }), ['b', 'e'], 'null is in no range');
    assert.deepEqual(await find({ where: { order: { gte: '2026-01-02' } }, limit: 10 }), ['a', 'c']);
    assert.deepEqual(await find({ where: { id: { gt: 'b' }, status: 'queued' }, limit: 10 }), ['e']);
    assert.deepEqual(await find({ where: { id: { in: ['e', 'a', 'z'] } }, limit: 10 }), ['a', 'e']);
    assert.deepEqual(await find({ orderBy: [['priority', 'asc']], limit: 10 }), ['d', 'b', 'e', 'c', 'a']);
    assert.deepEqual(await find({ orderBy: [['priority', 'desc']], limit: 10 }), ['a', 'c', 'e', 'b', 'd']);
    assert.deepEqual(
      await find({
        orderBy: [
          ['status', 'desc'],
          ['id', 'asc'],
        ],
        limit: 10,
      }),
      ['c', 'a', 'b', 'e', 'd'],
    );
    assert.deepEqual(await find({ orderBy: [['priority', 'asc']], limit: 2, offset: 1 }), ['b', 'e']);
    assert.deepEqual(await find({ limit: 0 }), []);
    assert.equal(await store().count('contract_jobs'), 5);
    assert.equal(await store().count('contract_jobs', { status: 'queued', priority: { lt: 3 } }), 2);
    assert.deepEqual((await store().find('contract_jobs', { where: { id: 'c' }, limit: 1 }))[0], job('c', rows[2]![1]));
  });

  test('a query sees a change at once', async () => {
    await store().insert('contract_jobs', job('moving', { status: 'here' }));
    await store().replace('contract_jobs', job('moving', { status: 'there' }, null, 2), 1);
    assert.deepEqual(await find({ where: { status: 'here' }, limit: 1 }), []);
    assert.deepEqual(await find({ where: { status: 'there' }, limit: 1 }), ['moving']);
  });
}

function concurrency(store: () => Store): void {
  test('50 parallel compare-and-set increments: exactly the successes are counted', async () => {
    await store().insert('contract_jobs', job('counter', {}, { n: 0 }));
    const tries = Array.from({ length: 50 }, async () => {
      const { revision, body } = (await store().get('contract_jobs', 'counter'))!;
      const next = job('counter', {}, { n: (body as { n: number }).n + 1 }, revision + 1);
      return store().replace('contract_jobs', next, revision);
    });
    const successes = (await Promise.all(tries)).filter(Boolean).length;
    const end = (await store().get('contract_jobs', 'counter'))!;
    assert.ok(successes >= 1);
    assert.deepEqual(end.body, { n: successes });
    assert.equal(end.revision, 1 + successes);
  });

  test('50 parallel increments that try again all succeed', async () => {
    await store().insert('contract_jobs', job('patient', {}, { n: 0 }));
    let conflicts = 0;
    const increment = async (): Promise<void> => {
      const { revision, body } = (await store().get('contract_jobs', 'patient'))!;
      const next = job('patient', {}, { n: (body as { n: number }).n + 1 }, revision + 1);
      if (await store().replace('contract_jobs', next, revision)) return;
      conflicts += 1;
      await increment();
    };
    await Promise.all(Array.from({ length: 50 }, increment));
    assert.deepEqual((await store().get('contract_jobs', 'patient'))?.body, { n: 50 });
    assert.ok(conflicts > 0, 'the increments should have met each other');
  });

  test('of 20 parallel inserts of one id, one succeeds', async () => {
    const inserts = Array.from({ length: 20 }, (_, i) => store().insert('contract_jobs', job('race', {}, i)));
    assert.equal((await Promise.all(inserts)).filter(Boolean).length, 1);
  });
}

function mistakes(store: () => Store): void {
  test('refuses what the schema does not know', async () => {
    await assert.rejects(store().get('nowhere', 'x'), failsWith('UNKNOWN_COLLECTION'));
    await assert.rejects(store().insert('contract_jobs', job('x', { colour: 'red' })), failsWith('INVALID_DOCUMENT'));
    await assert.rejects(store().insert('contract_jobs', job('x', { priority: '1' })), failsWith('INVALID_DOCUMENT'));
    await assert.rejects(store().insert('contract_jobs', job('x', { priority: NaN })), failsWith('INVALID_DOCUMENT'));
    await assert.rejects(store().insert('contract_jobs', job('')), failsWith('INVALID_DOCUMENT'));
    const bad: Query[] = [
      { where: { colour: 'red' }, limit: 1 },
      { where: { priority: 'high' }, limit: 1 },
      { where: { priority: {} }, limit: 1 },
      { orderBy: [['colour', 'asc']], limit: 1 },
      { limit: -1 },
      { limit: 1, offset: 0.5 },
    ];
    for (const query of bad) await assert.rejects(store().find('contract_jobs', query), failsWith('INVALID_QUERY'));
    const schema = { name: 'bad name', fields: {}, indexes: [] };
    await assert.rejects(store().open([schema]), failsWith('INVALID_SCHEMA'));
  });
}
