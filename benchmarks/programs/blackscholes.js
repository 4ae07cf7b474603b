'use strict';
class Option {
  constructor(spot, strike, years) {
    this.spot = spot; this.strike = strike; this.years = years;
  }
}

function next(x) {
  x ^= x << 13;
  x ^= x >>> 17;
  return x ^ x << 5;
}

function cdf(x) {
  const k = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly = k * (0.319381530 + k * (-0.356563782 + k * (1.781477937
             + k * (-1.821255978 + k * 1.330274429))));
  const tail = 0.3989422804014327 * Math.exp(-0.5 * x * x) * poly;
  return x >= 0 ? 1 - tail : tail;
}

function call(o, rate, vol) {
  const s = vol * Math.sqrt(o.years);
  const d1 =
      (Math.log(o.spot / o.strike) + (rate + 0.5 * vol * vol) * o.years) / s;
  return o.spot * cdf(d1) - o.strike * Math.exp(-rate * o.years) * cdf(d1 - s);
}

function main(n, reps) {
  const options = [];
  let seed = 2463534242 | 0;
  for (let i = 0; i < n; i++) {
    seed = next(seed);
    const spot = 50 + (seed >>> 8) / 16777216 * 100;
    seed = next(seed);
    const strike = 50 + (seed >>> 8) / 16777216 * 100;
    seed = next(seed);
    const years = 0.25 + (seed >>> 8) / 16777216 * 2;
    options.push(new Option(spot, strike, years));
  }
  const prices = new Float64Array(n);
  for (let r = 0; r < reps; r++) {
    const vol = 0.2 + 0.001 * r;
    for (let i = 0; i < n; i++) prices[i] += call(options[i], 0.03, vol);
  }
  let total = 0;
  for (let i = 0; i < n; i++) total += prices[i];
  console.log((total / (n * reps)).toFixed(6));
}

main(Number(process.argv[2] ?? 100000), Number(process.argv[3] ?? 150));
