/** The exports of src/assembly/linear. Addresses are bytes; what each does is said there. */
export interface LinearKernels {
  linearScores(
    x: number,
    rows: number,
    stride: number,
    outputs: number,
    w: number,
    bias: number,
    scores: number,
    plane: number,
  ): void;
  softmaxResiduals(
    rows: number,
    outputs: number,
    scores: number,
    plane: number,
    labels: number,
    weights: number,
    own: number,
  ): number;
  logisticResiduals(rows: number, scores: number, labels: number, weights: number, own: number): number;
  linearGradients(
    x: number,
    rows: number,
    stride: number,
    outputs: number,
    residuals: number,
    plane: number,
    g: number,
  ): void;
  sumResiduals(rows: number, outputs: number, residuals: number, plane: number, sums: number): void;
  flushSums(floats: number, count: number, doubles: number): void;
  logLossDouble(
    x: number,
    rows: number,
    stride: number,
    outputs: number,
    w: number,
    bias: number,
    labels: number,
    weights: number,
    scores: number,
    g: number,
    sums: number,
  ): number;
  fillPanel(x: number, rows: number, stride: number, shifts: number, factors: number, panel: number): void;
  addGram(panel: number, rows: number, stride: number, first: number, step: number, gram: number): void;
}
