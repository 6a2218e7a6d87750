export type BusLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a bus tells what happens to its connections; the bus itself prints nothing. */
export type BusLog = (level: BusLogLevel, message: string, details: Readonly<Record<string, unknown>>) => void;

export const noLog: BusLog = () => {};
