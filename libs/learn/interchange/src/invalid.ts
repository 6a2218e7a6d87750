import { LearnError } from '@trainyard/data';

/** The file is not what it should be. */
export function invalid(format: string, reason: string): LearnError {
  return new LearnError('ARTIFACT_INVALID', `This is not a readable ${format} model: ${reason}.`);
}

/** The file is sound, but says something that our models cannot. */
export function unsupported(format: string, what: string): LearnError {
  return new LearnError('OPTION_UNSUPPORTED', `This ${format} model ${what}, which cannot be imported.`);
}
