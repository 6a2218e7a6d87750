import type { Algorithm, Parameter } from '../api/types';

/** What the form's fields hold, by parameter; an absent or empty one means the default. */
export type ParameterTexts = Readonly<Record<string, string>>;

/** The values that the user changed, as the request wants them. */
export function parameterValues(
  algorithm: Algorithm | undefined,
  texts: ParameterTexts,
): Record<string, number | boolean | string> {
  const values: Record<string, number | boolean | string> = {};
  for (const [name, parameter] of Object.entries(algorithm?.params ?? {})) {
    const text = texts[name]?.trim();
    if (text) values[name] = parse(parameter, text);
  }
  return values;
}

function parse(parameter: Parameter, text: string): number | boolean | string {
  if (parameter.type === 'boolean') return text === 'true';
  return parameter.type === 'enum' ? text : Number(text);
}
