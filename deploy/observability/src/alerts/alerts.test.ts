import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { metricCatalogue } from '@trainyard/embedded';
import { stringify } from 'yaml';
import { promtool, whyNoPromtool } from '../testing/promtool.js';
import { type AlertCase, caseTest } from './case.js';
import { alertCases } from './cases.js';
import { alertFile, alerts } from './groups.js';

const runbooks = new URL('../../../../docs/runbooks/', import.meta.url);

describe('alerts', () => {
  test('each has cases in which it fires and in which it is silent', () => {
    for (const { name } of alerts) {
      const cases = alertCases.filter(({ alert }) => alert === name);
      assert.ok(cases.some(({ fires }) => fires.length > 0) && cases.some(({ fires }) => fires.length === 0), name);
    }
  });

  test('each has a runbook that names it, and there is no other runbook', () => {
    for (const { name, runbook } of alerts) {
      const page = readFileSync(new URL(`${runbook}.md`, runbooks), 'utf8');
      assert.ok(page.includes(`\`${name}\``), `${runbook}.md does not name ${name}`);
    }
    const pages = readdirSync(runbooks).filter((file) => file !== 'README.md');
    assert.deepEqual(pages.sort(), alerts.map(({ runbook }) => `${runbook}.md`).sort());
  });

  test('they ask for metrics that exist', () => {
    const known = new Set(metricCatalogue.flatMap(({ metrics }) => metrics).map(({ name }) => String(name)));
    for (const { name, expr } of alerts) {
      for (const [asked] of expr.matchAll(/trainyard_[a-z_]+/g)) {
        assert.ok(known.has(asked.replace(/_(bucket|count|sum)$/, '')), `${name}: ${asked}`);
      }
    }
  });
});

describe('alerts by promtool', { skip: whyNoPromtool() }, () => {
  test('the rules are valid', async () => {
    await promtool(['check', 'rules', 'alerts.yaml'], { 'alerts.yaml': alertFile() });
  });

  for (const one of alertCases) {
    test(`${one.alert} ${one.fires.length > 0 ? 'fires' : 'is silent'}: ${one.when}`, () => play(one));
  }

  test('a case that is wrong is found out', async () => {
    const wrong = alertCases.find(({ fires }) => fires.length === 0) as AlertCase;
    await assert.rejects(play({ ...wrong, fires: [{ work: 'job', pool: 'cpu' }] }), /FAILED/);
  });
});

async function play(one: AlertCase): Promise<void> {
  const { severity } = alerts.find(({ name }) => name === one.alert)!;
  const tests = { rule_files: ['alerts.yaml'], evaluation_interval: '1m', tests: [caseTest(one, severity)] };
  await promtool(['test', 'rules', 'tests.yaml'], { 'alerts.yaml': alertFile(), 'tests.yaml': stringify(tests) });
}
