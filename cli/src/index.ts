export { exitCodeOf } from './failure.js';
export { buildProgram } from './program.js';
