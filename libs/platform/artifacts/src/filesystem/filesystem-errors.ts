import { ArtifactError } from '../errors.js';

/** The operating system's refusal in words; what the caller's own stream threw is passed on as it is. */
export function toArtifactError(error: unknown, folder: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ArtifactError('ARTIFACT_STORE_FULL', `There is no space left in ${folder}: free some.`, true, options);
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR'].includes(code ?? '')) {
    const text = `The artifact folder ${folder} cannot be used (${message}): check that it is a folder and its permissions.`;
    return new ArtifactError('ARTIFACT_STORE_UNAVAILABLE', text, false, options);
  }
  if (code === 'EMFILE' || code === 'ENFILE' || code === 'EIO' || code === 'EBUSY') {
    return new ArtifactError('ARTIFACT_STORE_UNAVAILABLE', `The folder ${folder} failed: ${message}.`, true, options);
  }
  return error;
}
