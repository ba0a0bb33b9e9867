/// The regions in which SES takes mail.
enum ReceivingRegion {
    /// Those with an endpoint `inbound-smtp.{region}.amazonaws.com`, of which AWS adds some every
    /// year (https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_inbound_endpoints).
    static let known: Set<String> = [
        "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
        "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3",
        "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ]

    static func diagnosis(on region: String) -> Diagnosis {
        known.contains(region)
            ? .ok("\(region) takes mail")
            : .warning(
                "\(region) is not known to take mail",
                "look for inbound-smtp.\(region).amazonaws.com in "
                    + "https://docs.aws.amazon.com/general/latest/gr/ses.html; if it is not there, "
                    + "deploy elsewhere")
    }
}
