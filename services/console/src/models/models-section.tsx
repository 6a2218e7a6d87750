import { playgroundOf } from '../api/models';
import type { Model } from '../api/types';
import { MetricList } from '../page/metrics';
import { Problem } from '../page/problem';
import type { Polled } from '../page/use-polled';
import { DriftNote } from './drift-note';

/** The registry: every model with its newest version. */
export function ModelsSection({ models }: { models: Polled<readonly Model[]> }) {
  return (
    <section aria-labelledby="models-title">
      <h2 id="models-title">Models</h2>
      {models.error && <Problem error={models.error} />}
      {!models.value && !models.error && <p className="quiet-text">Loading models…</p>}
      {models.value?.length === 0 && <p className="empty">No model yet. A completed job leaves one here.</p>}
      {models.value && models.value.length > 0 && (
        <ul className="cards">
          {models.value.map((model) => (
            <ModelCard key={model.id} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ModelCard({ model }: { model: Model }) {
  const version = model.productionVersion ?? model.latestVersion;
  const facts = [model.algorithm, model.task, version && `version ${version}`].filter(Boolean);
  return (
    <li className="card model" data-model={model.name}>
      <header>
        <h3>{model.name}</h3>
        {model.stage && (
          <span className="status" data-stage={model.stage}>
            {model.stage}
          </span>
        )}
      </header>
      <p className="facts">{facts.join(' · ')}</p>
      <MetricList metrics={model.metrics} limit={3} />
      {model.productionVersion && <DriftNote model={model} />}
      <a href={playgroundOf(model)}>Try {model.name} in the playground</a>
    </li>
  );
}
