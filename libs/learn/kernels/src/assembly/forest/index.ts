export { beginTree, growTree, isDone } from './grow';
export { sampleRows } from './sample';
