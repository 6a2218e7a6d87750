export * from './decomposition';
export * from './kernel-rows';
export * from './panels';
export * from './smo';
