export { lightgbm } from './lightgbm.js';
