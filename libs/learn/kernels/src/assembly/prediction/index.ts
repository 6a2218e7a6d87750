export * from './gather';
export * from './walk';
