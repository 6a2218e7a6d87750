import type { DateState } from '@trainyard/features';
import type { OnnxGraph, Value } from '../graph.js';
import { scaled } from './scale.js';

const DAY = 86_400_000;

/** A column of doubles, milliseconds since 1970 UTC and NaN where missing: the parts of the date that the model uses. */
export function dateColumns(graph: OnnxGraph, { name, parts }: DateState): Value {
  const date = new DateParts(graph, graph.input(name, 'double'));
  return graph.beside(parts.map(({ part, scale }) => scaled(graph, date.part(part), scale)));
}

/** The arithmetic of features/src/encoders/date.ts (Hinnant's civil_from_days) as nodes. */
class DateParts {
  private readonly day: Value;

  constructor(
    private readonly graph: OnnxGraph,
    private readonly time: Value,
  ) {
    this.day = this.floor(this.divide(time, DAY));
  }

  part(part: DateState['parts'][number]['part']): Value {
    switch (part) {
      case 'days':
        return this.divide(this.time, DAY);
      case 'hour':
        return this.divide(this.subtract(this.time, this.times(this.day, DAY)), 3_600_000);
      case 'day_of_week':
        return this.plus(this.remainder(this.plus(this.day, 3), 7), 1);
      case 'month':
        return this.yearAndMonth().month;
      case 'year':
        return this.yearAndMonth().year;
    }
  }

  private yearAndMonth(): { year: Value; month: Value } {
    const { graph } = this;
    const shifted = this.plus(this.day, 719_468);
    const era = this.floor(this.divide(shifted, 146_097));
    const dayOfEra = this.subtract(shifted, this.times(era, 146_097));
    const whole = (by: number) => this.floor(this.divide(dayOfEra, by));
    const days = this.subtract(
      graph.node('Add', [this.subtract(dayOfEra, whole(1460)), whole(36_524)]),
      whole(146_096),
    );
    const yearOfEra = this.floor(this.divide(days, 365));
    const leaps = this.subtract(this.floor(this.divide(yearOfEra, 4)), this.floor(this.divide(yearOfEra, 100)));
    const dayOfYear = this.subtract(dayOfEra, graph.node('Add', [this.times(yearOfEra, 365), leaps]));
    const march = this.floor(this.divide(this.plus(this.times(dayOfYear, 5), 2), 153));
    const early = graph.node('Less', [march, this.number(10)]);
    const month = graph.node('Where', [early, this.plus(march, 3), this.plus(march, -9)]);
    const next = graph.node('Where', [graph.node('Less', [month, this.number(2.5)]), this.number(1), this.number(0)]);
    const year = graph.node('Add', [graph.node('Add', [yearOfEra, this.times(era, 400)]), next]);
    return { year, month };
  }

  private remainder(value: Value, by: number): Value {
    return this.subtract(value, this.times(this.floor(this.divide(value, by)), by));
  }

  private number(value: number): Value {
    return this.graph.doubles([value], 1, 1);
  }

  private floor(value: Value): Value {
    return this.graph.node('Floor', [value]);
  }

  private subtract(a: Value, b: Value): Value {
    return this.graph.node('Sub', [a, b]);
  }

  private divide(value: Value, by: number): Value {
    return this.graph.node('Div', [value, this.number(by)]);
  }

  private times(value: Value, by: number): Value {
    return this.graph.node('Mul', [value, this.number(by)]);
  }

  private plus(value: Value, add: number): Value {
    return this.graph.node('Add', [value, this.number(add)]);
  }
}
