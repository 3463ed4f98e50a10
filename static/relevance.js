// Evaluates the relevance trees that the server sends: the same tree, the same rules as
// surveys/questionnaire. It only spares a reload; the server decides again on every save.
// A value is a text, a number, true or false, a list (multiple choice) or an object (a grid's rows).

// Thrown for what only the server knows: the question then waits for the next page.
export class Unknown extends Error {}

const isGrid = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const known = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined);

function text(value) {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  if (Array.isArray(value)) return value.join(" ");
  return isGrid(value) ? Object.values(value).join(" ") : String(value);
}

// A date counts as its days since 1970-01-01, which is how dates are compared.
function days(written) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return NaN;
  const time = Date.parse(written);
  const real = !Number.isNaN(time) && new Date(time).toISOString().startsWith(written);
  return real ? time / 86_400_000 : NaN;
}

function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const written = text(value);
  const plain = written.length <= 60 && /^[ \t\n\r\f\v]*-?(\d+(\.\d*)?|\.\d+)[ \t\n\r\f\v]*$/.test(written);
  return plain ? Number(written) : days(written);
}

export function truth(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0 && !Number.isNaN(value);
  return (isGrid(value) ? Object.keys(value) : value).length > 0;
}

const flag = (value) => truth(value) && !(typeof value === "string" && ["false", "0"].includes(value));

function words(value) {
  if (Array.isArray(value)) return value;
  return isGrid(value) ? Object.values(value) : text(value).split(/\s+/).filter(Boolean);
}

function equal(left, right) {
  if (typeof left === "boolean" || typeof right === "boolean") return flag(left) === flag(right);
  if (typeof left === "number" || typeof right === "number") return number(left) === number(right);
  return text(left) === text(right);
}

// The server counts in decimals, where 0.1 + 0.2 is 0.3: nine digits after the point are enough for that.
const exact = (value) => Number(value.toFixed(9));
const chain = (step) => (...values) => values.map((value) => number(value())).reduce((a, b) => exact(step(a, b)));
const order = (test) => (left, right) => test(number(left()), number(right()));

const operators = {
  or: (...values) => values.some((value) => truth(value())),
  and: (...values) => values.every((value) => truth(value())),
  "=": (left, right) => equal(left(), right()),
  "!=": (left, right) => !equal(left(), right()),
  "<": order((a, b) => a < b),
  "<=": order((a, b) => a <= b),
  ">": order((a, b) => a > b),
  ">=": order((a, b) => a >= b),
  "+": chain((a, b) => a + b),
  "*": chain((a, b) => a * b),
  "-": (left, right) => (right ? exact(number(left()) - number(right())) : -number(left())),
  div: chain((a, b) => a / b),
  mod: chain((a, b) => a - exact(b * Math.trunc(exact(a / b)))),
};

function at(list, index) {
  const place = Math.trunc(number(index));
  return list[place] ?? "";
}

const functions = {
  selected: (value, choice) => words(value()).includes(text(choice())),
  "selected-at": (value, index) => at(words(value()), index()),
  "count-selected": (value) => words(value()).length,
  "count-non-empty": (...values) =>
    values
      .map((value) => value())
      .reduce((sum, value) => sum + (isGrid(value) ? Object.keys(value).length : Number(text(value) !== "")), 0),
  not: (value) => !truth(value()),
  if: (test, yes, no) => (truth(test()) ? yes() : no()),
  coalesce: (...values) => values.map((value) => value()).find((value) => text(value) !== "") ?? "",
  true: () => true,
  false: () => false,
  number: (value) => number(value()),
  string: (value) => text(value()),
  "string-length": (value) => [...text(value())].length,
  concat: (...values) => values.map((value) => text(value())).join(""),
  contains: (value, part) => text(value()).includes(text(part())),
  "starts-with": (value, part) => text(value()).startsWith(text(part())),
};

// `name` is an answer; `name:part` is a row of a grid, or the text behind "other".
function refer(path, lookup) {
  const [name, part] = path.split(":");
  const value = lookup(name) ?? "";
  if (part === undefined) return value;
  return (isGrid(value) ? known(value, part) : lookup(path)) ?? "";
}

// `lookup` gives the answer by name, undefined when there is none.
export function evaluate(tree, lookup) {
  if (!Array.isArray(tree)) return tree;
  const [head, ...rest] = tree;
  if (head === "$") return refer(rest[0], lookup);
  const [name, given] = head === "call" ? [rest[0], rest.slice(1)] : [head, rest];
  const run = known(head === "call" ? functions : operators, name);
  if (!run) throw new Unknown(name);
  return run(...given.map((node) => () => evaluate(node, lookup)));
}
