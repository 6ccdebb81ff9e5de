import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ago,
  byteRate,
  clean,
  count,
  digits,
  duration,
  exact,
  middle,
  plural,
  rate,
  share,
  size,
  span,
} from "../src/parts/format";
import cases from "./fixtures/values.json";

test("three significant digits at most, no trailing zeros", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [1234.5, "1230"],
    [87.04, "87"],
    [0.3, "0.3"],
    [0.12345, "0.123"],
    [99.96, "100"],
    [9.999, "10"],
    [12.34, "12.3"],
    [-4.567, "-4.57"],
  ];
  for (const [value, text] of cases) assert.equal(digits(value), text);
});

test("numbers carry their unit and its prefix", () => {
  assert.equal(rate(1240), "1.24k rps");
  assert.equal(rate(999.7), "1k rps");
  assert.equal(rate(0.004), "< 0.01 rps");
  assert.equal(rate(0), "0 rps");
  assert.equal(byteRate(1_200_000), "1.2 MB/s");
  assert.equal(byteRate(0.4), "< 1 B/s");
  assert.equal(count(2_500_000), "2.5M");
  assert.equal(duration(87), "87 ms");
  assert.equal(duration(1104), "1.1 s");
  assert.equal(duration(150_000), "2.5 min");
});

test("a share that is not all never reads 100 %, nor one that is not none 0 %", () => {
  assert.equal(share(0.003), "0.3 %");
  assert.equal(share(0.9999), "> 99.9 %");
  assert.equal(share(1), "100 %");
  assert.equal(share(0.00001), "< 0.01 %");
  assert.equal(share(0), "0 %");
});

test("what is not known is a dash", () => {
  for (const format of [rate, byteRate, count, duration, share]) {
    assert.equal(format(null), "–");
    assert.equal(format(Number.NaN), "–");
  }
  assert.equal(exact(null, "ms"), "not known");
  assert.equal(exact(12.345678, "ms"), "12.345678 ms");
});

test("long names lose their middle and keep their length", () => {
  assert.equal(middle("short", 10), "short");
  const cut = middle("checkout-service-primary-v2", 12);
  assert.equal([...cut].length, 12);
  assert.match(cut, /^check.*…/);
  assert.equal([...middle("a".repeat(100_000), 20)].length, 20);
  assert.equal([...middle("🚀".repeat(50), 5)].length, 5);
});

test("names cannot hide or turn text", () => {
  assert.equal(clean("a\u202eb\u0000c\nd"), "a\ufffdb\ufffdc\ufffdd");
  assert.equal(clean("日本語 <b>"), "日本語 <b>");
});

test("times in words", () => {
  assert.equal(span(45), "45 s");
  assert.equal(span(300), "5 min");
  assert.equal(span(86_400), "24 h");
  assert.equal(ago(0.4), "just now");
  assert.equal(ago(61), "61 s ago");
  assert.equal(plural(1, "edge"), "1 edge");
  assert.equal(plural(1200, "edge"), "1,200 edges");
});

test("the server's templates and the browser write the same", () => {
  const writers: Record<string, (value: never) => string> = {
    count,
    rate: (value) => rate(value),
    byteRate,
    size,
    duration,
    share,
    exact: (value) => exact(value, "ms"),
    span,
    ago,
    clean,
    middle: (value) => middle(value, 13),
    plural: (value) => plural(value, "edge"),
  };
  for (const [name, pairs] of Object.entries(cases)) {
    for (const [value, text] of pairs) assert.equal(writers[name]!(value as never), text, `${name}(${value})`);
  }
});
