export * from './bins';
export * from './categorical';
export * from './generated/unrolled';
export * from './gradient';
export * from './histogram';
export * from './partition';
export * from './split';
