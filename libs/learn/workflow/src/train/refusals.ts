import { LearnError } from '@trainyard/data';

/** A field that asks for what this release does not do; the message starts with the field. */
export const optionUnsupported = (field: string, what: string) =>
  new LearnError('OPTION_UNSUPPORTED', `${field} ${what}`, { field });

/** A field whose value cannot be; the message starts with the field. */
export const parameterWrong = (field: string, what: string) =>
  new LearnError('PARAMETER_INVALID', `${field} ${what}`, { field });
