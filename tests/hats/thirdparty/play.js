// Play one story with hat-js. Stdin: {token, steps: [{name, api, call, args}]}. Stdout: one JSON
// line a step, then one for the client. {"$": "made.recordId"} in args is what step `made` got.
const dns = require('dns');
const { HatClient } = require('@dataswift/hat-js');

// Names below localhost are loopback by definition; not every system's resolver knows it.
const ask = dns.lookup;
dns.lookup = (name, options, done) =>
  ask(/\.localhost$/.test(name) ? '127.0.0.1' : name, options, done);

const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n');

function filled(value, known) {
  if (Array.isArray(value)) return value.map((one) => filled(one, known));
  if (value === null || typeof value !== 'object') return value;
  if (value.bytes !== undefined) return Buffer.from(value.bytes);
  if (value.$ !== undefined) return value.$.split('.').reduce((from, key) => from[key], known);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, known)]));
}

async function said(hat, step, known) {
  try {
    const answer = await hat[step.api]()[step.call](...filled(step.args, known));
    const isAnswer = answer !== null && typeof answer === 'object' && 'parsedBody' in answer;
    return isAnswer ? { status: answer.status, body: answer.parsedBody } : { body: answer };
  } catch (error) {
    return { failed: error.message, kind: error.name, status: error.status };
  }
}

async function play({ token, steps }) {
  const renewed = [];
  const hat = new HatClient({
    token, apiVersion: 'v2.6', secure: false, onTokenChange: (newer) => renewed.push(newer),
  });
  const known = {};
  for (const step of steps) {
    const heard = await said(hat, step, known);
    known[step.name] = heard.body;
    tell({ name: step.name, ...heard });
  }
  tell({ renewed });
}

let input = '';
process.stdin.on('data', (piece) => { input += piece; }).on('end', () => play(JSON.parse(input)));
