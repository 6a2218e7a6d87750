import { printJson, printRows } from '../print.js';
import type { Client } from './client.js';
import { listAll } from './list-all.js';

interface Model {
  readonly id: string;
  readonly name: string;
  readonly latestVersion?: string;
  readonly productionVersion?: string | null;
  readonly stage?: string;
  readonly task?: string;
  readonly algorithm?: string;
}

const pathOf = (id: string) => `/api/v1/models/${encodeURIComponent(id)}`;

export async function listModels(client: Client, asJson: boolean): Promise<void> {
  const models = await listAll<Model>(client, '/api/v1/models/', 'models');
  if (asJson) return printJson(models);
  printRows(
    models.map(({ id, name, productionVersion, latestVersion, stage, task, algorithm }) => {
      return { id, name, version: productionVersion ?? latestVersion, stage, task, algorithm };
    }),
  );
}

export async function getModel(client: Client, id: string): Promise<void> {
  printJson(await client.call(pathOf(id)));
}

export async function listVersions(client: Client, id: string): Promise<void> {
  printJson(await client.call(`${pathOf(id)}/versions`));
}

/** Moves a version to a stage: Development, Staging, Production, Deprecated or Archived. */
export async function stageModel(
  client: Client,
  id: string,
  version: string,
  stage: string,
  reason: string,
): Promise<void> {
  printJson(
    await client.call(`${pathOf(id)}/versions/${encodeURIComponent(version)}/stage`, {
      method: 'POST',
      json: { stage, reason },
    }),
  );
}
