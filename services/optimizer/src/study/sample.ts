import { findModel } from '@trainyard/models';
import { samplerFor } from '@trainyard/tuning';
import type { Params, Plan, PlannedModel } from './state.js';

/**
 * What trial `number` tries; it depends on the plan and the number alone. The first trials are the models' defaults,
 * then the models with something to search take turns. A grid has its own order, model after model.
 */
export function trialOf(plan: Plan, number: number): { readonly model: string; readonly params: Params } {
  const { models, strategy } = plan;
  if (strategy === 'grid') return gridTrial(plan, number);
  const byDefault = models[number];
  if (byDefault) return { model: byDefault.name, params: { ...defaultsOf(byDefault), ...byDefault.fixed } };
  const searched = models.filter(({ space }) => Object.keys(space).length > 0);
  const turn = number - models.length;
  return sampled(searched[turn % searched.length] as PlannedModel, plan, Math.floor(turn / searched.length));
}

function gridTrial(plan: Plan, number: number): { readonly model: string; readonly params: Params } {
  let left = number;
  for (const model of plan.models) {
    const { size = 0 } = samplerFor(plan.strategy, model.space, plan.seed);
    if (left < size) return sampled(model, plan, left);
    left -= size;
  }
  throw new RangeError(`the grid has no trial ${number}`);
}

function sampled({ name, space, fixed }: PlannedModel, { strategy, seed }: Plan, index: number) {
  return { model: name, params: { ...samplerFor(strategy, space, seed).sample(index), ...fixed } };
}

/** The default of every searched parameter, so that the first trial reads like the others. */
function defaultsOf({ name, space }: PlannedModel): Params {
  const { params } = findModel(name);
  return Object.fromEntries(Object.keys(space).map((parameter) => [parameter, params[parameter]?.default ?? null]));
}
