export * from './boosting';
export * from './prediction';
