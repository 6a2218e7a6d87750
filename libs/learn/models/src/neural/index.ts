export { autoencoder } from './autoencoder.js';
export { mlp } from './mlp.js';
export { gruModel, lstmModel, rnnModel } from './recurrent.js';
export { tcn } from './tcn.js';
export { transformer } from './transformer.js';
