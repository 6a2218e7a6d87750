import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes the chunks beside their final place, flushes them to the disk and renames: other processes see all or nothing,
 * also after a crash. Parallel writers of the same content do not disturb each other.
 * @param scratch a folder on the same file system for the unfinished file
 * @param place the final path for a digest and size in bytes; throw there to give up
 */
export async function writeAtomically(
  scratch: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  place: (digest: string) => string,
): Promise<{ digest: string; size: number }> {
  await mkdir(scratch, { recursive: true });
  const unfinished = join(scratch, randomUUID());
  const hash = createHash('sha256');
  let size = 0;
  try {
    const file = await open(unfinished, 'wx');
    try {
      for await (const chunk of chunks) {
        hash.update(chunk);
        size += chunk.length;
        await file.writeFile(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    const digest = hash.digest('hex');
    const path = place(digest);
    await mkdir(dirname(path), { recursive: true });
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return { digest, size };
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** A rename is lasting only when the folder is on the disk too. Windows can neither do that nor needs it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
