/** The steps of an effect at which the kill tests end a process. */
export type Failpoint =
  | 'before-state-write'
  | 'after-state-write'
  | 'before-publish'
  | 'after-publish'
  | 'before-outbox-clear'
  | 'before-offset-commit'
  | 'after-offset-commit'
  | 'mid-training';

/** `FAILPOINT=before-publish:TrainCompleted` or `before-state-write:TrainingJob:3` (the third time). */
const [armedPoint, armedDetail, armedCount = '1'] = (process.env.FAILPOINT ?? '').split(':');
let hits = 0;

/** Whether this process is to end at the point: what only the kill tests need is kept only then. */
export const isArmed = (point: Failpoint): boolean => point === armedPoint;

/** Ends this process with SIGKILL when the environment armed exactly this point; does nothing otherwise. */
export function failpoint(point: Failpoint, detail = ''): void {
  if (point !== armedPoint) return;
  if (armedDetail && armedDetail !== '*' && armedDetail !== detail) return;
  hits++;
  if (hits === Number(armedCount)) process.kill(process.pid, 'SIGKILL');
}
