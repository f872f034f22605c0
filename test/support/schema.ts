/** The published JSON Schemas (docs/schema), compiled. */
import { Ajv, type ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../docs/schema/', import.meta.url));

/** @param name file below docs/schema without .json: "doctor", "error", ... */
export function validatorFor(name: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: true });
  return ajv.compile(readSchema(name));
}

function readSchema(name: string): object {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8')) as object;
}
