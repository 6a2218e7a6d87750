export * from './boosting';
export * from './cluster';
export * from './linear';
export * from './prediction';
export * from './oblivious';
