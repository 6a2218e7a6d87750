/** How much a version differs from its parent, and so which part of its number grows. */
export type ChangeSize = 'major' | 'minor' | 'patch';

/** The number after `last`, the highest one given out so far; 1.0.0 when there is none. */
export function nextVersion(last: string | undefined, size: ChangeSize): string {
  if (last === undefined) return '1.0.0';
  const [major = 0, minor = 0, patch = 0] = last.split('.').map(Number);
  switch (size) {
    case 'major':
      return `${major + 1}.0.0`;
    case 'minor':
      return `${major}.${minor + 1}.0`;
    case 'patch':
      return `${major}.${minor}.${patch + 1}`;
  }
}
