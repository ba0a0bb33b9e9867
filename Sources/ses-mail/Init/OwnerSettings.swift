internal import Process

/// The settings of an environment: the owner's own file, which Git ignores, and below it
/// terraform.tfvars, which is a part of the sources. Terraform reads both, the owner's last, so
/// that a new version of the sources never collides with the owner's domains.
struct OwnerSettings {
    static let fileName = "owner.auto.tfvars"

    let path: String
    private let sharedPath: String
    /// The bytes of the file as it is; nil where there is none.
    private let present: [UInt8]?
    private var own: TerraformValues
    private let shared: TerraformValues
    /// The lines to write, and before each the present one.
    private(set) var changes: [String] = []

    private static let heading = """
        # Written by "ses-mail init", and yours to edit. Git ignores this file, and Terraform takes
        # its values before those of terraform.tfvars.

        """

    init(folder: String) throws {
        path = "\(folder)/\(OwnerSettings.fileName)"
        sharedPath = "\(folder)/terraform.tfvars"
        present = try OwnerSettings.bytes(path)
        own = try OwnerSettings.values(present ?? Array(OwnerSettings.heading.utf8), path)
        shared = try OwnerSettings.values(try OwnerSettings.bytes(sharedPath) ?? [], sharedPath)
    }

    private static func bytes(_ path: String) throws -> [UInt8]? {
        FileSystem.isMissing(path) ? nil : try TextFile.bytes(path: path)
    }

    private static func values(_ bytes: [UInt8], _ path: String) throws(Failure) -> TerraformValues
    {
        do {
            return try TerraformValues(bytes)
        } catch {
            throw Failure(
                .failed,
                "The file \(path) cannot be changed, because line \(error.line) is not understood: "
                    + "\(error.reason). Nothing was changed. Correct the line, or edit the file by "
                    + "hand.")
        }
    }

    /// The value that Terraform takes.
    subscript(name: String) -> HCLValue? { own[name] ?? shared[name] }

    /// The configured domains; those at example.com, which nobody can own, are placeholders.
    var domains: [String] {
        (self["domain"]?.texts ?? []).filter { name in
            name != "example.com" && !name.hasSuffix(".example.com")
        }
    }

    var region: String? {
        if case .text(let region)? = self["aws_region"] { region } else { nil }
    }

    var zones: [String: String] {
        if case .map(let zones)? = self["route53_zone_ids"] { zones } else { [:] }
    }

    /// Has Terraform take this value. One that it takes already is not written again.
    mutating func set(_ name: String, to value: HCLValue) throws {
        guard self[name] != value else { return }
        if let before = own[name] { changes.append("- \(name) = \(before.text)") }
        changes.append("+ \(name) = \(value.text)")
        do {
            try own.set(name, to: value)
        } catch {
            throw Failure(.failed, "\(name) cannot be written: \(error.reason).")
        }
    }

    /// Adds texts to a list, each once.
    mutating func add(_ texts: [String], to name: String) throws {
        guard let present = self[name] == nil ? [] : self[name]?.texts else {
            throw Failure(
                .failed,
                "\(name) in the settings of this environment is not a list of texts. Nothing was "
                    + "changed. Correct it in \(path).")
        }
        let whole = (present + texts).uniqued
        if whole != present { try set(name, to: .texts(whole)) }
    }

    func write() throws(Failure) {
        guard own.bytes != present, !changes.isEmpty else { return }
        do {
            try FileSystem.replace(path, by: own.bytes)
        } catch {
            throw Failure(.failed, "The file \(path) cannot be written: \(error).")
        }
    }
}
