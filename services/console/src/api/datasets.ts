import { ApiError, authorization, errorOf, unreachable } from './http';
import type { Dataset } from './types';

/**
 * Sends a file and resolves with what the platform found in it.
 * XMLHttpRequest, because fetch does not tell how far an upload is.
 *
 * @throws ApiError with the sentence that says what is wrong with the file
 */
export function uploadDataset(
  file: File,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<Dataset> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/datasets?name=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new ApiError(0, 'ABORTED', 'The upload was stopped.'));
    request.onload = () => {
      if (request.status >= 300) return reject(errorOf(request.status, request.responseText));
      resolve(JSON.parse(request.responseText) as Dataset);
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
