import type { Algorithm, Parameter, ParameterValue } from '../api/types';

/** What the form's fields hold, by parameter; an absent or empty one means the default. */
export type ParameterTexts = Readonly<Record<string, string>>;

/** The values that the user changed, as the request wants them. */
export function parameterValues(
  algorithm: Algorithm | undefined,
  texts: ParameterTexts,
): Record<string, ParameterValue> {
  const values: Record<string, ParameterValue> = {};
  for (const [name, parameter] of Object.entries(algorithm?.params ?? {})) {
    const text = texts[name]?.trim();
    if (text) values[name] = parse(parameter, text);
  }
  return values;
}

/** A list is written with commas. */
function parse(parameter: Parameter, text: string): ParameterValue {
  if (parameter.type === 'boolean') return text === 'true';
  if (parameter.type === 'array') {
    const entries = text.split(',').map((entry) => entry.trim());
    return parameter.items === 'string' ? entries : entries.map(Number);
  }
  return parameter.type === 'enum' || parameter.type === 'string' ? text : Number(text);
}
