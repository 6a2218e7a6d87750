import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LearnError } from '@trainyard/data';
import { printJson, printRows } from '../print.js';
import type { Client } from './client.js';
import { listAll } from './list-all.js';

interface Dataset {
  readonly datasetId: string;
  readonly uri: string;
  readonly name?: string;
  readonly rows?: number;
}

const DATASETS = '/api/v1/datasets';

export async function listDatasets(client: Client, asJson: boolean): Promise<void> {
  const datasets = await listAll<Dataset>(client, DATASETS, 'datasets');
  if (asJson) return printJson(datasets);
  printRows(datasets.map(({ datasetId, name, rows, uri }) => ({ dataset: datasetId, name, rows, uri })));
}

export async function getDataset(client: Client, id: string): Promise<void> {
  printJson(await client.call(`${DATASETS}/${encodeURIComponent(id)}`));
}

export async function getProfile(client: Client, id: string): Promise<void> {
  printJson(await client.call(`${DATASETS}/${encodeURIComponent(id)}/profile`));
}

/** Sends a file as a stream. Throws FILE_NOT_FOUND. */
export async function uploadDataset(client: Client, path: string): Promise<Dataset> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw new LearnError('FILE_NOT_FOUND', `There is no file ${path}.`, { file: path });
  const name = encodeURIComponent(basename(path));
  const headers = { 'content-length': String(info.size) };
  return client.call<Dataset>(`${DATASETS}?name=${name}`, { method: 'POST', bytes: createReadStream(path), headers });
}
