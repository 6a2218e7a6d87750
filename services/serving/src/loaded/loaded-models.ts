import type { ArtifactStore } from '@trainyard/artifacts';
import type { OpenBundle, ServedPredictor } from './predictor.js';

/** A model in memory. Requests in flight hold it, so it lives until the last of them has its answer. */
export interface LoadedModel {
  readonly artifact: string;
  readonly predictor: ServedPredictor;
  lastUsed: number;
}

/**
 * The models in this process's memory, by artifact digest. When there are more than `max`, the one that was used longest
 * ago is dropped; whoever needs it again loads it again.
 */
export class LoadedModels {
  private readonly models = new Map<string, LoadedModel>();
  private readonly loading = new Map<string, Promise<LoadedModel>>();
  private uses = 0;

  constructor(
    private readonly artifacts: Pick<ArtifactStore, 'get'>,
    private readonly open: OpenBundle,
    private readonly max: number,
  ) {}

  get size(): number {
    return this.models.size;
  }

  /** The model when it is in memory. */
  peek(artifact: string): LoadedModel | undefined {
    const model = this.models.get(artifact);
    if (model) model.lastUsed = ++this.uses;
    return model;
  }

  /**
   * The model, loaded, verified and warm. Many callers at once load it once.
   * @throws ArtifactError when its bytes cannot be had; LearnError ARTIFACT_INVALID when they are no model
   */
  async load(artifact: string): Promise<LoadedModel> {
    const present = this.peek(artifact);
    if (present) return present;
    const running = this.loading.get(artifact);
    if (running) return running;
    const work = this.read(artifact).finally(() => this.loading.delete(artifact));
    this.loading.set(artifact, work);
    return work;
  }

  private async read(artifact: string): Promise<LoadedModel> {
    const predictor = this.open(await this.artifacts.get(artifact));
    warm(predictor);
    const model = { artifact, predictor, lastUsed: ++this.uses };
    this.models.set(artifact, model);
    if (this.models.size > this.max) this.dropOldest();
    return model;
  }

  private dropOldest(): void {
    let oldest: LoadedModel | undefined;
    for (const model of this.models.values()) {
      if (!oldest || model.lastUsed < oldest.lastUsed) oldest = model;
    }
    if (oldest) this.models.delete(oldest.artifact);
  }
}

/** One answer from missing values alone: lazy parts are built now, and a model that cannot predict is found out before it serves. */
function warm(predictor: ServedPredictor): void {
  predictor.predictInstances([predictor.blank]);
}
