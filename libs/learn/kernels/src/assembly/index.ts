export * from './boosting';
export * from './linear';
export * from './prediction';
export * from './cluster';
