internal import Text

/// The texts of a mail in the form in which reports and notices show them: cut, and without
/// invisible characters. Strangers write all of them.
extension ReceivedMail {
    /// The envelope's sender.
    var shownSender: String { (mail.source ?? "").excerpt(320) }

    /// The authors as From names them, encoded words decoded.
    var shownFrom: String {
        let values = mail.commonHeaders?.from ?? mail.headers?.values(of: "From") ?? []
        let from = values.joined(separator: ", ").cut(atBytes: 4096)
        return EncodedWord.decoded(from).excerpt(320)
    }

    /// The subject, encoded words decoded.
    var shownSubject: String {
        let subject = mail.commonHeaders?.subject ?? mail.headers?["Subject"] ?? ""
        return EncodedWord.decoded(subject.cut(atBytes: 4096)).excerpt(150)
    }

    /// The time at which the mail arrived, as a header's value; nil if SES does not give it.
    var arrivalDate: String? {
        (mail.timestamp ?? receipt.timestamp).flatMap { UTCTime(rfc3339: $0) }?.rfc5322
    }
}
