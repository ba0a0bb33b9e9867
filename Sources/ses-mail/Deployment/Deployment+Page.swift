extension Deployment {
    /// The line that says where a browser shows the mail: on the page of `make local`, the address
    /// of which `scripts/ses-mail` finds. Nil for other deployments, and where no page is served.
    func pageLine(of mail: String) -> String? {
        pageAddress.map { "In a browser: \($0)/mail/\(mail)" }
    }

    /// The line that says where a browser shows what is held.
    var heldPageLine: String? {
        pageAddress.map { "In a browser: \($0)/held" }
    }

    private var pageAddress: String? {
        isLocal ? Variable.value("SES_MAIL_PAGE") : nil
    }
}
