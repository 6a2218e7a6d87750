import type { ModelDeleted, ModelVersionRegistered, StageChanged } from '@trainyard/contracts';
import type { Aggregate, Wake } from '@trainyard/flow';

type Metrics = Readonly<Record<string, number>>;

/**
 * What the evaluator remembers of a model to compare candidates with: the metrics of each version and which one is in
 * production. The two come under different keys, so either may arrive first.
 */
export interface ProductionState {
  readonly modelName: string;
  readonly versions: Readonly<Record<string, Metrics>>;
  readonly production: string | null;
}

type Told<Type extends string, Data> = { readonly type: Type; readonly data: Data };

export type ProductionCommand =
  | Told<'ModelVersionRegistered', ModelVersionRegistered>
  | Told<'StageChanged', StageChanged>
  | Told<'ModelDeleted', ModelDeleted>;

export type ProductionEvent =
  | { readonly type: 'VersionKnown'; readonly modelName: string; readonly version: string; readonly metrics: Metrics }
  | { readonly type: 'ProductionChanged'; readonly modelName: string; readonly version: string | null }
  | { readonly type: 'Forgotten'; readonly modelName: string };

/** One document a model, by its name: a candidate knows no more of its model than that. */
export const productionMetrics: Aggregate<ProductionState, ProductionCommand, ProductionEvent> = {
  name: 'ProductionMetrics',
  fields: {},
  indexes: [],
  decide,
  evolve,
  announce: () => [],
  index: () => ({}),
};

/** The metrics a candidate has to beat; undefined while nothing is in production. */
export function metricsInProduction(state: ProductionState | undefined): Metrics | undefined {
  return state?.production ? state.versions[state.production] : undefined;
}

function decide(state: ProductionState | undefined, command: ProductionCommand | Wake): ProductionEvent[] {
  switch (command.type) {
    case 'ModelVersionRegistered': {
      const { modelName, version, metrics } = command.data;
      return state?.versions[version] ? [] : [{ type: 'VersionKnown', modelName, version, metrics }];
    }
    case 'StageChanged': {
      const { modelName, version, from, to } = command.data;
      if (to === 'Production') {
        return state?.production === version ? [] : [{ type: 'ProductionChanged', modelName, version }];
      }
      const left = from === 'Production' && state?.production === version;
      return left ? [{ type: 'ProductionChanged', modelName, version: null }] : [];
    }
    case 'ModelDeleted':
      return state ? [{ type: 'Forgotten', modelName: command.data.modelName }] : [];
    case 'Wake':
      return [];
  }
}

function evolve(before: ProductionState | undefined, event: ProductionEvent): ProductionState {
  const { modelName } = event;
  const state = before ?? { modelName, versions: {}, production: null };
  switch (event.type) {
    case 'VersionKnown':
      return { ...state, versions: { ...state.versions, [event.version]: event.metrics } };
    case 'ProductionChanged':
      return { ...state, production: event.version };
    case 'Forgotten':
      return { ...state, production: null };
  }
}
