// swift-tools-version: 6.2
import PackageDescription

/// The deployed functions: executable, folder, zip and log group all carry these names.
let functions = ["router-enrichment", "gmail-forwarder", "bouncer", "smtp-credential-manager"]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

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
        .target(name: "Text"),
        .target(name: "JSON", dependencies: ["Text"]),
        .target(name: "HTTP", dependencies: ["CCurl", "COpenSSL", "Text"]),
        .target(name: "CHypot"),
        .target(name: "AWS", dependencies: ["HTTP", "JSON", "COpenSSL", "Text"]),
        .target(name: "Lambda", dependencies: ["HTTP", "JSON", "Text", logging]),
        .target(name: "Mail", dependencies: ["JSON", "Text"]),
        .target(
            name: "Delivery", dependencies: ["AWS", "JSON", "Lambda", "Mail", "Text", logging]),
        .target(name: "SMTPCredentials", dependencies: ["AWS", "HTTP", "JSON", "Text"]),
        .target(name: "Gmail", dependencies: ["HTTP", "JSON", "Text"]),
        .executableTarget(
            name: "ses-mail",
            dependencies: [
                "AWS", "CResolv", "Gmail", "HTTP", "JSON", "Mail", "SMTPCredentials", "Text",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .target(
            name: "TestSupport", dependencies: ["COpenSSL", "HTTP", "JSON", "Text"],
            path: "Tests/TestSupport"),
        .target(
            name: "FunctionTestSupport",
            dependencies: ["AWS", "HTTP", "JSON", "Lambda", "TestSupport", "Text", logging],
            path: "Tests/FunctionTestSupport"),
        .testTarget(
            name: "SMTPCredentialsTests",
            dependencies: ["SMTPCredentials", "AWS", "HTTP", "JSON", "TestSupport"]),
        .testTarget(
            name: "SMTPCredentialManagerTests",
            dependencies: [
                "smtp-credential-manager", "AWS", "HTTP", "JSON", "Lambda", "SMTPCredentials",
                "TestSupport", "FunctionTestSupport", logging, "Text",
            ]),
        .testTarget(name: "EndToEndTests", dependencies: ["JSON", "TestSupport", "Text"]),
        .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
        .testTarget(name: "TextTests", dependencies: ["TestSupport", "Text"]),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
        .testTarget(name: "HTTPTests", dependencies: ["HTTP", "TestSupport", "Text"]),
        .testTarget(
            name: "AWSTests", dependencies: ["AWS", "HTTP", "JSON", "TestSupport", "Text"],
            exclude: ["Fixtures", "Golden"]),
        .testTarget(
            name: "LambdaTests",
            dependencies: [
                "router-enrichment", "HTTP", "JSON", "Lambda", "TestSupport", logging,
            ]),
        .testTarget(
            name: "DeliveryTests",
            dependencies: [
                "Delivery", "AWS", "HTTP", "JSON", "Lambda", "Mail", "TestSupport",
                "FunctionTestSupport", logging,
            ]),
        .testTarget(
            name: "GmailTests", dependencies: ["Gmail", "HTTP", "JSON", "TestSupport", "Text"],
            exclude: ["Golden"]),
        .testTarget(
            name: "MailTests", dependencies: ["Mail", "JSON", "TestSupport", "Text"],
            exclude: ["Golden"]),
        .testTarget(
            name: "RouterEnrichmentTests",
            dependencies: [
                "router-enrichment", "AWS", "HTTP", "JSON", "Lambda", "Mail", "TestSupport",
                "FunctionTestSupport", logging,
            ]),
        .testTarget(
            name: "GmailForwarderTests",
            dependencies: [
                "gmail-forwarder", "AWS", "Gmail", "HTTP", "JSON", "Lambda", "Delivery", "Mail",
                "TestSupport", "FunctionTestSupport", logging,
            ]),
        .testTarget(
            name: "BouncerTests",
            dependencies: [
                "bouncer", "AWS", "HTTP", "JSON", "Lambda", "Delivery", "Mail", "TestSupport",
                "FunctionTestSupport", logging,
            ]),
    ]
        + functions.map {
            .executableTarget(
                name: $0,
                dependencies: [
                    "HTTP", "JSON", "AWS", "Lambda", "Mail", "Delivery", "Gmail", "SMTPCredentials",
                    "CHypot", "Text", logging,
                ])
        }
)

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
