import { type AggregateRecord, type Flow, isRetriable } from '@trainyard/flow';
import { deployment } from '../deployment/deployment.js';
import type { DeploymentState } from '../deployment/state.js';
import { type Route, type RouteTable, routeOf } from './route.js';

const POLL_MS = 300;
/** Clocks of replicas may differ by this much and a change is still seen. */
const OVERLAP_MS = 10_000;
const RETRY_MS = 1000;
const PAGE = 200;
const LOADS_AT_ONCE = 4;

interface Followed {
  readonly revision: number;
  readonly state: DeploymentState;
}

/**
 * Keeps this replica's routes as the deployments say: at once for changes that this process made, within the poll for
 * those of other replicas. A version that cannot be loaded here is reported and tried again; the previous one keeps serving.
 */
export class DeploymentFollower {
  private readonly followed = new Map<string, Followed>();
  private readonly broken = new Set<string>();
  private readonly stopping = new AbortController();
  private since = 0;
  private polling: Promise<void> | undefined;
  private unlisten: () => void = () => {};

  constructor(
    private readonly flow: Flow,
    private readonly routes: RouteTable,
  ) {}

  /** Loads everything that is deployed, then follows changes. A broken model does not stop it. */
  async start(): Promise<void> {
    this.unlisten = this.flow.onCommit((aggregate, record) => {
      if (aggregate.name === deployment.name) void this.follow(record as AggregateRecord<DeploymentState>);
    });
    await this.loadAll();
    this.polling = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.unlisten();
    await this.polling;
  }

  /** True when the model was deployed once and has been taken out of service since. */
  isRetired(modelId: string): boolean {
    const states = this.statesOf(modelId);
    return states.some((state) => state.retiredAt !== undefined) && !states.some((state) => state.active);
  }

  /** Takes notice of one deployment's state; resolves when its route is as the state says, or loading it failed. */
  async follow({ id, revision, state }: AggregateRecord<DeploymentState>): Promise<void> {
    const known = this.followed.get(id);
    if (known && known.revision >= revision) return;
    this.followed.set(id, { revision, state });
    if (known && known.state.active?.deploymentId === state.active?.deploymentId) return;
    await this.route(state.modelId);
  }

  private async route(modelId: string): Promise<void> {
    const wanted = this.wantedRoute(modelId);
    if (!wanted) {
      this.broken.delete(modelId);
      this.routes.remove(modelId);
      return;
    }
    const stillWanted = () => this.wantedRoute(modelId)?.artifact === wanted.artifact;
    try {
      await this.routes.switchTo(wanted, stillWanted);
      if (stillWanted()) this.broken.delete(modelId);
    } catch (error) {
      if (!this.broken.has(modelId)) {
        const { version } = wanted;
        this.flow.ports.log.error({ modelId, version, error }, 'a deployed version cannot be loaded here');
      }
      this.broken.add(modelId);
    }
  }

  /** What should serve, whether it is loaded or not: production before staging. */
  wantedRoute(modelId: string): Route | undefined {
    const serving = this.statesOf(modelId).filter((state) => state.active);
    const chosen = serving.find((state) => state.environment === 'production') ?? serving[0];
    if (!chosen?.active) return undefined;
    const { modelName, active } = chosen;
    return routeOf({ modelId, modelName, version: active.version, artifact: active.artifact }, true);
  }

  private statesOf(modelId: string): DeploymentState[] {
    const states: DeploymentState[] = [];
    for (const environment of ['production', 'staging']) {
      const followed = this.followed.get(`${modelId}:${environment}`);
      if (followed) states.push(followed.state);
    }
    return states;
  }

  /** Waits for a database that is away; without it nobody knows what to load. */
  private async loadAll(): Promise<void> {
    const { clock, log } = this.flow.ports;
    while (!this.stopping.signal.aborted) {
      try {
        return await this.poll();
      } catch (error) {
        if (!isRetriable(error)) throw error;
        log.warn({ error }, 'the deployments cannot be read; trying again');
        await clock.sleep(RETRY_MS, this.stopping.signal);
      }
    }
  }

  private async run(): Promise<void> {
    const { clock, log } = this.flow.ports;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(POLL_MS, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      try {
        await this.poll();
        for (const modelId of [...this.broken]) await this.route(modelId);
      } catch (error) {
        log.warn({ error }, 'looking for deployments failed; what is loaded keeps serving');
      }
    }
  }

  private async poll(): Promise<void> {
    const started = this.flow.ports.clock.now();
    const since = this.since - OVERLAP_MS;
    for (let offset = 0; ; offset += PAGE) {
      const page = await this.flow.find<DeploymentState>(deployment, {
        where: { updatedAt: { gte: since } },
        orderBy: [['updatedAt', 'asc']],
        limit: PAGE,
        offset,
      });
      for (let i = 0; i < page.length; i += LOADS_AT_ONCE) {
        await Promise.all(page.slice(i, i + LOADS_AT_ONCE).map((record) => this.follow(record)));
      }
      if (page.length < PAGE) break;
    }
    this.since = Math.max(this.since, started);
  }
}
