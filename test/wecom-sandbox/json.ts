/** Reading JSON that a client sent, without trusting it. */
import { Refusal, type Rule } from './rules.js';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const bytes = (text: string): number => Buffer.byteLength(text);
/** Characters as a reader counts them: code points. */
export const characters = (text: string): number => [...text].length;

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function parseObject(text: string, rule: Rule = 'json'): JsonObject {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw new Refusal(rule, 'not JSON');
  }
  if (!isObject(value)) throw new Refusal(rule, 'not an object');
  return value;
}

/** A string, or undefined if absent; refused if it is something else. */
export function maybeText(of: JsonObject, key: string, rule: Rule = 'field'): string | undefined {
  const value = of[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new Refusal(rule, `${key} is not a string`);
  return value;
}

/** A string that is there and not empty. `max`: bytes. */
export function needText(of: JsonObject, key: string, rule: Rule = 'missing', max = Number.POSITIVE_INFINITY): string {
  const value = maybeText(of, key, rule);
  if (value === undefined || value === '') throw new Refusal(rule, `${key} is missing or empty`);
  if (bytes(value) > max) throw new Refusal(rule, `${key} has ${bytes(value)} bytes, at most ${max}`);
  return value;
}

export function maybeNumber(of: JsonObject, key: string, rule: Rule = 'field'): number | undefined {
  const value = of[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Refusal(rule, `${key} is not a number`);
  return value;
}

export function maybeObject(of: JsonObject, key: string, rule: Rule = 'field'): JsonObject | undefined {
  const value = of[key];
  if (value === undefined) return undefined;
  if (!isObject(value)) throw new Refusal(rule, `${key} is not an object`);
  return value;
}

export function needObject(of: JsonObject, key: string, rule: Rule = 'missing'): JsonObject {
  const value = maybeObject(of, key, rule);
  if (value === undefined) throw new Refusal(rule, `${key} is missing`);
  return value;
}

/** A list of objects; absent counts as empty. */
export function objects(of: JsonObject, key: string, rule: Rule = 'field'): JsonObject[] {
  const value = of[key];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Refusal(rule, `${key} is not a list`);
  return value.map((item, index) => {
    if (!isObject(item)) throw new Refusal(rule, `${key}[${index}] is not an object`);
    return item;
  });
}

/** A list of strings; absent counts as empty. */
export function texts(of: JsonObject, key: string, rule: Rule = 'field'): string[] {
  const value = of[key];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Refusal(rule, `${key} is not a list`);
  return value.map((item, index) => {
    if (typeof item !== 'string') throw new Refusal(rule, `${key}[${index}] is not a string`);
    return item;
  });
}
