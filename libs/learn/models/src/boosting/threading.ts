/**
 * Below this many values a fit runs on one thread: two would wait for each other longer than they save. Measured with 100 rounds on
 * two cores: 10,000 x 20 took 0.30 s on one thread and 0.60 s on two, 58,400 x 20 0.66 s and 1.06 s. Tests set it to 0.
 */
export const threading = { fewValues: 1_500_000, fewObliviousValues: 300_000 };
