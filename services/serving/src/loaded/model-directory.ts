import { type Flow, isRetriable } from '@trainyard/flow';
import { Problem } from '@trainyard/service';
import { deletedModel } from '../catalogue/deleted-model.js';
import { type ServableVersion, servableVersion, servableVersionId } from '../catalogue/version.js';
import { deployment } from '../deployment/deployment.js';
import type { DeploymentState } from '../deployment/state.js';
import type { DeploymentFollower } from './deployment-follower.js';
import type { LoadedModel, LoadedModels } from './loaded-models.js';
import { type Route, type RouteTable, routeOf } from './route.js';

/** A version that can answer now. */
export interface Served {
  readonly route: Route;
  readonly model: LoadedModel;
}

/** How long the newest version of a model that is not deployed counts as the newest without another look. */
const FRESH_MS = 1000;
const VERSIONS_REMEMBERED = 1000;
const NAMESAKES = 20;

/** Finds who answers for `{id}`: the deployed version, one that was asked for, or the newest registered one. */
export class ModelDirectory {
  private readonly checkedAt = new Map<string, number>();
  private readonly finding = new Map<string, Promise<Route>>();
  private readonly versions = new Map<string, Route>();

  constructor(
    private readonly flow: Flow,
    private readonly models: LoadedModels,
    private readonly routes: RouteTable,
    private readonly follower: DeploymentFollower,
  ) {}

  /** Without waiting: undefined when something has to be looked up or loaded first. */
  peek(idOrName: string): Served | undefined {
    const route = this.routes.get(idOrName);
    if (!route) return undefined;
    if (!route.deployed && this.isStale(route.modelId)) void this.find(idOrName).catch(() => {});
    const model = this.models.peek(route.artifact);
    return model && { route, model };
  }

  /** @throws Problem MODEL_NOT_FOUND, MODEL_NOT_DEPLOYED, VERSION_NOT_FOUND or MODEL_UNAVAILABLE */
  async resolve(idOrName: string, version?: string): Promise<Served> {
    const route = version === undefined ? await this.newest(idOrName) : await this.exact(idOrName, version);
    return { route, model: await this.load(route) };
  }

  private async load(route: Route): Promise<LoadedModel> {
    try {
      return await this.models.load(route.artifact);
    } catch (error) {
      if (isRetriable(error)) throw error;
      const { modelName, version } = route;
      const detail = `version ${version} of model "${modelName}" cannot be loaded: ${(error as Error).message}`;
      throw new Problem(503, 'MODEL_UNAVAILABLE', detail);
    }
  }

  /** Which version that is, without loading it. @throws Problem as `resolve` does */
  async identify(idOrName: string, version?: string): Promise<Route> {
    return version === undefined ? this.newest(idOrName) : this.exact(idOrName, version);
  }

  private async newest(idOrName: string): Promise<Route> {
    return this.routes.get(idOrName) ?? (await this.find(idOrName));
  }

  private async exact(idOrName: string, version: string): Promise<Route> {
    const key = servableVersionId(idOrName, version);
    const known = this.versions.get(key);
    if (known && this.routes.get(known.modelId)) return known;
    const current = await this.newest(idOrName);
    if (current.version === version) return current;
    const { modelId, modelName } = current;
    const record = await this.flow.load<ServableVersion>(servableVersion, servableVersionId(modelId, version));
    if (!record) {
      throw new Problem(404, 'VERSION_NOT_FOUND', `model "${modelName}" has no version ${version}`, {
        field: 'version',
      });
    }
    if (this.versions.size >= VERSIONS_REMEMBERED) this.versions.clear();
    const route = routeOf(record.state, false);
    this.versions.set(key, route);
    return route;
  }

  private find(idOrName: string): Promise<Route> {
    const running = this.finding.get(idOrName);
    if (running) return running;
    const work = this.lookUp(idOrName).finally(() => this.finding.delete(idOrName));
    this.finding.set(idOrName, work);
    return work;
  }

  private async lookUp(idOrName: string): Promise<Route> {
    const deployed = await this.findDeployed(idOrName);
    if (deployed) return deployed;
    const newest = await this.findNewest(idOrName);
    if (!newest) {
      const stale = this.routes.get(idOrName);
      if (stale) this.routes.remove(stale.modelId);
      throw new Problem(404, 'MODEL_NOT_FOUND', `there is no model "${idOrName}"; GET /api/v1/models lists them`);
    }
    if (this.follower.isRetired(newest.modelId)) {
      const detail = `model "${newest.modelName}" was taken out of service; deploy it again to use it`;
      throw new Problem(404, 'MODEL_NOT_DEPLOYED', detail);
    }
    const route = routeOf(newest, false);
    this.checkedAt.set(route.modelId, this.flow.ports.clock.now());
    await this.load(route);
    await this.routes.switchTo(route, () => !this.routes.get(route.modelId)?.deployed);
    return route;
  }

  /** A deployment that this replica has not heard of yet, or could not load. */
  private async findDeployed(idOrName: string): Promise<Route | undefined> {
    for (const field of ['modelId', 'modelName']) {
      const found = await this.flow.find<DeploymentState>(deployment, { where: { [field]: idOrName }, limit: 10 });
      for (const record of found) await this.follower.follow(record);
      const route = this.routes.get(idOrName);
      if (route?.deployed) return route;
      const wanted = found[0] && this.follower.wantedRoute(found[0].state.modelId);
      if (!wanted) continue;
      await this.load(wanted);
      return wanted;
    }
    return undefined;
  }

  private async findNewest(idOrName: string): Promise<ServableVersion | undefined> {
    for (const field of ['modelId', 'modelName']) {
      const newest = await this.flow.find<ServableVersion>(servableVersion, {
        where: { [field]: idOrName },
        orderBy: [['ordinal', 'desc']],
        limit: NAMESAKES,
      });
      // A deleted model leaves its versions here, and its name may belong to another model by now.
      for (const { state } of newest) if (!(await this.flow.load(deletedModel, state.modelId))) return state;
    }
    return undefined;
  }

  private isStale(modelId: string): boolean {
    return this.flow.ports.clock.now() - (this.checkedAt.get(modelId) ?? 0) > FRESH_MS;
  }
}
