import { LearnError } from '@trainyard/data';
import { DenseEngine, denseBytes } from '@trainyard/kernels';

const MOST_BYTES = 3e9;
/** Below this many rows threads cost more than they save. */
const FEW_ROWS = 300;

/** An engine for `size` rows. `copies` is how many more matrices of that size the caller holds. Throws OPTION_UNSUPPORTED with the memory needed. */
export async function createDenseEngine(
  size: number,
  features: number,
  threads: number,
  copies: number,
): Promise<DenseEngine> {
  const bytes = denseBytes({ size, features }) + copies * size * size * 8;
  const tooLarge = () =>
    new LearnError(
      'OPTION_UNSUPPORTED',
      `An exact Gaussian process on ${size} rows needs ${(bytes / 1e9).toFixed(1)} GB of memory, and ${MOST_BYTES / 1e9} GB is the most: use fewer rows, or for regression method "sparse".`,
      { field: 'params.method' },
    );
  if (bytes > MOST_BYTES) throw tooLarge();
  try {
    return await DenseEngine.create({ size, features, threads: size < FEW_ROWS ? 1 : threads });
  } catch (error) {
    throw error instanceof RangeError ? tooLarge() : error;
  }
}
