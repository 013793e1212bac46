"""Source code in which people keep keys; own_cases.py says what ~K1 and "12" mean."""

from __future__ import annotations

from tests.transfer.reader.own_cases import SILENT, TOLD, TextCase

CODE_CASES = [
    TextCase(
        "script.py",
        "import tweepy\nauth = tweepy.OAuthHandler('~K1', '~S1')\n"
        "auth.set_access_token('~T1', '~U1')\napi = tweepy.API(auth)\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "two_bots.py",
        "a = tweepy.OAuth1UserHandler('~K1', '~S1')\na.set_access_token('~T1', '~U1')\n"
        "b = tweepy.OAuth1UserHandler('~K2', '~S2')\nb.set_access_token('~T2', '~U2')\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "dicts.py",
        "BOTS = {\n  'fernwick_news': {'consumer_key': '~K1', 'consumer_secret': '~S1',\n"
        "    'access_token': '~T1', 'access_secret': '~U1'},\n"
        "  'marsh_weather': {'consumer_key': '~K2', 'consumer_secret': '~S2',\n"
        "    'access_token': '~T2', 'access_secret': '~U2'},\n}\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "environ.py",
        "import os\nos.environ['TWITTER_API_KEY'] = '~K1'\n"
        "os.environ['TWITTER_API_SECRET'] = '~S1'\n"
        "token = os.getenv('TWITTER_ACCESS_TOKEN')\nsecret = os.environ['TWITTER_ACCESS_SECRET']\n",
        "",
        "1",
    ),
    TextCase(
        "requests_oauthlib.py",
        "auth = OAuth1('~K1', '~S1', '~T1', '~U1')\nrequests.get(url, auth=auth)\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "keywords.py",
        "oauth = OAuth1Session(client_key='~K1', client_secret='~S1',\n"
        "    resource_owner_key='~T1', resource_owner_secret='~U1')\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "twython.py",
        "twitter = Twython(APP_KEY, APP_SECRET, OAUTH_TOKEN, OAUTH_TOKEN_SECRET)\n",
        "",
        "",
    ),
    TextCase(
        "tuple.py",
        "APP_KEY, APP_SECRET = '~K1', '~S1'\nOAUTH_TOKEN, OAUTH_TOKEN_SECRET = '~T1', '~U1'\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "settings.py",
        "SECRET_KEY = '~Q1'\nTWITTER = {\n    'API_KEY': '~K1',\n    'API_SECRET': '~S1',\n"
        "    'TOKEN': '~T1',\n    'TOKEN_SECRET': '~U1',\n}\nDEBUG = True\n",
        "11",
    ),
    TextCase(
        "dataclass.py",
        "class Config:\n    consumer_key: str = '~K1'\n    consumer_secret: str = '~S1'\n"
        "    access_token: str = '~T1'\n    access_token_secret: str = '~U1'\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "commented.py",
        "# consumer_key = '~K2'\n# consumer_secret = '~S2'\nconsumer_key = '~K1'  # mine\n"
        "consumer_secret = '~S1'\n",
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "f-string.py",
        "KEY = f'{os.environ[\"A\"]}'\nAPI_KEY = f'{prefix}abcdefghijklmnop'\n"
        "API_SECRET = get('s')\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "bot.js",
        "const Twit = require('twit');\nconst T = new Twit({\n  consumer_key: '~K1',\n"
        "  consumer_secret: '~S1',\n  access_token: '~T1',\n  access_token_secret: '~U1',\n});\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "env.js",
        "module.exports = {\n  consumer_key: process.env.CONSUMER_KEY,\n"
        "  consumer_secret: process.env.CONSUMER_SECRET,\n};\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "default.ts",
        "export const config = {\n  appKey: process.env.APP_KEY || '~K1',\n"
        "  appSecret: process.env.APP_SECRET ?? '~S1',\n  accessToken: '~T1' as string,\n"
        "  accessSecret: `~U1`,\n};\n",
        "11",
        "",
    ),
    TextCase(
        "Main.java",
        "ConfigurationBuilder cb = new ConfigurationBuilder();\ncb.setDebugEnabled(true)\n"
        '  .setOAuthConsumerKey("~K1")\n  .setOAuthConsumerSecret("~S1")\n'
        '  .setOAuthAccessToken("~T1")\n  .setOAuthAccessTokenSecret("~U1");\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "Fields.java",
        'private static final String CONSUMER_KEY = "~K1";\n'
        'private static final String CONSUMER_SECRET = "~S1";\n'
        'private final static String accessToken = "~T1";\nString accessTokenSecret = "~U1";\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "Program.cs",
        'var creds = new TwitterCredentials("~K1", "~S1", "~T1", "~U1");\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "Named.cs",
        'var c = new TwitterClient(consumerKey: "~K1", consumerSecret: "~S1",\n'
        '    accessToken: "~T1", accessSecret: "~U1");\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "main.go",
        'config := oauth1.NewConfig("~K1", "~S1")\ntoken := oauth1.NewToken("~T1", "~U1")\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "struct.go",
        'creds := Credentials{\n\tConsumerKey: "~K1",\n\tConsumerSecret: "~S1",\n'
        '\tAccessToken: "~T1",\n\tAccessTokenSecret: "~U1",\n}\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "main.rs",
        'let con_token = egg_mode::KeyPair::new("~K1", "~S1");\n'
        'let access_token = egg_mode::KeyPair::new("~T1", "~U1");\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "const.rs",
        'const CONSUMER_KEY: &str = "~K1";\nconst CONSUMER_SECRET: &str = "~S1";\n'
        'const ACCESS_TOKEN: &str = "~T1";\nconst ACCESS_TOKEN_SECRET: &str = "~U1";\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "bot.rb",
        "client = Twitter::REST::Client.new do |config|\n  config.consumer_key        = '~K1'\n"
        "  config.consumer_secret     = '~S1'\n  config.access_token        = '~T1'\n"
        "  config.access_token_secret = '~U1'\nend\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "hash.rb",
        "CREDS = {\n  :consumer_key => '~K1',\n  :consumer_secret => '~S1',\n  token: '~T1',\n"
        "  secret: '~U1'\n}\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "config.php",
        "<?php\ndefine('CONSUMER_KEY', '~K1');\ndefine('CONSUMER_SECRET', '~S1');\n"
        "$access_token = '~T1';\n$access_token_secret = \"~U1\";\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "array.php",
        "<?php\n$settings = array(\n  'oauth_access_token' => '~T1',\n"
        "  'oauth_access_token_secret' => '~U1',\n  'consumer_key' => '~K1',\n"
        "  'consumer_secret' => '~S1'\n);\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "oauth.php",
        "<?php\n$connection = new TwitterOAuth('~K1', '~S1', '~T1', '~U1');\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "bot.pl",
        "my $nt = Net::Twitter->new(\n  consumer_key => '~K1',\n  consumer_secret => '~S1',\n"
        "  access_token => '~T1',\n  access_token_secret => '~U1',\n);\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "Keys.swift",
        'struct Keys {\n  static let consumerKey = "~K1"\n  static let consumerSecret = "~S1"\n'
        '  let accessToken: String = "~T1"\n  let accessTokenSecret: String = "~U1"\n}\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "Keys.kt",
        'object Keys {\n  const val CONSUMER_KEY = "~K1"\n  const val CONSUMER_SECRET = "~S1"\n'
        '  val accessToken: String = "~T1"\n  val accessTokenSecret = "~U1"\n}\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "secrets.h",
        '#define TWITTER_CONSUMER_KEY "~K1"\n#define TWITTER_CONSUMER_SECRET "~S1"\n'
        '#define TWITTER_ACCESS_TOKEN "~T1"\n#define TWITTER_ACCESS_TOKEN_SECRET "~U1"\n',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "rtweet.R",
        "token <- create_token(app = 'fern', consumer_key = '~K1', consumer_secret = '~S1',\n"
        "  access_token = '~T1', access_secret = '~U1')\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "env.R",
        "Sys.setenv(TWITTER_API_KEY = '~K1', TWITTER_API_SECRET = '~S1')\n",
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "notebook.ipynb",
        '{"cells": [{"cell_type": "code", "source": ["api_key = \'~K1\'\\n", '
        "\"api_secret = '~S1'\\n\", \"access_token = '~T1'\\n\", "
        '"access_token_secret = \'~U1\'"], "outputs": []}], "nbformat": 4}',
        "11",
        "",
        SILENT,
    ),
]
