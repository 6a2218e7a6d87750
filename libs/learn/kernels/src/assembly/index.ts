export * from './boosting';
export * from './cluster';
export * from './linear';
export * from './oblivious';
export * from './prediction';
