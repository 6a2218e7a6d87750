import type { ArtifactStore } from '@trainyard/artifacts';
import { codeOf } from '@trainyard/flow';
import { Problem } from '@trainyard/service';

/**
 * Reads a JSON report from the artifact store.
 * @throws Problem REPORT_NOT_FOUND
 */
export async function readReport(artifacts: ArtifactStore, digest: string): Promise<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(await artifacts.get(digest)).toString('utf8'));
  } catch (error) {
    if (codeOf(error) !== 'ARTIFACT_NOT_FOUND') throw error;
    throw new Problem(404, 'REPORT_NOT_FOUND', `the report ${digest} is no longer in the artifact store`);
  }
}
