export * from './nearest';
export * from './quantise';
export * from './scan';
export * from './tree';
