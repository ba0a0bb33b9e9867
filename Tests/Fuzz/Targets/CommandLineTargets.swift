import Text

@testable import Mail
@testable import ses_mail

extension FuzzTarget {
    static let commandLineTargets = [answers, transportPolicy, senderPolicy, routingLog]

    private static let answers = FuzzTarget(
        name: "dns-answers",
        seeds: [
            // A question for example.com, and a record of each type behind it.
            message(type: 15, data: [0, 10, 1, 0x61, 0xC0, 0x0C]),
            message(type: 16, data: [3, 0x61, 0x62, 0x63, 0]),
            message(type: 5, data: [0xC0, 0x0C]), message(type: 1, data: [192, 0, 2, 1]),
            message(type: 28, data: Array(repeating: 1, count: 16)),
            message(type: 257, data: [128, 5] + Array("issueca.example".utf8)),
            message(type: 41, data: []), message(type: 6, data: [0, 0]),
        ], words: ["\u{07}example\u{03}com\0", "\0\u{10}\0\u{01}", "\0\u{0F}\0\u{01}"]
    ) { input in
        let types: [RecordType] = [.a, .cname, .mx, .txt, .aaaa, .caa]
        for type in types {
            switch DNSMessage.judge(input.bytes, DNSName("example.com"), type) {
            case .answer(let answer):
                for value in answer.values {
                    require(value.text.utf8.count <= 4 * input.bytes.count + 1100, "a size")
                    if case .address(let bytes) = value {
                        require([4, 16].contains(bytes.count), "an address's size")
                    }
                }
                require(answer.aliases.count <= 16, "the number of aliases")
            case .followed(let aliases): require((1...16).contains(aliases.count), "aliases")
            case .cutOff, .notUnderstood, .useless: break
            }
        }
        return nil
    }

    private static func message(type: UInt16, data: [UInt8]) -> [UInt8] {
        let name: [UInt8] = [7] + Array("example".utf8) + [3] + Array("com".utf8) + [0]
        let header: [UInt8] = [0x12, 0x34, 0x84, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        let record: [UInt8] = [0xC0, 0x0C, UInt8(type >> 8), UInt8(type & 0xFF), 0, 1, 0, 0, 0, 60]
        return header + name + [0, 15, 0, 1] + record + [0, UInt8(data.count)] + data
    }

    private static let transportPolicy = FuzzTarget(
        name: "mta-sts",
        seeds: [
            FuzzInput.seed("version: STSv1\r\nmode: enforce\r\nmx: *.example.com\r\nmax_age: 60\n"),
            FuzzInput.seed("version: STSv1\nmode: none\nmax_age: 0", "v=STSv1; id=2025"),
            FuzzInput.seed("mx", " \"v=DMARC1; p=none; rua=mailto:a@B\""),
            FuzzInput.seed("", "V = spf1 include:a"), FuzzInput.seed("", "v=TLSRPTv1; rua=https:a"),
        ],
        words: [
            "version: STSv1\n", "mode: ", "enforce", "testing", "none", "mx: ", "max_age: ", "*.",
            "v=STSv1;", "v=DMARC1;", "v=TLSRPTv1;", "v=spf1 ", "rua=mailto:", "; p=reject", "id=",
        ],
        growing: [
            GrowingInput("version: STSv1\nmode: enforce\nmax_age: 1\n", "mx: a#.example\n", ""),
            GrowingInput("\u{1E}v=DMARC1; p=none", "; t#=1", ""),
            GrowingInput("\u{1E}v=TLSRPTv1; rua=", "mailto:a#@b,", "mailto:a"),
            GrowingInput("\u{1E}", "spf1 ", ""), GrowingInput("\u{1E}", "= spf#", ""),
        ]
    ) { input in
        if let policy = try? TransportPolicy(Array(input[0].utf8)) {
            require(["none", "testing", "enforce"].contains(policy.mode), "a mode")
            for pattern in policy.patterns.prefix(20) where !pattern.utf8.starts(with: "*.".utf8) {
                require(policy.allows(DNSName(pattern)), "a server that is named is allowed")
            }
            if policy.patterns.count == 1, let pattern = policy.patterns.first,
                pattern.utf8.starts(with: "*.".utf8)
            {
                let rest = pattern.utf8.dropFirst()
                require(policy.allows(DNSName("a\(Substring(rest))")), "a star is a label")
                require(!policy.allows(DNSName("a.b\(Substring(rest))")), "and only one")
            }
        }
        let text = input[1]
        if let kind = PolicyText(of: text) {
            _ = kind.fault(text)
            require(NearPolicy(text) == nil, "a policy is not nearly one")
            let tags = PolicyTags(text)
            if kind.fault(text) == nil, kind != .spf {
                require(tags.comparison(with: tags, kind) == .same, "a policy is itself")
            }
        } else if let near = NearPolicy(text) {
            require(PolicyText(of: near.repaired) == near.kind, "what is repaired is a policy")
        }
        return nil
    }

    private static let senderPolicy = FuzzTarget(
        name: "spf",
        seeds: [
            FuzzInput.seed("v=spf1 include:a.example ip4:192.0.2.0/24 ~all"),
            FuzzInput.seed(
                "v=spf1 a mx/24//64 ?exists:%{i}.b.example -ip6:2001:db8::1/128 ptr",
                "v=spf1 redirect=c.example exp=d"),
            FuzzInput.seed("V=SPF1 +mx:e.example/ a:f.example//129", "v=spf1"),
        ],
        words: [
            "v=spf1", " include:", " redirect=", " a", " mx:", " ip4:", " ip6:", " exists:", " ptr",
            "%{i}", "/24", "//64", " -all", " ~all", "?", "+", "192.0.2.1", "2001:db8::",
        ],
        growing: [
            GrowingInput("v=spf1", " a:b#.example", " ~all"),
            GrowingInput("v=spf1", " include:b#.example", " ~all\u{1E}v=spf1 -all"),
            GrowingInput("v=spf1", " ip4:192.0.2.# -a ?mx:b#.example", " ~all"),
        ]
    ) { input in
        let name = DNSName("example.com")
        var asked = 0
        let texts = input.rest(from: 1)
        let count = try? SPFCount(of: input[0], at: name) { _, type in
            asked += 1
            let text = texts.isEmpty ? "" : texts[asked % texts.count]
            return type == .txt && !text.isEmpty ? .found([.text(text)]) : .noName()
        }
        require(count == nil || asked <= 120, "the number of questions")
        _ = SPFRecord(readable: input[0]).lookups
        guard let record = try? SPFRecord(input[0]) else { return nil }
        for term in record.mechanisms {
            guard let again = try? SPFTerm(term.text) else { fatalError("a term is not read") }
            require(again == term, "a term is itself")
            require(term.text.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a term is plain")
        }
        let wanted = "v=spf1 include:amazonses.com ~all"
        guard let merge = SPFMerge(wanted, at: name) else { fatalError("the wanted record") }
        let joined = merge.text(joining: [record])
        guard let merged = try? SPFRecord(joined) else {
            fatalError("the advice is no record: \(joined)")
        }
        switch merge.comparison(with: merged) {
        case .same, .more: break
        case .different: fatalError("the advice does not have what is wanted: \(joined)")
        }
        _ = merge.settings(for: merge.others(in: [record]))
        return nil
    }

    private static let routingLog = FuzzTarget(
        name: "routing-log",
        seeds: [
            FuzzInput.seed(
                #"{"messageId":"m","log":"store a%40b - ROUTE%23* spam; bounce c d e f"}"#),
            FuzzInput.seed(
                #"{"id":"1","messageId":"m1","actions":"{store:{count:0,targets:[]},"#
                    + "bounce:{count:1,targets:[{rule:ROUTE#*,target:a@example.com}]},"
                    + #"forward-to-gmail:{count:0,targets:[]}}"}"#),
            FuzzInput.seed(
                #"{"timestamp":1,"message":"{\"messageId\":\"m\",\"actions\":{\"store\":{"#
                    + #"\"count\":1,\"targets\":[{\"target\":\"a\"}]}}}"}"#),
            FuzzInput.seed(
                #"{"id":"1","messageId":"m1","actions":"{store:{count:1,targets:["#
                    + #"{description:The "old",target:a@b}]}"}"#),
        ],
        words: [
            "count:", "target:", "store:{", "bounce:{", "forward-to-gmail:{", "targets:[", ",", "{",
            "reason:dmarc-reject", "9223372036854775807", "\"messageId\":\"", "\",", "; ", "%2D",
        ],
        growing: [
            GrowingInput(#"{"messageId":"m","log":""#, "store a# - ROUTE%23# spam; ", "x\"}"),
            GrowingInput(
                #"{"messageId":"m","actions":"{store:{count:0,targets:[]},bounce:{count:0,"#
                    + "targets:[]},forward-to-gmail:{targets:[",
                "{target:a#@b.example},", #"],count:#}}"}"#),
            GrowingInput(#"{"messageId":"m","actions":"{target:a"#, "store:{", "}\"}"),
            GrowingInput(#"{"messageId":"m","actions":"{"#, "target:a@b,", "}\"}"),
        ]
    ) { input in
        guard let line = RoutingLogLine(input.text, timestamp: 1) else { return nil }
        _ = (line.isRelease, line.isRejectedByDMARC, line.isCanary)
        let longest = input.text.utf8.count
        for target in line.targets ?? [] {
            require(target.recipient.utf8.count <= longest, "no recipient is invented")
        }
        return nil
    }
}
