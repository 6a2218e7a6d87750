export * from './bin';
export * from './gather';
export * from './job';
export * from './sweep';
export * from './walk';
