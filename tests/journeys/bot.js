// A bot for Node: reads one exported JSON file and posts once. It uses twitter-api-v2 if that is
// installed, and else signs the request itself (RFC 5849). node bot.js FILE API_URL TEXT [LIBRARY]
const crypto = require("node:crypto");
const fs = require("node:fs");

const [file, apiUrl, text, library] = process.argv.slice(2);
const keys = JSON.parse(fs.readFileSync(file, "utf8"));

async function postWithLibrary() {
  require("node:https").request = require("node:http").request; // the sandbox has no certificate
  const { TwitterApi } = require(library);
  const client = new TwitterApi(keys);
  client.v2.setPrefix(`${apiUrl}/2/`);
  return (await client.v2.tweet(text)).data.id;
}

function encode(value) {
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());
}

function sign(method, url) {
  const fields = {
    oauth_consumer_key: keys.appKey,
    oauth_nonce: crypto.randomBytes(16).toString("hex"),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
    oauth_token: keys.accessToken,
    oauth_version: "1.0",
  };
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${encode(value)}`);
  const base = [method, url, pairs.join("&")].map(encode).join("&");
  const secret = `${encode(keys.appSecret)}&${encode(keys.accessSecret)}`;
  fields.oauth_signature = crypto.createHmac("sha1", secret).update(base).digest("base64");
  return "OAuth " + Object.entries(fields).map(([name, value]) => `${name}="${encode(value)}"`).join(", ");
}

async function postWithFetch() {
  const url = `${apiUrl}/2/tweets`;
  const headers = { authorization: sign("POST", url), "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ text }) });
  if (!response.ok) throw new Error(`X answered ${response.status}`);
  return (await response.json()).data.id;
}

(library ? postWithLibrary() : postWithFetch()).then(
  (id) => console.log(id),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
