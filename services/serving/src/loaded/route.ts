import type { LoadedModels } from './loaded-models.js';

/** Which version answers for a model's id or name. */
export interface Route {
  readonly modelId: string;
  readonly modelName: string;
  readonly version: string;
  readonly artifact: string;
  /** False for the newest registered version of a model that nobody deployed. */
  readonly deployed: boolean;
  /** `{"id":...,"name":...,"version":...}`, written once. */
  readonly json: string;
}

export function routeOf(
  target: Pick<Route, 'modelId' | 'modelName' | 'version' | 'artifact'>,
  deployed: boolean,
): Route {
  const { modelId, modelName, version, artifact } = target;
  const json = JSON.stringify({ id: modelId, name: modelName, version });
  return { modelId, modelName, version, artifact, deployed, json };
}

/** The routes of this replica, by model id and by name; an id goes before a name. */
export class RouteTable {
  private readonly byId = new Map<string, Route>();
  private readonly byName = new Map<string, Route>();

  constructor(private readonly models: LoadedModels) {}

  get(idOrName: string): Route | undefined {
    return this.byId.get(idOrName) ?? this.byName.get(idOrName);
  }

  /** Switches a model to a version, once that version is in memory. Until then the previous one answers. */
  async switchTo(route: Route, stillWanted: () => boolean = () => true): Promise<void> {
    if (!this.models.peek(route.artifact)) await this.models.load(route.artifact);
    if (!stillWanted()) return;
    this.byId.set(route.modelId, route);
    this.byName.set(route.modelName, route);
  }

  remove(modelId: string): void {
    const route = this.byId.get(modelId);
    this.byId.delete(modelId);
    if (route && this.byName.get(route.modelName)?.modelId === modelId) this.byName.delete(route.modelName);
  }
}
