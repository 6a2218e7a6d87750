/** What is used of two packages that bring no types. */
declare module 'ml-knn' {
  export default class KNN {
    constructor(dataset: number[][], labels: number[], options?: { k?: number });
    readonly kdTree: { nearest(point: number[], count: number): [point: number[], distance: number][] };
  }
}
declare module 'ml-svm' {
  export default class SVM {
    constructor(options: object);
    train(features: number[][], labels: number[]): void;
    marginOne(features: number[]): number;
    toJSON(): object;
    static load(model: object): SVM;
  }
}
