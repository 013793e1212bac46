"""Files and notes in which people keep keys; own_cases.py says what ~K1 and "12" mean."""

from __future__ import annotations

from tests.transfer.reader.own_cases import SILENT, TOLD, TextCase

FORMAT_CASES = [
    # INI.
    TextCase(
        "default.ini",
        "[DEFAULT]\nconsumer_key = ~K1\nconsumer_secret = ~S1\n[fernwick_news]\n"
        "access_token = ~T1\naccess_token_secret = ~U1\n[marsh_weather]\naccess_token = ~T2\n"
        "access_token_secret = ~U2\n",
        "11 12",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "app-section.ini",
        "[app]\nkey = ~K1\nsecret = ~S1\n[account]\ntoken = ~T1\nsecret = ~U1\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "no-section.cfg",
        "consumer_key: ~K1\nconsumer_secret: ~S1\naccess_key: ~T1\naccess_secret: ~U1\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "comments.ini",
        "; the keys\n[twitter] ; X\napi_key = ~K1 ; the key\napi_secret = ~S1\n# end\n",
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "two-services.ini",
        "[facebook]\napp_id = 1234567890123456\napp_secret = ~Q1\naccess_token = ~Q2\n[x]\n"
        "api_key = ~K1\napi_secret = ~S1\naccess_token = ~T1\naccess_token_secret = ~U1\n",
        "11",
        "",
        TOLD,
    ),
    TextCase(
        "half-section.ini",
        "[one]\nconsumer_key = ~K1\nconsumer_secret = ~S1\naccess_token = ~T1\n"
        "access_token_secret = ~U1\n[two]\nconsumer_key = ~K2\nconsumer_secret = ~S2\n"
        "access_token = ~T2\n",
        "11",
        "2",
        TOLD,
    ),
    # JSON.
    TextCase(
        "list.json",
        '[{"handle": "@fernwick_news", "consumer_key": "~K1", "consumer_secret": "~S1", '
        '"access_token": "~T1", "access_token_secret": "~U1"}, {"handle": "marsh_weather", '
        '"consumer_key": "~K1", "consumer_secret": "~S1", "access_token": "~T2", '
        '"access_token_secret": "~U2"}]',
        "11 12",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "nested.json",
        '{"twitter": {"app": {"key": "~K1", "secret": "~S1"}, '
        '"user": {"token": "~T1", "secret": "~U1"}}, "mastodon": {"access_token": "~M1"}}',
        "11",
        "",
        TOLD,
    ),
    TextCase(
        "kinds.json",
        '{"consumer_keys": ["~K1", "~K2"], "consumer_secrets": ["~S1", "~S2"], '
        '"access_tokens": ["~T1", "~T2"], "access_token_secrets": ["~U1", "~U2"]}',
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "comments.jsonc",
        '{\n  // the app\n  "appKey": "~K1",\n  "appSecret": "~S1", /* end */\n}\n',
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "claude_desktop_config.json",
        '{"mcpServers": {"twitter": {"command": "npx", "args": ["-y", "x"], "env": {"API_KEY": '
        '"~K1", "API_SECRET_KEY": "~S1", "ACCESS_TOKEN": "~T1", "ACCESS_TOKEN_SECRET": "~U1"}}, '
        '"github": {"env": {"GITHUB_PERSONAL_ACCESS_TOKEN": "ghp_~K2"}}}}',
        "11",
        "",
        TOLD,
    ),
    TextCase(
        "lines.jsonl",
        '{"consumer_key": "~K1", "consumer_secret": "~S1", "token": "~T1", "secret": "~U1"}\n'
        '{"consumer_key": "~K2", "consumer_secret": "~S2", "token": "~T2", "secret": "~U2"}\n',
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "within.json",
        '{"TWITTER": "{\\"api_key\\": \\"~K1\\", \\"api_secret\\": \\"~S1\\"}"}',
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "ssm.json",
        '{"Parameters": [{"Name": "/bots/fern/consumer_key", "Type": "SecureString", '
        '"Value": "~K1"}, {"Name": "/bots/fern/consumer_secret", "Value": "~S1"}, '
        '{"Name": "/bots/fern/access_token", "Value": "~T1"}, '
        '{"Name": "/bots/fern/access_token_secret", "Value": "~U1"}]}',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "two-ssm.json",
        '{"Parameters": [{"Name": "/a1/consumer_key", "Value": "~K1"}, '
        '{"Name": "/a1/consumer_secret", "Value": "~S1"}, {"Name": "/b2/consumer_key", "Value": '
        '"~K2"}, {"Name": "/b2/consumer_secret", "Value": "~S2"}]}',
        "",
        "12",
        SILENT,
    ),
    TextCase(
        "bitwarden.json",
        '{"items": [{"name": "X bot", "login": {"username": "fernwick_news", "password": "x"}, '
        '"fields": [{"name": "API key", "value": "~K1", "type": 1}, {"name": "API secret", '
        '"value": "~S1", "type": 1}, {"name": "Access token", "value": "~T1"}, '
        '{"name": "Access token secret", "value": "~U1"}]}]}',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "secret-list.json",
        '[{"name": "TWITTER_API_KEY", "value": "~K1"}, {"name": "TWITTER_API_SECRET", "value": '
        '"~S1"}, {"name": "TWITTER_ACCESS_TOKEN", "valueFrom": "arn:aws:ssm:eu:0:parameter/x"}]',
        "",
        "1",
    ),
    TextCase(
        "oauth2.json",
        '{"client_id": "~C1", "client_secret": "~D1", "refresh_token": "abc"}',
        "",
        "",
        TOLD,
    ),
    # YAML, TOML, HCL.
    TextCase(
        "accounts.yml",
        "accounts:\n  - name: fernwick_news\n    twitter:\n      consumer_key: ~K1\n"
        "      consumer_secret: ~S1\n      access_token: ~T1\n      access_token_secret: ~U1\n"
        "  - name: marsh_weather\n    twitter:\n      consumer_key: ~K2\n"
        "      consumer_secret: ~S2\n      access_token: ~T2\n      access_token_secret: ~U2\n",
        "11 22",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "anchors.yml",
        "app: &app\n  consumer_key: ~K1\n  consumer_secret: ~S1\nfernwick_news:\n  <<: *app\n"
        "  access_token: ~T1\n  access_token_secret: ~U1\nmarsh_weather:\n  <<: *app\n"
        "  access_token: ~T2\n  access_token_secret: ~U2\n",
        "11 12",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "workflow.yml",
        "jobs:\n  tweet:\n    steps:\n      - uses: ethomson/send-tweet-action@v1\n        with:\n"
        "          consumer-key: ${{ secrets.TWITTER_CONSUMER_API_KEY }}\n"
        "          consumer-secret: ${{ secrets.TWITTER_CONSUMER_API_SECRET }}\n"
        "          access-token: ${{ secrets.TWITTER_ACCESS_TOKEN }}\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "stringdata.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\nstringData:\n"
        "  consumer-key: ~K1\n  consumer-secret: ~S1\n  access-token: ~T1\n"
        "  access-token-secret: ~U1\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "deployment.yaml",
        "kind: Deployment\nspec:\n  containers:\n    - name: bot\n      env:\n"
        "        - name: TWITTER_API_KEY\n          value: ~K1\n"
        "        - name: TWITTER_API_SECRET\n          value: '~S1'\n"
        "        - name: TWITTER_ACCESS_TOKEN\n          valueFrom:\n            secretKeyRef:\n"
        "              name: x\n              key: token\n",
        "",
        "1",
    ),
    TextCase(
        "compose.yml",
        "services:\n  news:\n    environment:\n      TWITTER_API_KEY: ~K1\n"
        "      TWITTER_API_SECRET: ~S1\n      TWITTER_ACCESS_TOKEN: ~T1\n"
        "      TWITTER_ACCESS_SECRET: ~U1\n  weather:\n    environment:\n"
        "      TWITTER_API_KEY: ~K2\n      TWITTER_API_SECRET: ~S2\n"
        "      TWITTER_ACCESS_TOKEN: ~T2\n      TWITTER_ACCESS_SECRET: ~U2\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "ansible.yml",
        "twitter_api_key: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3330613764\n"
        "twitter_api_secret: '{{ vault_secret }}'\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "sops.yaml",
        "twitter:\n  api_key: ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]\n"
        "  api_secret: ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]\nsops:\n  version: 3.9.0\n",
        "",
        "",
        TOLD,
    ),
    TextCase(
        "bots.toml",
        '[bots.fernwick_news]\napi_key = "~K1"\napi_secret = "~S1"\naccess_token = "~T1"\n'
        'access_token_secret = "~U1"\n\n[bots.marsh_weather]\napi_key = "~K2"\n'
        "api_secret = '~S2'\naccess_token = \"~T2\"\naccess_token_secret = \"~U2\"\n",
        "11 22",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "secrets.toml",
        '[twitter]\nbearer_token = "~B1"\nconsumer_key = "~K1"\nconsumer_secret = "~S1"\n',
        "",
        "1",
        SILENT,
        kept="b",
    ),
    TextCase(
        "variables.tf",
        'variable "twitter_api_key" {\n  type = string\n  default = "~K1"\n}\n'
        'variable "twitter_api_secret" {\n  default = "~S1"\n  sensitive = true\n}\n'
        'variable "twitter_access_token" {\n  type = string\n}\n',
        "",
        "1",
    ),
    # CSV and tables.
    TextCase(
        "semicolons.csv",
        "handle;consumer_key;consumer_secret;access_token;access_token_secret\n"
        "fernwick_news;~K1;~S1;~T1;~U1\nmarsh_weather;~K2;~S2;~T2;~U2\n",
        "11 22",
        "",
        SILENT,
        "fernwick_news marsh_weather",
    ),
    TextCase(
        "tabs.tsv",
        "Account\tAPI Key\tAPI Secret\tToken\tToken Secret\nfernwick_news\t~K1\t~S1\t~T1\t~U1\n",
        "11",
        "",
        SILENT,
        "fernwick_news",
    ),
    TextCase("headerless.tsv", "fernwick_news\t~T1\t~U1\nmarsh_weather\t~T2\t~U2\n", "-1 -2"),
    TextCase(
        "quoted.csv",
        'name,note,api_key,api_secret\nBot,"news, weather and ""more""",~K1,~S1\n',
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "half-row.csv",
        "handle,consumer_key,consumer_secret,access_token,access_token_secret\n"
        "fernwick_news,~K1,~S1,~T1,~U1\nmarsh_weather,~K1,~S1,~T2,\n",
        "11",
        "",
        TOLD,
    ),
    TextCase("two-columns.csv", "API Key,~K1\nAPI Secret,~S1\nAccess Token,~T1\n"
             "Access Token Secret,~U1\n", "11", "", SILENT),
    TextCase(
        "transposed.csv",
        "field,news,weather\nconsumer_key,~K1,~K2\nconsumer_secret,~S1,~S2\n"
        "access_token,~T1,~T2\naccess_token_secret,~U1,~U2\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "keepassxc.csv",
        '"Group","Title","Username","Password","URL","Notes"\n"Root","X bot","fernwick_news",'
        '"hunter2","https://x.com","API key: ~K1\nAPI secret: ~S1\nAccess token: ~T1\n'
        'Access token secret: ~U1"\n',
        "11",
        "",
        SILENT,
    ),
    # Notes.
    TextCase(
        "table.md",
        "# Keys\n\n| Field | Value |\n|---|---|\n| API key | `~K1` |\n| API secret | `~S1` |\n"
        "| Access token | ~T1 |\n| Access token secret | ~U1 |\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "headings.md",
        "# fernwick_news\n\n- API key: `~K1`\n- API secret: `~S1`\n- Access token: `~T1`\n"
        "- Access token secret: `~U1`\n\n# marsh_weather\n\n- API key: `~K2`\n"
        "- API secret: `~S2`\n- Access token: `~T2`\n- Access token secret: `~U2`\n",
        "11 22",
        "",
        SILENT,
    ),
    TextCase(
        "bold.md",
        "**API Key:** ~K1  \n**API Key Secret:** ~S1  \n**Access Token:** ~T1  \n"
        "**Access Token Secret:** ~U1\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "fenced.md",
        "Put this into .env:\n\n```sh\nexport TWITTER_API_KEY=~K1\n"
        "export TWITTER_API_SECRET=~S1\n```\n",
        "",
        "1",
        SILENT,
    ),
    TextCase(
        "console.txt",
        "Consumer Keys\nAPI Key and Secret\nAPI Key\n~K1\nAPI Key Secret\n~S1\n"
        "Authentication Tokens\nBearer Token\n~B1\nAccess Token\n~T1\nAccess Token Secret\n~U1\n",
        "11",
        "",
        SILENT,
        kept="b",
    ),
    TextCase("bare.txt", "~K1\n~S1\n~T1\n~U1\n", "11", "", SILENT),
    TextCase("bare-two.txt", "~K1\n~S1\n~T1\n~U1\n\n~K2\n~S2\n~T2\n~U2\n", "11 22", "", SILENT),
    TextCase("two-lines.txt", "~T1\n~U1\n", "-1", "", SILENT),
    TextCase("bare-half.txt", "~K1\n~S1\n~T1\n", "", "1", TOLD),
    TextCase(
        "german.txt",
        "Hallo Anna, hier die Schl\u00fcssel:\nAPI-Key: ~K1\nAPI-Secret: ~S1\n"
        "Access-Token: ~T1\nAccess-Token-Secret: ~U1\nViele Gr\u00fc\u00dfe\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "equals.txt", "API key = ~K1, API secret = ~S1, token = ~T1, token secret = ~U1", "11"
    ),
    TextCase("oysttyerkey", "ck=~K1&cs=~S1&at=~T1&ats=~U1\n", "11", "", SILENT),
    TextCase("prose.txt", "Nothing is in here but InternationalizationTests and words.\n", "", "",
             SILENT),
    # Shells, systems, containers.
    TextCase("export.sh", "#!/bin/sh\nexport X_API_KEY=~K1 X_API_SECRET='~S1'\n"
             "X_ACCESS_TOKEN=~T1 X_ACCESS_TOKEN_SECRET=~U1 python bot.py\n", "11", "", SILENT),
    TextCase("default.sh", 'export X_API_KEY="${X_API_KEY:-~K1}"\nexport X_API_SECRET="$SECRET"\n',
             "", "", TOLD),
    TextCase("keys.fish", "set -gx TWITTER_API_KEY ~K1\nset -x TWITTER_API_SECRET '~S1'\n", "", "1",
             SILENT),
    TextCase("keys.csh", "setenv TWITTER_API_KEY ~K1\nsetenv TWITTER_API_SECRET '~S1'\n", "", "1",
             SILENT),
    TextCase("keys.bat", '@echo off\r\nset TWITTER_API_KEY=~K1\r\nset "TWITTER_API_SECRET=~S1"\r\n'
             'setx TWITTER_ACCESS_TOKEN "~T1" /M\r\nSETX TWITTER_ACCESS_TOKEN_SECRET ~U1\r\n',
             "11", "", SILENT),
    TextCase("keys.ps1", "$env:TWITTER_API_KEY = '~K1'\n$env:TWITTER_API_SECRET=\"~S1\"\n"
             "$accessToken = '~T1'\n$accessTokenSecret = '~U1'\n", "11", "", SILENT),
    TextCase("bot.service", "[Service]\nEnvironment=TWITTER_API_KEY=~K1\n"
             'Environment="TWITTER_API_SECRET=~S1" "TWITTER_ACCESS_TOKEN=~T1"\n'
             "Environment=TWITTER_ACCESS_TOKEN_SECRET=~U1\nExecStart=/usr/bin/bot\n", "11", "",
             SILENT),
    TextCase("run.sh", "docker run -e TWITTER_API_KEY=~K1 -e TWITTER_API_SECRET=~S1 \\\n"
             "  --env TWITTER_ACCESS_TOKEN=~T1 --env=TWITTER_ACCESS_TOKEN_SECRET=~U1 bot\n", "11",
             "", SILENT),
    TextCase("authorize.sh", "twurl authorize --consumer-key ~K1 --consumer-secret ~S1\n", "", "1",
             SILENT),
    TextCase("heroku.sh", "heroku config:set TWITTER_API_KEY=~K1 TWITTER_API_SECRET=~S1\n", "", "1",
             SILENT),
    TextCase("gh.sh", "gh secret set TWITTER_API_KEY --body ~K1\n"
             "gh secret set TWITTER_API_SECRET -b '~S1'\n", "", "1", SILENT),
    TextCase("Dockerfile", "FROM x\nARG TWITTER_API_KEY=~K1\nENV TWITTER_API_SECRET ~S1\n", "", "1",
             SILENT),
    # XML.
    TextCase("strings.xml", '<resources>\n<string name="consumer_key">~K1</string>\n'
             '<string name="consumer_secret">~S1</string>\n'
             '<string name="access_token">~T1</string>\n'
             '<string name="access_token_secret">~U1</string>\n</resources>\n', "11", "", SILENT),
    TextCase("elements.xml", '<?xml version="1.0"?>\n<accounts>\n<account name="fernwick_news">'
             "<consumerKey>~K1</consumerKey><consumerSecret>~S1</consumerSecret>"
             "<token>~T1</token><tokenSecret>~U1</tokenSecret></account>\n"
             '<account name="marsh_weather"><consumerKey>~K2</consumerKey>'
             "<consumerSecret>~S2</consumerSecret><token>~T2</token><tokenSecret>~U2</tokenSecret>"
             "</account>\n</accounts>\n", "11 22", "", SILENT),
    TextCase("attributes.xml", '<twitter consumerKey="~K1" consumerSecret="~S1"\n'
             ' accessToken="~T1" accessTokenSecret="~U1" />\n', "11", "", SILENT),
    TextCase("keys.plist", '<?xml version="1.0"?><plist version="1.0"><dict>'
             "<key>ConsumerKey</key><string>~K1</string><key>ConsumerSecret</key>"
             "<string>~S1</string></dict></plist>", "", "1", SILENT),
    TextCase("twitter4j.properties", "debug=true\noauth.consumerKey=~K1\noauth.consumerSecret=~S1\n"
             "oauth.accessToken=~T1\noauth.accessTokenSecret=~U1\n", "11", "", SILENT),
    TextCase("numbered.properties", "bot.1.consumerKey=~K1\nbot.1.consumerSecret=~S1\n"
             "bot.1.accessToken=~T1\nbot.1.accessTokenSecret=~U1\nbot.2.accessToken=~T2\n"
             "bot.2.accessTokenSecret=~U2\n", "11 -2"),
    TextCase("streams.conf", 'twitter {\n  oauth {\n    consumerKey = "~K1"\n'
             '    consumerSecret = "~S1"\n    accessToken = "~T1"\n'
             '    accessTokenSecret = "~U1"\n  }\n}\n', "11", "", SILENT),
    TextCase(
        "two-clients.py",
        'm = Mastodon(access_token="~M1", client_id="~M2")\n'
        't = tweepy.Client(consumer_key="~K1", consumer_secret="~S1",\n'
        '    access_token="~T1", access_token_secret="~U1")\n',
        "11",
        "",
        TOLD,
    ),
    TextCase(
        "secrets.json",
        '{"Twitter:ConsumerKey": "~K1", "Twitter:ConsumerSecret": "~S1",\n'
        '"Authentication:Twitter:AccessToken": "~T1", '
        '"Authentication:Twitter:AccessSecret": "~U1"}',
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "types.yml",
        "services:\n  - type: twitter\n    consumer_key: ~K1\n    consumer_secret: ~S1\n"
        "    access_token: ~T1\n    access_token_secret: ~U1\n  - type: tumblr\n"
        "    consumer_key: ~Q1\n    consumer_secret: ~Q2\n    token: ~Q3\n"
        "    token_secret: ~Q4\n",
        "11",
        "",
        TOLD,
    ),
    TextCase(
        "twice.env",
        "API_KEY=~K1\nTWITTER_API_KEY=~K1\nAPI_SECRET=~S1\nTWITTER_API_SECRET=~S1\n"
        "ACCESS_TOKEN=~T1\nTWITTER_ACCESS_TOKEN=~T1\nACCESS_TOKEN_SECRET=~U1\n",
        "11",
        "",
        SILENT,
    ),
    TextCase(
        "crossed.env",
        "CONSUMER_KEY=~K1\nCONSUMER_SECRET=~S1\nACCESS_TOKEN_SECRET=~U1\nCONSUMER_KEY=~K2\n"
        "CONSUMER_SECRET=~S2\nACCESS_TOKEN=~T2\n",
        "",
        "12",
        TOLD,
    ),
    TextCase("rsshub.env", "TWITTER_TOKEN_news=~K1,~S1,~T1,~U1\n"
             "TWITTER_TOKEN_cats=~K2,~S2,~T2,~U2\n",
             "11 22", "", SILENT),
    TextCase("colons.txt", "fernwick_news:~K1:~S1:~T1:~U1\nmarsh_weather:~K2:~S2:~T2:~U2\n",
             "11 22", "", SILENT, "fernwick_news marsh_weather"),
    TextCase("message.asc", "-----BEGIN PGP MESSAGE-----\n\nhQEMA0k1\n-----END PGP MESSAGE-----\n",
             "", "", TOLD),
]  # fmt: skip
