export { elasticNet, lasso } from './elastic-net.js';
export { linear, ridge } from './linear.js';
export { logistic } from './logistic.js';
export { type StochasticGradientDescent, sgd } from './sgd.js';
