import type { TrainProgress } from '@trainyard/workflow';

const WIDTH = 24;
const MILLISECONDS_BETWEEN = 100;

/** What progress looks like in one line. */
export function progressText(
  name: string,
  progress: Pick<TrainProgress, 'stage' | 'fraction'> & Partial<TrainProgress>,
): string {
  const filled = Math.round(progress.fraction * WIDTH);
  const bar = '#'.repeat(filled) + '-'.repeat(WIDTH - filled);
  const parts = [
    `${name} [${bar}] ${String(Math.round(progress.fraction * 100)).padStart(3)}% ${progress.stage.replace('_', ' ')}`,
  ];
  if (progress.fold !== undefined) parts.push(`fold ${progress.fold + 1}`);
  if (progress.iteration !== undefined) parts.push(`${progress.iteration}/${progress.iterations}`);
  if (progress.trainLoss !== undefined) parts.push(`train loss ${progress.trainLoss.toPrecision(4)}`);
  if (progress.validationLoss !== undefined) parts.push(`validation loss ${progress.validationLoss.toPrecision(4)}`);
  return parts.join(' · ');
}

/** One line on a terminal, redrawn; where it cannot be redrawn, one line a stage. */
export class ProgressLine {
  private last = 0;
  private stage = '';
  private drawn = false;

  constructor(
    private readonly name: string,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  show(progress: Pick<TrainProgress, 'stage' | 'fraction'> & Partial<TrainProgress>): void {
    const changed = progress.stage !== this.stage;
    this.stage = progress.stage;
    if (!this.out.isTTY) {
      if (changed) this.out.write(`${progressText(this.name, progress)}\n`);
      return;
    }
    const now = performance.now();
    if (!changed && now - this.last < MILLISECONDS_BETWEEN) return;
    this.last = now;
    this.drawn = true;
    const text = progressText(this.name, progress).slice(0, Math.max(20, (this.out.columns ?? 100) - 1));
    this.out.write(`\r\x1b[2K${text}`);
  }

  /** Leaves the line so that other output starts at its own. */
  end(): void {
    if (this.drawn) this.out.write('\n');
    this.drawn = false;
  }
}
