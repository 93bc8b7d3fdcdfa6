// Evaluates a batch of expressions with the feelin of the folder given as argument: JSON in, JSON out.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { evaluate } = await import(pathToFileURL(`${process.argv[2]}/@bpmn-io/feelin/dist/index.js`));

const quoted = (text) => JSON.stringify(text);

function read(data) {
  if (Array.isArray(data)) return data.map(read);
  if (data === null || typeof data !== "object") return data;
  if ("date" in data) return evaluate(`date(${quoted(data.date)})`).value;
  if ("instant" in data) return evaluate(`date and time(${quoted(data.instant)})`).value;
  if ("duration" in data) return evaluate(`duration(${quoted(data.duration)})`).value;
  if ("number" in data) return Number(data.number);
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, read(value)]));
}

function write(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(write);
  if (value.isLuxonDateTime) {
    const midnight = value.toUTC().toISO().endsWith("T00:00:00.000Z") && value.zoneName === "UTC";
    return midnight ? { date: value.toISODate() } : { instant: value.toUTC().toISO({ suppressMilliseconds: true }) };
  }
  if (value.isLuxonDuration) {
    const months = value.years * 12 + value.months;
    const seconds = value.set({ years: 0, months: 0 }).as("seconds");
    return months && seconds ? { mixed: value.toISO() } : months ? { months } : { seconds };
  }
  if (typeof value === "object" && Object.getPrototypeOf(value) !== Object.prototype) return { other: String(value) };
  if (typeof value === "object") {
    return { row: Object.fromEntries(Object.entries(value).map(([key, part]) => [key, write(part)])) };
  }
  return typeof value === "function" ? { other: "function" } : value;
}

function answer(source, names) {
  try {
    return write(evaluate(source, names).value);
  } catch (error) {
    return { throws: String(error.message) };
  }
}

const { names, expressions } = JSON.parse(readFileSync(0, "utf8"));
const known = read(names);
console.log(JSON.stringify(expressions.map((source) => answer(source, known))));
