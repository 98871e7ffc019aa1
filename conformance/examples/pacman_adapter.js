// PACMAN messages for `sciwire conform pacman --impl "cmd:node pacman_adapter.js"`: Node and nothing else.
// It reads and writes them, takes 16 requests at a time, and answers in their order.
"use strict";

const TYPES = { D: "DATA", "?": "REQ", "!": "REP" };
const REGISTER = [["register", 4, 4], ["value", 12, 4]];
const TX = { word: "TX", byte: "D", fields: [["io_channel", 1, 1], ["packet", 8, "bytes", 8]] };
const WORDS = {
  DATA: [
    { word: "DATA", byte: "D", fields: [["io_channel", 1, 1], ["receipt_timestamp", 2, 4], ["packet", 8, "bytes", 8]] },
    { word: "TRIG", byte: "T", fields: [["trigger_type", 1, "bytes", 1], ["timestamp", 4, 4]] },
    { word: "SYNC", byte: "S", fields: [["sync_type", 1, "bytes", 1], ["clk_source", 2, 1], ["timestamp", 4, 4]] },
  ],
  REQ: [
    { word: "PING", byte: "P", fields: [] },
    { word: "WRITE", byte: "W", fields: REGISTER },
    { word: "READ", byte: "R", fields: REGISTER },
    TX,
  ],
  REP: [
    { word: "PONG", byte: "P", fields: [] },
    { word: "WRITE", byte: "W", fields: REGISTER },
    { word: "READ", byte: "R", fields: REGISTER },
    TX,
    { word: "ERR", byte: "E", fields: [["code", 1, 1], ["text", 2, "bytes", 14]] },
  ],
};

class Refused extends Error {
  constructor(category, at, message) {
    super(message);
    this.error = { category, at, message };
  }
}

function decode(data) {
  if (data.length < 8) throw new Refused("truncated", null, `a header has 8 bytes, there are ${data.length}`);
  const type = TYPES[String.fromCharCode(data[0])];
  if (!type) throw new Refused("constraint", 0, `no message begins with byte ${data[0]}`);
  const count = data.readUInt16LE(6);
  if (data.length !== 8 + 16 * count) {
    const category = data.length < 8 + 16 * count ? "truncated" : "size";
    throw new Refused(category, null, `${count} words are declared, ${data.length - 8} bytes follow the header`);
  }
  const words = [];
  for (let at = 8; at < data.length; at += 16) words.push(decodeWord(type, data.subarray(at, at + 16), at));
  return { type, timestamp: data.readUInt32LE(1), words };
}

function decodeWord(type, data, at) {
  const layout = WORDS[type].find((one) => one.byte.charCodeAt(0) === data[0]);
  if (!layout) throw new Refused("constraint", at, `no word of ${type} begins with byte ${data[0]}`);
  const value = { word: layout.word };
  for (const [name, start, kind, size] of layout.fields) {
    value[name] =
      kind === "bytes"
        ? { $bytes: data.subarray(start, start + size).toString("base64") }
        : data.readUIntLE(start, kind);
  }
  return value;
}

function encode(value) {
  const data = Buffer.alloc(8 + 16 * value.words.length);
  const type = Object.keys(TYPES).find((byte) => TYPES[byte] === value.type);
  if (!type) throw new Refused("constraint", null, `there is no type ${value.type}`);
  data.write(type, 0, "latin1");
  writeNumber(data, 1, value.timestamp, 4);
  writeNumber(data, 6, value.words.length, 2);
  value.words.forEach((word, index) => encodeWord(value.type, word, data.subarray(8 + 16 * index, 24 + 16 * index)));
  return data.toString("base64");
}

function encodeWord(type, word, data) {
  const layout = WORDS[type].find((one) => one.word === word.word);
  if (!layout) throw new Refused("constraint", null, `${type} has no word ${word.word}`);
  data.write(layout.byte, 0, "latin1");
  for (const [name, start, kind, size] of layout.fields) {
    if (kind === "bytes") Buffer.from(word[name].$bytes, "base64").copy(data, start, 0, size);
    else writeNumber(data, start, word[name], kind);
  }
}

function writeNumber(data, at, value, size) {
  const fits = Number.isInteger(value) && value >= 0 && value < 2 ** (8 * size);
  if (!fits) throw new Refused("constraint", null, `${value} is no number of ${size} bytes`);
  data.writeUIntLE(value, at, size);
}

function answer(request) {
  if (request.cmd === "start") {
    return {
      ok: true,
      implementation: { name: "example-javascript", version: "1", language: "javascript" },
      formats: { pacman: { versions: ["0.0"], can: ["decode", "encode"], reports: ["category"] } },
      window: 16,
    };
  }
  const { id, cmd, format, options } = request;
  if (format !== "pacman" || Object.keys(options ?? {}).length > 0) return { id, unsupported: "pacman, without options" };
  try {
    if (cmd === "decode") return { id, value: decode(Buffer.from(request.data, "base64")) };
    if (cmd === "encode") return { id, data: encode(request.value) };
    return { id, unsupported: cmd };
  } catch (error) {
    if (error instanceof Refused) return { id, error: error.error };
    throw error; // a crash is a crash: the suite shows it, and starts us again
  }
}

require("node:readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const request = JSON.parse(line);
    if (request.cmd === "stop") process.exit(0);
    process.stdout.write(JSON.stringify(answer(request)) + "\n");
  });
