export type { ArtifactStore } from './artifacts.js';
export { ArtifactError, type ArtifactErrorCode } from './errors.js';
export { MemoryArtifacts } from './memory/memory-artifacts.js';
export { artifactsAddress, openArtifacts } from './open-artifacts.js';
