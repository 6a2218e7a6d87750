export * from './bounds';
export * from './gaussian';
export * from './quantise-rows';
export * from './radius';
export * from './scan';
export * from './seed';
export * from './sums';
