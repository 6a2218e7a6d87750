export { isPrivateAddress } from './address.js';
export { SourceError, type SourceErrorCode } from './errors.js';
export { type Snapshot, SourceResolver, type SourceSettings } from './resolver.js';
export { sourceSettings, sourceVariables } from './settings.js';
