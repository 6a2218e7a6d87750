export * from './boosting';
