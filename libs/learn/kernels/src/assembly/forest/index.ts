export { codeRows, divideBins } from './bins';
export { beginTree, growTree, isDone } from './grow';
export { sampleRows } from './sample';
