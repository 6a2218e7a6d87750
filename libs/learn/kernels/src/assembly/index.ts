export * from './boosting';
export * from './cluster';
export * from './forest';
export * from './linear';
export * from './neighbours';
export * from './oblivious';
export * from './prediction';
export * from './svm';
