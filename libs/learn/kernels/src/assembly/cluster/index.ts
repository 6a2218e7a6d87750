export * from './bounds';
export * from './quantise-rows';
export * from './scan';
export * from './seed';
export * from './sums';
