export { candidateOf, evaluatedOf } from './candidate.js';
export { Played } from './played.js';
export { eventually, message, testPorts } from './ports.js';
