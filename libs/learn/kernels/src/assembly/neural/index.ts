export * from './activations';
export * from './multiply';
