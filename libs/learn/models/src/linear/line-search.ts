/** The value of a function along a line at `step`, with its derivative along the line. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

const SUFFICIENT_DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_EVALUATIONS = 40;

/** The minimum of the cubic through two points with slopes, kept inside the middle of the interval. */
function interpolate(a: LinePoint, b: LinePoint): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const discriminant = d1 * d1 - a.slope * b.slope;
  const low = Math.min(a.step, b.step);
  const width = Math.abs(b.step - a.step);
  if (discriminant >= 0) {
    const d2 = Math.sign(b.step - a.step) * Math.sqrt(discriminant);
    const step = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
    if (step > low + 0.1 * width && step < low + 0.9 * width) return step;
  }
  return low + 0.5 * width;
}

/**
 * A step that satisfies the strong Wolfe conditions (Nocedal and Wright, Numerical Optimization, algorithms 3.5 and 3.6).
 * Returns undefined when no step decreases the function, which near a minimum means that rounding has the last word.
 */
export async function wolfeStep(
  start: LinePoint,
  first: number,
  at: (step: number) => Promise<LinePoint>,
): Promise<LinePoint | undefined> {
  const decreases = (point: LinePoint) => point.value <= start.value + SUFFICIENT_DECREASE * point.step * start.slope;
  const flat = (point: LinePoint) => Math.abs(point.slope) <= -CURVATURE * start.slope;
  let evaluations = 0;

  const zoom = async (lowPoint: LinePoint, highPoint: LinePoint): Promise<LinePoint | undefined> => {
    let low = lowPoint;
    let high = highPoint;
    while (evaluations++ < MOST_EVALUATIONS) {
      const point = await at(interpolate(low, high));
      if (!decreases(point) || point.value >= low.value) {
        high = point;
      } else {
        if (flat(point)) return point;
        if (point.slope * (high.step - low.step) >= 0) high = low;
        low = point;
      }
    }
    return low.value < start.value ? low : undefined;
  };

  let previous = start;
  let step = first;
  while (evaluations++ < MOST_EVALUATIONS) {
    const point = await at(step);
    if (!Number.isFinite(point.value)) {
      step = previous.step + (step - previous.step) / 10;
      continue;
    }
    if (!decreases(point) || (previous !== start && point.value >= previous.value)) return zoom(previous, point);
    if (flat(point)) return point;
    if (point.slope >= 0) return zoom(point, previous);
    previous = point;
    step *= 2;
  }
  return previous.value < start.value ? previous : undefined;
}
