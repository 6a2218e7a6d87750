/** The largest that one over a deviation can be, for targets of deviation 1. */
export const MOST_PRECISE = 1000;
/** What is added to the output so that 0 stands for a deviation of 1. */
export const PRECISION_SHIFT = Math.fround(-Math.log(MOST_PRECISE - 1));

/** The deviation that an output of a Gaussian head stands for. */
export const deviationOf = (output: number): number => (1 + Math.exp(-(output + PRECISION_SHIFT))) / MOST_PRECISE;
