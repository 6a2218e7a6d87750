export * from './cholesky';
export * from './covariance';
