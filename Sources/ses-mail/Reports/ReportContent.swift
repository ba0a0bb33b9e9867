/// What a mail holds: the reports that were read, and why others were not.
struct ReportContent: Equatable, Sendable {
    private(set) var reports: [Report] = []
    private(set) var faults: [ReportFault] = []

    var isEmpty: Bool { reports.isEmpty && faults.isEmpty }

    init(refused reason: String) {
        faults = [ReportFault(reason)]
    }

    /// - Parameter kinds: those that the mail's recipients are for.
    init(_ mail: [UInt8], as kinds: [ReportKind]) {
        let files = ReportFile.all(in: mail)
        guard files.count <= ReportLimits.reportsOfMail else {
            faults = [ReportFault("the mail holds \(files.count) files, and a report is one")]
            return
        }
        for file in files {
            do {
                let text = try file.text()
                let kind = kinds.count > 1 && text.first == UInt8(ascii: "{") ? .tls : kinds[0]
                reports.append(try kind.report(text))
            } catch {
                faults.append(error)
            }
        }
    }
}
