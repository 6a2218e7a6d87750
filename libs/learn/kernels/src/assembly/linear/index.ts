export * from './gradients';
export * from './gram';
export * from './log-loss-double';
export * from './residuals';
export * from './scores';
