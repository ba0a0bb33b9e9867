// swift-tools-version: 6.2
import PackageDescription

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let argumentParser: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

/// The deployed functions: executable, folder, zip and log group all carry these names.
let functions: [String: [Target.Dependency]] = [
    "router-enrichment": ["AWS", "HTTP", "JSON", "Lambda", "Mail", "Process", "Text", logging],
    "gmail-forwarder": [
        "AWS", "Delivery", "Gmail", "HTTP", "JSON", "Lambda", "Mail", "Mailboxes", "Process",
        "Text", logging,
    ],
    "bouncer": ["AWS", "Delivery", "HTTP", "JSON", "Lambda", "Mail", "Process", logging],
    "smtp-credential-manager": ["AWS", "HTTP", "Lambda", "Process", "SMTPCredentials", logging],
    "digest": [
        "AWS", "Delivery", "Gmail", "JSON", "Lambda", "Mail", "Mailboxes", "Process", "Text",
        logging,
    ],
]

let package = Package(
    name: "ses-mail",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CResolv", providers: [.apt(["libc6-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CHypot"),
        .target(name: "Text"),
        .target(name: "Process", dependencies: ["Text"]),
        .target(name: "JSON", dependencies: ["Text"]),
        .target(name: "HTTP", dependencies: ["CCurl", "COpenSSL", "Text"]),
        .target(name: "AWS", dependencies: ["COpenSSL", "HTTP", "JSON", "Process", "Text"]),
        .target(name: "Lambda", dependencies: ["HTTP", "JSON", "Process", "Text", logging]),
        .target(name: "Mail", dependencies: ["JSON", "Text"]),
        .target(
            name: "Delivery", dependencies: ["AWS", "JSON", "Lambda", "Mail", "Text", logging]),
        .target(name: "SMTPCredentials", dependencies: ["AWS", "HTTP", "JSON", "Text"]),
        .target(name: "Gmail", dependencies: ["HTTP", "JSON", "Text"]),
        .target(
            name: "Mailboxes",
            dependencies: ["AWS", "Gmail", "HTTP", "Lambda", "Mail", "Process", logging]),
        .target(name: "Submission", dependencies: ["CCurl", "HTTP"]),
        .executableTarget(
            name: "ses-mail",
            dependencies: [
                "AWS", "CExpat", "CHypot", "CResolv", "CZlib", "Gmail", "HTTP", "JSON", "Mail",
                "Process", "SMTPCredentials", "Submission", "Text", argumentParser,
            ]),
        .target(
            name: "TestSupport", dependencies: ["COpenSSL", "HTTP", "JSON", "Process", "Text"],
            path: "Tests/TestSupport"),
        .target(
            name: "FunctionTestSupport",
            dependencies: [
                "AWS", "HTTP", "JSON", "Lambda", "Mail", "Process", "TestSupport", "Text", logging,
            ], path: "Tests/FunctionTestSupport"),
        .testTarget(
            name: "AWSTests",
            dependencies: ["AWS", "HTTP", "JSON", "Process", "TestSupport", "Text"],
            exclude: ["Fixtures", "Golden"]),
        .testTarget(
            name: "BouncerTests",
            dependencies: [
                "AWS", "Delivery", "FunctionTestSupport", "HTTP", "JSON", "Lambda", "Mail",
                "TestSupport", "bouncer", logging,
            ]),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "AWS", "CCurl", "FunctionTestSupport", "Gmail", "HTTP", "JSON", "Lambda", "Mail",
                "Process", "SMTPCredentials", "Submission", "TestSupport", "Text",
                "router-enrichment", "ses-mail", argumentParser,
            ], exclude: ["Golden"]),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "AWS", "Delivery", "FunctionTestSupport", "HTTP", "JSON", "Mail", "TestSupport",
            ]),
        .testTarget(
            name: "DigestTests",
            dependencies: [
                "AWS", "FunctionTestSupport", "HTTP", "JSON", "Mail", "Process", "TestSupport",
                "digest",
            ]),
        .testTarget(name: "EndToEndTests", dependencies: ["JSON", "TestSupport", "Text"]),
        .testTarget(
            name: "GmailForwarderTests",
            dependencies: [
                "AWS", "Delivery", "FunctionTestSupport", "Gmail", "HTTP", "JSON", "Lambda", "Mail",
                "TestSupport", "gmail-forwarder", logging,
            ]),
        .testTarget(
            name: "GmailTests", dependencies: ["Gmail", "HTTP", "JSON", "TestSupport", "Text"],
            exclude: ["Golden"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport", "Text"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(
            name: "LambdaTests",
            dependencies: ["HTTP", "JSON", "Lambda", "Process", "TestSupport", logging]),
        .testTarget(
            name: "MailTests", dependencies: ["JSON", "Mail", "TestSupport", "Text"],
            exclude: ["Golden"]),
        .testTarget(name: "ProcessTests", dependencies: ["Process", "TestSupport"]),
        .testTarget(
            name: "RouterEnrichmentTests",
            dependencies: [
                "AWS", "FunctionTestSupport", "HTTP", "JSON", "Lambda", "Mail", "Process",
                "TestSupport", "router-enrichment", logging,
            ]),
        .testTarget(
            name: "SMTPCredentialManagerTests",
            dependencies: [
                "AWS", "FunctionTestSupport", "HTTP", "JSON", "Lambda", "SMTPCredentials",
                "TestSupport", "Text", "smtp-credential-manager", logging,
            ]),
        .testTarget(
            name: "SMTPCredentialsTests",
            dependencies: [
                "AWS", "FunctionTestSupport", "HTTP", "JSON", "SMTPCredentials", "TestSupport",
            ]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "AWS", "FunctionTestSupport", "HTTP", "JSON", "Lambda", "Mail", "Process",
                "TestSupport", "Text", "bouncer", "gmail-forwarder", "router-enrichment",
                "smtp-credential-manager", logging,
            ]),
        .testTarget(name: "TextTests", dependencies: ["TestSupport", "Text"]),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
    ]
        + functions.map { name, libraries in
            .executableTarget(name: name, dependencies: libraries + ["CHypot"])
        }
)

// The simulation alone, for an optimised build of it: `make test-simulation`.
if Context.environment["SES_MAIL_SIMULATION"] != nil {
    package.targets.removeAll {
        $0.name == "ses-mail" || $0.type == .test && $0.name != "SimulationTests"
    }
}

// `scripts/fuzz.sh` alone builds this, for libFuzzer, which brings its own `main`: of the
// executables it has the files that read what strangers write (docs/fuzzing.md).
if Context.environment["SES_MAIL_FUZZ"] != nil {
    let readers = [
        ("bouncer", ["BounceRequest.swift"]),
        ("gmail-forwarder", ["ForwardRequest.swift", "MessageIDSearch.swift"]),
        ("router-enrichment", ["InboundRecord.swift"]),
        (
            "ses-mail",
            [
                "DNS/PolicyTags.swift", "DNS/PolicyText.swift", "DNS/Resolver/DNSMessage.swift",
                "DNS/Resolver/DNSName.swift", "DNS/SPF", "DNS/TransportPolicy.swift",
                "Init/HCLScanner.swift", "Init/TerraformValues.swift",
                "Mail/AuthenticationResults.swift", "Output/Text.swift",
                "Reports/DMARCReport.swift", "Reports/DMARCSource.swift",
                "Reports/Inflation.swift", "Reports/ReportContent.swift",
                "Reports/ReportFile.swift", "Reports/ReportHead.swift",
                "Reports/ReportLimits.swift", "Reports/TLSReport.swift",
                "Reports/XMLReader.swift", "Reports/ZipArchive.swift", "System/Clock.swift",
            ]
        ),
    ]
    package.targets.removeAll { [.executable, .test].contains($0.type) }
    for (name, files) in readers {
        package.targets.append(
            .target(
                name: name,
                dependencies: [
                    "CExpat", "CResolv", "CZlib", "Delivery", "HTTP", "JSON", "Lambda", "Mail",
                    "Process", "Text",
                ], sources: files))
    }
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "AWS", "Delivery", "Gmail", "HTTP", "JSON", "Lambda", "Mail", "SMTPCredentials",
                "Text", "bouncer", "gmail-forwarder", "router-enrichment", "ses-mail",
            ], path: "Tests/Fuzz"))
}

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // What ships does without the regular expressions that every file imports unasked: their
    // `split` and `firstRange` are slow, and they are a seventh of a bootstrap.
    if target.type != .test {
        target.swiftSettings?.append(
            .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"]))
    }
}
