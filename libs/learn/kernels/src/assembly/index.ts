export * from './boosting';
export * from './prediction';
export * from './linear';
