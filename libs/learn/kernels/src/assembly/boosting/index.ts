export * from './bins';
export * from './categorical';
export * from './constrained';
export * from './generated/unrolled';
export * from './gradient';
export * from './histogram';
export * from './partition';
export * from './split';
