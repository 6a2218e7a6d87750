/** An error of the Confluent Schema Registry API: its first three digits are the HTTP status. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';

  constructor(
    readonly errorCode: number,
    message: string,
  ) {
    super(message);
  }

  get status(): number {
    return Number(String(this.errorCode).slice(0, 3));
  }
}

export const subjectNotFound = (subject: string) => new RegistryError(40401, `Subject '${subject}' not found.`);
export const versionNotFound = (version: number) => new RegistryError(40402, `Version ${version} not found.`);
export const schemaNotFound = () => new RegistryError(40403, 'Schema not found');
export const incompatible = (reason: string) =>
  new RegistryError(409, `Schema being registered is incompatible with an earlier schema: ${reason}`);
export const invalidSchema = (reason: string) => new RegistryError(42201, `Invalid schema: ${reason}`);
export const invalidVersion = (version: string) =>
  new RegistryError(
    42202,
    `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`,
  );
