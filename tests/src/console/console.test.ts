import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type StartedPlatform, startPlatform } from '../end-to-end/platform.js';
import { startBrowser, whyNoBrowser } from './browser.js';

const repository = new URL('../../../', import.meta.url);
const penguins = fileURLToPath(new URL('examples/penguins/penguins.csv', repository));
const flights = fileURLToPath(new URL('examples/flights/late-arrivals.csv', repository));
const picture = fileURLToPath(new URL('docs/console.png', repository));

/** Keeps every state that the page showed of a job: some last for milliseconds only. */
const recorder = `
  window.shown = [];
  new MutationObserver(() => {
    for (const job of document.querySelectorAll('[data-job]')) {
      const bar = job.querySelector('progress');
      window.shown.push({ status: job.dataset.status, percent: bar ? bar.value : null });
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
`;

describe('the console', { skip: whyNoBrowser() ?? false }, () => {
  let platform: StartedPlatform;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async () => {
    [platform, browser] = await Promise.all([startPlatform(), startBrowser()]);
    page = await browser.newPage({ viewport: { width: 1180, height: 800 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy|Refused to/i.test(message.text())) complaints.push(message.text());
    });
    await page.addInitScript(recorder);
    await page.goto(platform.address);
  });

  after(async () => {
    await browser?.close();
    await platform?.stop();
  });

  it('says that nothing is there yet', async () => {
    await page.getByText('No job yet.').waitFor();
    await page.getByText('No model yet.').waitFor();
  });

  it('shows what is wrong with a file', async () => {
    const bytes = Buffer.from('PAR1 this is no Parquet file');
    await page.getByLabel('Data file').setInputFiles({ name: 'broken.parquet', mimeType: 'text/csv', buffer: bytes });
    const code = await page.getByRole('alert').locator('code').textContent();
    assert.match(code ?? '', /^[A-Z][A-Z_]+$/);
    assert.ok(((await page.getByRole('alert').locator('p').textContent()) ?? '').length > 20);
  });

  it('trains from a file, with live progress, and shows the finished model', async () => {
    await page.getByLabel('Data file').setInputFiles(penguins);
    await page.getByText('344 rows').waitFor();
    await page.getByLabel('Target').selectOption('species');
    await page.getByLabel('Model', { exact: true }).selectOption('lightgbm');
    await page.getByText('Parameters of lightgbm').click();
    // Long enough that the page can show how it grows.
    await page.getByLabel('n_estimators').fill('2000');
    await page.getByLabel('learning_rate').fill('0.005');
    await page.getByLabel('Name', { exact: true }).fill('penguins');
    await page.getByLabel('Deploy').selectOption('production');
    await page.getByRole('button', { name: 'Train' }).click();

    const job = page.locator('[data-job]').first();
    await page.locator('[data-job][data-status="completed"]').waitFor({ timeout: 120_000 });
    assert.equal(await job.getByRole('heading').textContent(), 'penguins');
    assert.ok((await job.locator('.metrics dd').count()) > 0, 'a completed job shows its metrics');
    const shown = (await page.evaluate('window.shown')) as { status: string; percent: number | null }[];
    const partial = new Set(shown.map(({ percent }) => percent).filter((percent) => percent && percent < 100));
    assert.ok(partial.size > 1, `progress was seen to grow: ${[...partial]}`);

    const model = page.locator('[data-model="penguins"]');
    await model.waitFor();
    const accuracy = await model
      .locator('.metrics div', { hasText: /^accuracy/ })
      .locator('dd')
      .textContent();
    assert.ok(Number(accuracy) > 0.9, `accuracy ${accuracy}`);
  });

  it('follows a second job beside the first', { timeout: 120_000 }, async () => {
    await page.getByLabel('Data file').setInputFiles(flights);
    await page.getByText('15,000 rows').waitFor();
    await page.getByLabel('Target').selectOption('late');
    await page.getByLabel('Model', { exact: true }).selectOption('lightgbm');
    await page.getByText('Parameters of lightgbm').click();
    await page.getByLabel('n_estimators').fill('5000');
    await page.getByLabel('Name', { exact: true }).fill('late-arrivals');
    await page.getByText('Parameters of lightgbm').click();
    await page.getByRole('button', { name: 'Train' }).click();
    const job = page.locator('[data-job]', { hasText: 'late-arrivals' });
    await job.locator('.step', { hasText: /^[1-9]\d+ \/ 5000$/ }).waitFor();
    if (process.env.UPDATE_SCREENSHOT === '1') await page.screenshot({ path: picture, fullPage: true });
    await job.getByRole('button', { name: 'Cancel late-arrivals' }).click();
    await page.locator('[data-job][data-status="cancelled"]').waitFor();
    assert.equal(await page.locator('[data-job][data-status="completed"]').count(), 1);
  });

  it('leads to a playground that is there', async () => {
    const link = page.locator('[data-model="penguins"] a');
    const address = new URL((await link.getAttribute('href')) ?? '', platform.address);
    assert.equal((await fetch(address)).status, 200);
  });

  it('says when a model in production is asked about other things than it learnt', async () => {
    const instances = Array.from({ length: 300 }, () => ({ island: 'Atlantis' }));
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ instances });
    const asked = await fetch(`${platform.address}/api/v1/predict/penguins`, { method: 'POST', headers, body });
    assert.equal(asked.status, 200);
    await page.reload();
    await page.locator('[data-model="penguins"]').getByText('is not what the model learnt from').waitFor();
  });

  it('fits a narrow screen', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
  });

  it('breaks none of its own rules', () => {
    assert.deepEqual(complaints, []);
  });
});
