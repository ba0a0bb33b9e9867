// swift-tools-version: 6.2
import PackageDescription

/// The deployed functions: executable, folder, zip and log group all carry these names.
let functions = ["router-enrichment"]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let server: Target.Dependency = .product(name: "FlyingFox", package: "FlyingFox")

let package = Package(
    name: "ses-mail",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "HTTP", dependencies: ["CCurl"]),
        .target(name: "AWS", dependencies: ["HTTP", "COpenSSL"]),
        .target(name: "Lambda", dependencies: ["HTTP", logging]),
        .target(name: "Mail"),
        .testTarget(name: "MailTests", dependencies: ["Mail"]),
    ]
        + functions.map {
            .executableTarget(
                name: $0, dependencies: ["HTTP", "AWS", "Lambda", "Mail", "FunctionSupport", logging])
        }
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
