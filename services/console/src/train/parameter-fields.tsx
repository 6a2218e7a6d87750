import type { Algorithm, Parameter } from '../api/types';
import { Field } from '../page/field';
import type { ParameterTexts } from './parameter-values';

interface Props {
  readonly algorithm: Algorithm;
  readonly texts: ParameterTexts;
  readonly onChange: (name: string, text: string) => void;
}

/** A field for each hyperparameter. Left alone, the algorithm's default holds. */
export function ParameterFields({ algorithm, texts, onChange }: Props) {
  const parameters = Object.entries(algorithm.params);
  if (parameters.length === 0) return null;
  return (
    <details className="parameters">
      <summary>Parameters of {algorithm.name}</summary>
      <div className="fields">
        {parameters.map(([name, parameter]) => (
          <Field key={name} label={name} description={parameter.description}>
            {(id) => (
              <ParameterField
                id={id}
                parameter={parameter}
                text={texts[name] ?? ''}
                onChange={(text) => onChange(name, text)}
              />
            )}
          </Field>
        ))}
      </div>
    </details>
  );
}

interface FieldProps {
  readonly id: string;
  readonly parameter: Parameter;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function ParameterField({ id, parameter, text, onChange }: FieldProps) {
  const fallback = parameter.default === null ? 'none' : String(parameter.default);
  const choices = parameter.type === 'boolean' ? ['true', 'false'] : parameter.values;
  if (choices) {
    return (
      <select id={id} value={text} onChange={(event) => onChange(event.target.value)}>
        <option value="">{fallback} (default)</option>
        {choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    );
  }
  if (parameter.type === 'string' || parameter.type === 'array') {
    return <input id={id} placeholder={fallback} value={text} onChange={(event) => onChange(event.target.value)} />;
  }
  return (
    <input
      id={id}
      type="number"
      step={parameter.type === 'int' ? 1 : 'any'}
      {...(parameter.min === undefined ? {} : { min: parameter.min })}
      {...(parameter.max === undefined ? {} : { max: parameter.max })}
      placeholder={fallback}
      value={text}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
