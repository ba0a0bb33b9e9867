import AWS
import FunctionTestSupport
import HTTP
import TestSupport

@testable import SMTPCredentials

/// The calls of a fake cloud. A change of a row is the real one, whose conditions and updates are
/// evaluated as the service does it; reading is done directly, because it is done most.
struct FakeServices: CredentialServices {
    let cloud: FakeCloud

    private var table: AWSCredentialServices {
        AWSCredentialServices(
            AWSSession.fake(cloud, pacing: FakeTime().pacing), table: FakeCloud.tableName,
            encryptionKey: "", epochSeconds: { [cloud] in cloud.now })
    }

    private func write(
        _ name: String, _ change: (AWSCredentialServices) throws(AWSError) -> Void
    ) throws(AWSError) {
        try cloud.call(name) { () throws(AWSError) in try change(table) }
    }

    func read(_ name: Username) throws(AWSError) -> CredentialRow? {
        try cloud.call("read") {
            cloud.row(sortKey: "USER#\(name)").map(CredentialRow.init)
        }
    }

    func statusOf(_ sortKey: String) throws(AWSError) -> CredentialRow.Status? {
        try cloud.call("statusOf") { cloud.row(sortKey: sortKey).map { CredentialRow($0).status } }
    }

    func sortKeys() throws(AWSError) -> [String] {
        try cloud.call("sortKeys") {
            cloud.rows.keys.filter { $0.hasPrefix("USER#") }.sorted()
        }
    }

    func nameUser(
        _ name: Username, _ user: String, _ seen: CredentialRow
    ) throws(AWSError) {
        try write("nameUser") { table throws(AWSError) in try table.nameUser(name, user, seen) }
    }

    func activate(
        _ name: Username, _ issue: IssuedPassword, _ seen: CredentialRow
    ) throws(AWSError) {
        try write("activate") { table throws(AWSError) in try table.activate(name, issue, seen) }
    }

    func rotate(
        _ name: Username, _ issue: IssuedPassword, _ old: String, _ seen: CredentialRow
    ) throws(AWSError) {
        try write("rotate") { table throws(AWSError) in try table.rotate(name, issue, old, seen) }
    }

    func reportError(
        _ sortKey: String, _ message: String, _ seen: CredentialRow.Status
    ) throws(AWSError) {
        try write("reportError") { table throws(AWSError) in
            try table.reportError(sortKey, message, seen)
        }
    }

    func retirements(_ name: Username) throws(AWSError) -> Set<String> {
        try cloud.call("retirements") { cloud.timers(name.text) }
    }

    func deleteRetirement(_ name: Username, _ key: String) throws(AWSError) {
        try write("deleteRetirement") { table throws(AWSError) in
            try table.deleteRetirement(name, key)
        }
    }

    func forgetPreviousKey(_ name: Username, _ key: String) throws(AWSError) {
        try write("forgetPreviousKey") { table throws(AWSError) in
            try table.forgetPreviousKey(name, key)
        }
    }

    func encrypt(_ document: [UInt8]) throws(AWSError) -> String {
        try cloud.call("encrypt") { FakeCloud.seal + String(decoding: document, as: UTF8.self) }
    }
}
