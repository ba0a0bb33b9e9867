internal import Foundation

/// A certificate authority of a test's own, with the certificates of its servers: files in a
/// folder that goes with it.
package final class TestAuthority: Sendable {
    /// The PEM files of a server: its certificate and its key.
    package struct Identity: Sendable {
        package let certificate: String
        package let key: String
    }

    /// The PEM file of the root certificate.
    package let root: String
    private let rootKey: String
    private let folder: URL

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        root = folder.appending(path: "root.pem").path
        rootKey = folder.appending(path: "root.key").path
        try TestAuthority.openssl(
            ["req", "-x509"] + TestAuthority.newKey(rootKey) + [
                "-out", root, "-days", "2", "-subj", "/CN=Root \(folder.lastPathComponent)",
                "-addext", "keyUsage=critical,keyCertSign",
            ])
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// A server's certificate.
    /// - Parameters:
    ///   - name: as in `subjectAltName`: `IP:127.0.0.1`, `DNS:localhost`.
    ///   - days: how long it is valid from now on; a negative number is an expired one.
    package func identity(_ name: String = "IP:127.0.0.1", days: Int = 2) throws -> Identity {
        let stem = folder.appending(path: UUID().uuidString).path
        let identity = Identity(certificate: "\(stem).pem", key: "\(stem).key")
        try TestAuthority.openssl(
            ["req", "-new"] + TestAuthority.newKey(identity.key) + [
                "-out", "\(stem).csr", "-subj", "/CN=A server of a test",
                "-addext", "subjectAltName=\(name)",
            ])
        try TestAuthority.openssl([
            "x509", "-req", "-in", "\(stem).csr", "-CA", root, "-CAkey", rootKey, "-CAcreateserial",
            "-days", String(days), "-copy_extensions", "copy", "-out", identity.certificate,
        ])
        return identity
    }

    private static func newKey(_ file: String) -> [String] {
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file]
    }

    private static func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw OpenSSLFailure(arguments: arguments) }
    }

    private struct OpenSSLFailure: Error {
        let arguments: [String]
    }
}
