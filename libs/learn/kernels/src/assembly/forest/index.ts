export { codeRows, divideBins, middleValues } from './bins';
export { beginTree, growTree, isDone } from './grow';
export { sampleRows } from './sample';
