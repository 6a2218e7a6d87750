import { useState } from 'react';
import { listAlgorithms } from '../api/models';
import type { Dataset } from '../api/types';
import { Field } from '../page/field';
import { Problem } from '../page/problem';
import { usePolled } from '../page/use-polled';
import { ParameterFields } from './parameter-fields';
import { parameterValues } from './parameter-values';
import { type Deployment, useTraining } from './use-training';

const ONE_HOUR = 3_600_000;

/** What to predict, by which model, and whether to deploy it. */
export function TrainForm({ dataset, onStarted }: { dataset: Dataset; onStarted: () => void }) {
  const algorithms = usePolled(listAlgorithms, ONE_HOUR);
  const [target, setTarget] = useState('');
  const [model, setModel] = useState('auto');
  const [name, setName] = useState('');
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [deploy, setDeploy] = useState<Deployment>('none');
  const training = useTraining(onStarted);
  const algorithm = algorithms.value?.find((candidate) => candidate.name === model);
  const clusters = algorithm?.tasks.every((task) => task === 'clustering' || task === 'anomaly') ?? false;

  const submit = () => {
    const trimmed = name.trim();
    training.start({
      ...(trimmed ? { name: trimmed } : {}),
      dataset: { uri: dataset.uri, ...(target ? { target } : {}) },
      model,
      params: parameterValues(algorithm, texts),
      ...(deploy === 'none' ? {} : { deploy: { environment: deploy } }),
    });
  };

  return (
    <form
      className="train-form"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="fields">
        <Field label="Target">
          {(id) => (
            <select
              id={id}
              name="target"
              required={!clusters}
              value={target}
              onChange={(event) => setTarget(event.target.value)}
            >
              <option value="">{clusters ? 'None: clusters need no target' : 'Choose the column to predict'}</option>
              {dataset.columns.map((column) => (
                <option key={column.name}>{column.name}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Model">
          {(id) => (
            <select id={id} name="model" value={model} onChange={(event) => setModel(event.target.value)}>
              <option value="auto">auto: the platform chooses</option>
              {algorithms.value?.map((candidate) => (
                <option key={candidate.name} value={candidate.name}>
                  {candidate.name} ({candidate.tasks.join(', ')})
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Name">
          {(id) => (
            <input
              id={id}
              name="name"
              placeholder="from the dataset and the target"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Field label="Deploy">
          {(id) => (
            <select
              id={id}
              name="deploy"
              value={deploy}
              onChange={(event) => setDeploy(event.target.value as Deployment)}
            >
              <option value="none">no, only register it</option>
              <option value="staging">to staging</option>
              <option value="production">to production</option>
            </select>
          )}
        </Field>
      </div>
      {algorithms.error && <Problem error={algorithms.error} />}
      {algorithm && (
        <ParameterFields
          key={algorithm.name}
          algorithm={algorithm}
          texts={texts}
          onChange={(parameter, text) => setTexts((before) => ({ ...before, [parameter]: text }))}
        />
      )}
      <button type="submit" disabled={training.busy}>
        {training.busy ? 'Starting…' : 'Train'}
      </button>
      {training.error && <Problem error={training.error} />}
      <p className="hint" aria-live="polite">
        {training.started && `Started ${training.started}.`}
      </p>
    </form>
  );
}
