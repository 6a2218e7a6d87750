import type { ArtifactStore } from '@trainyard/artifacts';
import { type DataFormat, detectFormat, profileTable, readTable } from '@trainyard/data';
import type { Profile } from './dataset.js';
import type { ProfileTask } from './profiler.js';

/**
 * Reads a whole stored file and describes it; the full profile goes to the artifact store.
 * @throws LearnError for a file that cannot be read as a table
 */
export async function readProfile({ digest, format }: ProfileTask, artifacts: ArtifactStore): Promise<Profile> {
  const path = await artifacts.localPath(digest);
  const known = await detectFormat(path, format as DataFormat | undefined);
  const profile = profileTable(await readTable(path, { format: known }));
  const { digest: profileDigest } = await artifacts.put(Buffer.from(JSON.stringify(profile)));
  return {
    digest: profileDigest,
    rows: profile.rows,
    format: known,
    columns: profile.columns.map(({ name, type, missing, distinct }) => ({ name, type, missing, distinct })),
    warnings: profile.warnings.map(({ message }) => message),
  };
}
